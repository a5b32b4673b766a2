"""Corrupt clean data: turns sample records into invalid lines and damaged files."""

import datetime
import gzip
import json
import os
import random
import zlib
from typing import Any

from oracle import text_of
from shapes import Column, Shape, bad, good

Record = dict[str, Any]
# A line, and either its record or the reason why it is not one.
Line = tuple[str, Record | str]

NO_RECORD = "invalid json"
# For a column of the dataset: a line without a record has no undeclared fields.
BROKEN = [
    "free text",
    "[1, 2]",
    "null",
    "true",
    "17",
    '"text"',
    "{",
    "}",
    '{"NAME": "half',
    "{'NAME': 1}",
    '{"NAME": 1,}',
    '{"NAME": NaN}',
    '{"NAME": 007}',
    '{"NAME": .5}',
    '{"NAME": "raw\ttab"}',
    '{"NAME": "\\x"}',
    "{NAME: 1}",
    "/* remark */ {}",
    '\ufeff{"NAME": 1}',
    "\x00\x01\x02",
    "ÿþ",
]
ODD_WORDS = ["é🦀", "日本語", "nul\x00", "bell\x07", "line\nbreak", 'quo"te', "back\\"]
ODD_WORDS += ["{}", "}{", "  blank ", "\u2028", "\x85"]


def read(line: str) -> Record | str:
    """Parse a line of a sample, which may be invalid on purpose."""
    try:
        record = json.loads(line)
    except ValueError:
        return NO_RECORD
    return record if isinstance(record, dict) else NO_RECORD


def reshaped(rng: random.Random, one: Column, value: Any) -> Any:
    """Write a value in another form with the same meaning, if its type has one."""
    if one.kind == "timestamp" and isinstance(value, str):
        time = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        minutes = rng.choice([120, -330, 840, -720, 0])
        zone = datetime.timezone(datetime.timedelta(minutes=minutes))
        text = time.astimezone(zone).isoformat(sep=rng.choice("T "), timespec="microseconds")
        # Digits beyond microseconds are cut off.
        return text[:26] + rng.choice(["", "999"]) + text[26:].replace(":", rng.choice(["", ":"]))
    if one.kind in ("integer", "bigint") and value is not None:
        return rng.choice([str(value), f"+{value}", f" {value} ", f"00{value}"])
    if one.kind == "double" and isinstance(value, int | float):
        return rng.choice([str(value), f"{value}e0", f" {value}"])
    return value


def values(rng: random.Random, one: Column, value: Any) -> list[Any]:
    """Return other values for a field: valid, invalid, and missing."""
    more = [None, reshaped(rng, one, value), *(bad(rng, one) for _ in range(3))]
    if one.kind == "string":
        more += [word[: one.size[0]] for word in rng.sample(ODD_WORDS, 3)]
        # A value that is not a text is converted to text.
        more += [7, True, "x" * 1_000_000]
    elif one.kind not in ("date", "timestamp", "double"):
        more.append(good(rng, one))
    return more


def lines(rng: random.Random, made: Shape, sample: list[Record]) -> list[Line]:
    """Return lines with one error each, in random order."""
    out: list[Line] = [(text.replace("NAME", made.columns[0].name), NO_RECORD) for text in BROKEN]
    for one in made.columns:
        for value in values(rng, one, rng.choice(sample).get(one.name)):
            record = {**rng.choice(sample), one.name: value}
            out.append((json.dumps(record, ensure_ascii=rng.random() < 0.5), record))
        record = {name: value for name, value in rng.choice(sample).items() if name != one.name}
        out.append((json.dumps(record), record))
    if made.event_time:
        record = {**rng.choice(sample), made.event_time: "2099-01-01T00:00:00Z"}
        out.append((json.dumps(record), record))
    first, second = rng.choice(sample), {**rng.choice(sample), "nobody_knows": {"deep": [1, "x" * 1_000_000]}}
    out += [(json.dumps(first) + json.dumps(second), f"{NO_RECORD}: more than one object")]
    out += [(f"  {json.dumps(first)}\t", first), (json.dumps(second), second)]
    rng.shuffle(out)
    return out


def fields(rng: random.Random, made: Shape, sample: list[Record]) -> list[Record]:
    """Return CSV records with one error each: all fields are text, and null is an empty field."""
    out = []
    for one in made.columns:
        for value in values(rng, one, rng.choice(sample).get(one.name)):
            record = {**rng.choice(sample), one.name: value}
            # In CSV, too, a line ends somewhere, and NUL is not a character of a text file.
            texts = {
                name: text_of(field).replace("\x00", "")
                for name, field in record.items()
                if field is not None
            }
            out.append({name: text for name, text in texts.items() if text != ""})
    rng.shuffle(out)
    return out


def damaged(rng: random.Random, text: str) -> dict[str, bytes]:
    """Damage compressed text in every way; the key names the damage."""
    whole = gzip.compress(text.encode())
    middle = len(whole) // 2
    flipped = bytearray(whole)
    flipped[-6] ^= 0xFF
    return {
        "cut-early": whole[:15],
        "cut-middle": whole[:middle],
        "cut-trailer": whole[:-3],
        "wrong-sum": bytes(flipped),
        "noise": whole[:middle] + rng.randbytes(len(whole) - middle),
        "no-gzip": text.encode(),
        "other-format": zlib.compress(text.encode()),
        "random": os.urandom(2000),
    }
