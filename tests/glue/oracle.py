"""The expected outcome of records, computed in plain Python from the documentation, without Spark."""

import datetime
import hashlib
import hmac
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any

from shapes import Column, Shape
from stage import KEY

TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?")
Row = tuple[Any, ...]


class Refused(Exception):
    """A value is invalid."""


def text_of(value: Any) -> str:
    """Convert a JSON value to the text that it is read as."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def convert(one: Column, value: Any) -> Any:
    """Convert a value to the column's type, or raise `Refused`."""
    text = text_of(value)
    match one.kind:
        case "string":
            return text
        case "boolean":
            known = {
                **dict.fromkeys(("t", "true", "y", "yes", "1"), True),
                **dict.fromkeys(("f", "false", "n", "no", "0"), False),
            }
            if text.strip().lower() not in known:
                raise Refused
            return known[text.strip().lower()]
        case "integer" | "bigint":
            bits = 31 if one.kind == "integer" else 63
            if not re.fullmatch(r"[+-]?\d+", text.strip()) or not -(2**bits) <= int(text) < 2**bits:
                raise Refused
            return int(text)
        case "decimal":
            return exact(one, text)
        case "double":
            try:
                return float(text)
            except ValueError:
                raise Refused from None
        case "date":
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                raise Refused
            return parsed(lambda: datetime.date.fromisoformat(text))
        case "timestamp":
            return moment(text)
    return parsed(lambda: json.loads(text, parse_constant=no_number))


def no_number(name: str) -> Any:
    """Reject what Python accepts beyond JSON: NaN and Infinity."""
    raise ValueError(name)


def parsed(read: Any) -> Any:
    """Parse a value, or raise `Refused`."""
    try:
        return read()
    except ValueError:
        raise Refused from None


def exact(one: Column, text: str) -> Decimal:
    """Parse a decimal, rounded to its scale; it must fit."""
    precision, scale = one.size
    with localcontext() as context:
        context.prec = 120
        try:
            number = Decimal(text).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        except InvalidOperation:
            raise Refused from None
        if abs(number) >= Decimal(10) ** (precision - scale):
            raise Refused
        return number


def is_ahead(made: Shape, values: dict[str, Any], arrived: int) -> bool:
    """Test whether the event time is more than a day after the arrival of the file."""
    if not made.event_time:
        return False
    at = values[made.event_time]
    if not isinstance(at, datetime.datetime):
        at = datetime.datetime.combine(at, datetime.time())
    return bool(at > datetime.datetime(1970, 1, 1) + datetime.timedelta(days=1, seconds=arrived))


def moment(text: str) -> datetime.datetime:
    """Parse a time, in UTC."""
    if not (found := TIME.fullmatch(text)):
        raise Refused
    date, minutes, seconds, _, zone = found.groups()
    whole = (seconds or ":00")[:3]
    fraction = (seconds or ":00")[4:].ljust(6, "0")[:6]
    time = parsed(lambda: datetime.datetime.fromisoformat(f"{date}T{minutes}{whole}.{fraction}"))
    if zone and zone != "Z":
        sign = 1 if zone[0] == "+" else -1
        digits = zone[1:].replace(":", "")
        time -= sign * datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return time


@dataclass
class Outcome:
    """The expected outcome of all records."""

    rows_in: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    # The versions of each key that can win: several only if nothing but the hash distinguishes them.
    latest: dict[Row, tuple[tuple[Any, ...], list[Row]]] = field(default_factory=dict)

    def take(self, made: Shape, record: dict[str, Any] | str, arrived: int) -> None:
        """Add a record, or a text that is not a record: then `record` is the reason."""
        self.rows_in += 1
        if isinstance(record, str):
            self.reasons[record] += 1
            return
        values: dict[str, Any] = {}
        if fault := first_fault(made, record, values):
            self.reasons[fault] += 1
            return
        if is_ahead(made, values, arrived):
            self.reasons[f"{made.event_time}: in the future"] += 1
            return
        names = {one.name for one in made.columns}
        self.unknown += any(name not in names for name in record)
        refused = None
        for name, column, action in made.rules:
            if values[column] is not None and values[column] < 0:
                self.failed[name] += 1
                refused = refused or (name if action == "quarantine" else None)
        if refused:
            self.reasons[f"expectation: {refused}"] += 1
            return
        key = tuple(values[name] for name in made.key)
        version = (values[made.event_time] if made.event_time else 0, arrived)
        row = curated(made, values)
        best = self.latest.get(key)
        if best is None or best[0] < version:
            self.latest[key] = (version, [row])
        elif best[0] == version:
            best[1].append(row)


def first_fault(made: Shape, record: dict[str, Any], values: dict[str, Any]) -> str | None:
    """Return the first fault of a record, or None; adds the converted values to `values`."""
    for one in made.columns:
        given = record.get(one.name)
        values[one.name] = None
        if given is None:
            if one.required:
                return f"{one.name}: missing"
            continue
        try:
            values[one.name] = convert(one, given)
        except Refused:
            article = "an" if one.kind == "integer" else "a"
            return f"{one.name}: not {article} {one.type_name}"
        if one.kind == "string" and "\x00" in values[one.name]:
            return f"{one.name}: with the character NUL"
        if one.kind == "string" and len(values[one.name]) > one.size[0]:
            return f"{one.name}: longer than {one.size[0]} characters"
    return None


def curated(made: Shape, values: dict[str, Any]) -> Row:
    """Return the curated row: protected, and with derived columns."""
    out: list[Any] = []
    for one in made.columns:
        value = values[one.name]
        if one.sensitive == "drop":
            continue
        if one.sensitive == "mask":
            value = None if value is None else "***"
        if one.sensitive == "hash" and value is not None:
            value = hmac.new(KEY.encode(), value.encode(), hashlib.sha256).hexdigest()
        out.append(json.dumps(value) if one.kind == "json" and value is not None else value)
    if made.above:
        number = values[made.above[1]]
        out.append(None if number is None else number > 10)
    if made.filled:
        word = values[made.filled[1]]
        out.append("none" if word is None else word)
    return tuple(out)


def spark_type(one: Column) -> str:
    """Return the Spark type of a curated column."""
    if one.sensitive in ("hash", "mask"):
        return "string"
    return {"string": "string", "json": "string", "integer": "int", "decimal": one.type_name}.get(
        one.kind, one.kind
    )
