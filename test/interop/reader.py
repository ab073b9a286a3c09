"""Reads a copy of an archive and says OK, or what is wrong with it. Written from docs/FORMAT.md alone.

python3 reader.py FOLDER, the folder being the one whose folders are the containers.
"""

import gzip, hashlib, json, pathlib, re, sys, zlib

root, faults, counts = pathlib.Path(sys.argv[1]), [], {"entries": 0, "segments": 0, "records": 0, "deleted": 0}
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


def hour_of(name):
    return "{}T{}".format(*re.search(r"date=([^/]*)/hour=(\d\d)/", name).groups())


def holds(hold, hour):  # every UTC hour that it touches, and the undated records
    return hour == "1970-01-01T00" or hold["from"][:13] <= hour < hold["to"] and f"{hour}:00:00Z" < hold["to"]


def deletion_fault(entry, segment, named, open_holds):
    committed = named.get(segment["name"])
    if segment.get("orphan", False) != (committed is None):
        return "orphan"
    if committed and any(committed[field] != segment[field] for field in ("sha256", "records", "retainUntil")):
        return "differs"
    if segment["retainUntil"] > entry["time"]:
        return "early"
    return "held" if any(holds(hold, hour_of(segment["name"])) for hold in open_holds.values()) else ""


for ledger in sorted(path for path in root.glob("ledger/*/*") if path.is_dir()):
    prev, named, missing, open_holds = "0" * 64, {}, {}, {}
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
                named[segment["name"]] = segment
                if fault := segment_fault(segment):
                    if fault == "missing":
                        missing[segment["name"]] = segment
                    else:
                        faults.append(f"{segment['name']}: {fault}")
            if "hold" in entry:
                open_holds[entry["hold"]["id"]] = entry["hold"]
            if "release" in entry:
                open_holds.pop(entry["release"]["id"])
            for segment in entry.get("delete", {}).get("segments", []):
                if fault := deletion_fault(entry, segment, named, open_holds):
                    faults.append(f"{segment['name']}: {fault}")
                elif missing.pop(segment["name"], None):
                    counts["deleted"] += 1
        except (ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
            faults.append(f"{path.relative_to(root)}: {type(error).__name__}")
    faults += [f"{name}: missing" for name in missing]

print("\n".join(faults) if faults else "OK " + " ".join(f"{count} {what}" for what, count in counts.items()))
sys.exit(1 if faults else 0)
