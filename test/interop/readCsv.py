"""The cells of a CSV on standard input, as JSON: readCsv.py <delimiter> [undo].

With `undo` apostrophes are taken away as docs/CSV.md says.
"""
import csv
import json
import re
import sys

csv.field_size_limit(10_000_000)
sys.stdin.reconfigure(encoding="utf-8-sig", newline="")
rows = list(csv.reader(sys.stdin, delimiter=sys.argv[1]))
if "undo" in sys.argv[2:]:
    rows = [[re.sub(r"(^|(?<=[;\t\r\n]))'", "", cell) for cell in row] for row in rows]
json.dump(rows, sys.stdout)
