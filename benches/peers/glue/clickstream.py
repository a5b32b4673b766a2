"""Generates clickstream data as Firehose delivers it: gzipped NDJSON in hourly folders, with known invalid lines.

In: a folder, and the size in MB (of 10^6 bytes, before compression). Out: the files in `<folder>/raw`, and the
expected results in `<folder>/truth.json` and on standard output.

    python3 benches/peers/glue/clickstream.py FOLDER MB

A record depends only on its number, so the files are the same bytes whatever the number of processes, and the
expected results are known without any engine. Of 1,000 lines, 5 are invalid in one of the ways of FAULTS, 15 repeat an
earlier line, and 15 correct an earlier event: same ID, later time. One event in a hundred is late, by up to 30 hours.
"""

import concurrent.futures
import datetime
import decimal
import gzip
import hashlib
import json
import os
import pathlib
import random
import sys

HOURS = 24
# Measured: the bytes per event, including its share of repetitions.
BYTES_OF_A_LINE = 365
# Firehose closes files by size or by time, whichever comes first.
LINES_OF_A_FILE = 30_000
BEGIN = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
PERMILLE_BROKEN, PERMILLE_REPEATED, PERMILLE_CORRECTED = 5, 15, 15
# The kinds of invalid lines, in rotation.
FAULTS = ("cut off", "amount", "no id", "time", "type", "negative", "two objects", "null id", "cut off", "amount")

STEPS = ["page_view"] * 11 + ["search"] * 2 + ["add_to_cart", "checkout", "purchase"]
PAGES = ("/", "/shoes", "/shoes/runner-2", "/sale", "/jackets", "/jackets/storm", "/help/returns", "/café")
REFERRERS = ("https://search.example/", "https://news.example/", "https://mail.example/", None)
DEVICES = ("mobile", "desktop", "tablet")
COUNTRIES = ("DE", "FR", "GB", "NL", "PL", "CH", "DE", "DE")


def record(number, hour, version):
    """Return the members of event `number` in an hour; a version above 0 is a correction."""
    digest = hashlib.blake2b(number.to_bytes(8, "little"), digest_size=48).digest()
    text = digest.hex()
    dice = int.from_bytes(digest[:6], "little")
    dice, millisecond = divmod(dice, 3_600_000)
    late = dice % 100 == 0
    dice, step = divmod(dice // 100, len(STEPS))
    at = BEGIN + datetime.timedelta(hours=hour, milliseconds=millisecond, seconds=version)
    if late:
        at -= datetime.timedelta(hours=1 + digest[6] % 30)
    kind = STEPS[step]
    # Eight events per session, by number; a session's visitor, device, country and referrer stay the same.
    session = hashlib.blake2b((number // 8).to_bytes(8, "big"), digest_size=16).hexdigest()
    own = int(session[:8], 16)
    members = {
        "event_id": f"{text[24:32]}-{text[32:36]}-{text[36:40]}-{text[40:44]}-{text[44:56]}",
        "occurred_at": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z",
        "session_id": f"{session[:8]}-{session[8:12]}-{session[12:16]}-{session[16:20]}-{session[20:]}",
        "visitor_id": f"v{own % 200_000:06d}",
        "event_type": kind,
        "page_path": PAGES[digest[8] % 8] if digest[8] < 128 else f"/item/{digest[9] * 256 + digest[10]}?ref={text[60:64]}",
        "device": DEVICES[own % 3],
        "country": COUNTRIES[own // 3 % 8],
        "ip_address": f"192.0.2.{digest[11]}",
        "attributes": {"ab_test": "ab"[own % 2], "viewport": 360 + 8 * (own % 200)},
    }
    if kind == "purchase":
        members["amount"] = f"{digest[12] + version}.{digest[13] % 100:02d}"
    if REFERRERS[own % 4]:
        members["referrer"] = REFERRERS[own % 4]
    return members


def is_broken(number):
    """Return how the event with this number is made invalid, if at all. Such an event is never repeated."""
    dice = int.from_bytes(hashlib.blake2b(b"fault%d" % number, digest_size=4).digest(), "little")
    return FAULTS[dice // 1000 % len(FAULTS)] if dice % 1000 < PERMILLE_BROKEN else None


def broken(members, fault):
    """Return the line of an event that is invalid in one way."""
    if fault == "amount":
        members["amount"] = "twelve"
    elif fault == "no id":
        del members["event_id"]
    elif fault == "null id":
        members["event_id"] = None
    elif fault == "time":
        members["occurred_at"] = "01/03/2026 5pm"
    elif fault == "type":
        members["event_type"] = "hover"
    elif fault == "negative":
        members["amount"] = "-5.00"
    line = encode(members)
    if fault == "cut off":
        return line[: 40 + len(line) // 2]
    return line + line if fault == "two objects" else line


encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def write_hour(folder, hour, first, last):
    """Write the events of an hour; return lines and bytes, faults, repetitions and corrections."""
    dice = random.Random(hour)
    at = BEGIN + datetime.timedelta(hours=hour)
    place = pathlib.Path(folder, "raw", at.strftime("year=%Y/month=%m/day=%d/hour=%H"))
    place.mkdir(parents=True)
    lines, faults, again, files, size, count = [], {}, [], 0, 0, 0
    for number in range(first, last):
        fault = is_broken(number)
        if fault:
            faults[fault] = faults.get(fault, 0) + 1
            lines.append(broken(record(number, hour, 0), fault))
        else:
            lines.append(encode(record(number, hour, 0)))
        lot = dice.randrange(1000)
        if number and lot < PERMILLE_REPEATED + PERMILLE_CORRECTED:
            # Mostly from the last minutes, sometimes from any hour before.
            other = dice.randrange(max(0, number - 2_000) if lot % 8 else 0, number)
            version = dice.randrange(1, 4) if lot >= PERMILLE_REPEATED else 0
            if is_broken(other) is None:
                lines.append(encode(record(other, hour_of(other), version)))
                again.append((other, version))
        if len(lines) >= LINES_OF_A_FILE or number == last - 1:
            size += write_file(place, at, files, lines)
            files, count, lines = files + 1, count + len(lines), []
    return count, size, files, faults, again


def hour_of(number):
    """Return the hour of an event; set in each process."""
    return number * HOURS // TOTAL


def write_file(place, at, part, lines):
    """Write one object; return its size before compression."""
    data = ("\n".join(lines) + "\n").encode()
    path = place / f"event-1-{at:%Y-%m-%d-%H}-{part:02d}-00-{part:012x}.gz"
    path.write_bytes(gzip.compress(data, compresslevel=6, mtime=0))
    # It arrived at the end of its hour, whenever it was generated here.
    arrived = (at + datetime.timedelta(hours=1, minutes=part)).timestamp()
    os.utime(path, (arrived, arrived))
    return len(data)


def begin(total):
    """Set the globals of a process."""
    global TOTAL
    TOTAL = total


def generate(folder, megabytes, processes=2):
    """Write the files and return the expected results."""
    total = max(HOURS, int(megabytes * 1_000_000 / BYTES_OF_A_LINE))
    begin(total)
    bounds = [-(-hour * total // HOURS) for hour in range(HOURS + 1)]
    with concurrent.futures.ProcessPoolExecutor(processes, initializer=begin, initargs=(total,)) as pool:
        hours = range(HOURS)
        parts = list(pool.map(write_hour, [str(folder)] * HOURS, hours, bounds[:-1], bounds[1:]))
    truth = summed(total, parts)
    pathlib.Path(folder, "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    return truth


def summed(total, parts):
    """Return the expected results of all hours."""
    faults, newest = {}, {}
    for part in parts:
        for fault, times in part[3].items():
            faults[fault] = faults.get(fault, 0) + times
        for number, version in part[4]:
            newest[number] = max(version, newest.get(number, 0))
    lines, quarantined = sum(part[0] for part in parts), sum(faults.values())
    revenue = decimal.Decimal(0)
    corrected = sum(1 for version in newest.values() if version)
    for number in range(total):
        if is_broken(number) is None:
            revenue += amount_of(number, newest.get(number, 0))
    return {
        "lines": lines,
        "bytes": sum(part[1] for part in parts),
        "files": sum(part[2] for part in parts),
        "rows": total - quarantined,
        "quarantined": quarantined,
        "duplicates": lines - quarantined - (total - quarantined),
        "corrected": corrected,
        "revenue": str(revenue),
        "faults": dict(sorted(faults.items())),
    }


def amount_of(number, version):
    """Return the amount of an event, without generating the rest of it."""
    digest = hashlib.blake2b(number.to_bytes(8, "little"), digest_size=48).digest()
    step = int.from_bytes(digest[:6], "little") // 3_600_000 // 100 % len(STEPS)
    if STEPS[step] != "purchase":
        return 0
    return decimal.Decimal(f"{digest[12] + version}.{digest[13] % 100:02d}")


if __name__ == "__main__":
    print(json.dumps(generate(pathlib.Path(sys.argv[1]), float(sys.argv[2])), indent=1))
