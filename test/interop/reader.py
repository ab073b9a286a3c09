"""Reads a copy of an archive and says OK, or what is wrong with it. Written from docs/FORMAT.md alone.

python3 reader.py FOLDER, the folder being the one whose folders are the containers.
"""

import gzip, hashlib, json, pathlib, re, sys, zlib

root, faults, counts = pathlib.Path(sys.argv[1]), [], {"entries": 0, "segments": 0, "records": 0}
sha256 = lambda data: hashlib.sha256(data)


def tree_root(leaves):  # section 4: pairs from the left, one left over moves up
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2])]
        level = pairs + level[len(pairs) * 2 :]
    return (level[0] if level else sha256(b"").digest()).hex()


def segment_fault(expected):  # section 2, in the order of "Check a segment"
    try:
        data = (root / expected["name"]).read_bytes()
    except FileNotFoundError:
        return "missing"
    if sha256(data).hexdigest() != expected["sha256"] or len(data) != expected["bytes"]:
        return "sha256"
    if data[:10] != bytes.fromhex("1f8b08000000000000ff") or data[-10:-8] != b"\x03\x00":
        return "frame"
    lines = gzip.decompress(data)  # checks CRC-32 and length
    if len(lines) != expected["rawBytes"] or not lines.endswith(b"\n"):
        return "rawBytes"
    leaves = lines[:-1].split(b"\n")
    counts["segments"], counts["records"] = counts["segments"] + 1, counts["records"] + len(leaves)
    return "" if len(leaves) == expected["records"] and tree_root(leaves) == expected["recordsRoot"] else "recordsRoot"


for ledger in sorted(path for path in root.glob("ledger/*/*") if path.is_dir()):
    prev = "0" * 64
    names = sorted(path for path in ledger.iterdir() if re.fullmatch(r"\d{12}\.json", path.name))
    for number, path in enumerate(names):
        counts["entries"] += 1
        try:
            data = path.read_bytes()
            entry = json.loads(data)
            if entry["v"] != 1:
                sys.exit(f"{path.relative_to(root)}: v")
            place = (f"{number:012}.json", number, f"{ledger.parent.name}/{ledger.name}")
            if (path.name, entry["seq"], entry["log"]) != place:
                faults.append(f"{path.relative_to(root)}: does not continue the ledger")
            if entry["prev"] != prev:
                faults.append(f"{path.relative_to(root)}: prev")
            prev = sha256(data).hexdigest()
            for segment in entry.get("segments", []):
                if fault := segment_fault(segment):
                    faults.append(f"{segment['name']}: {fault}")
        except (ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
            faults.append(f"{path.relative_to(root)}: {type(error).__name__}")

print("\n".join(faults) if faults else "OK " + " ".join(f"{count} {what}" for what, count in counts.items()))
sys.exit(1 if faults else 0)
