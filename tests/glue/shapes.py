"""Random datasets: platform files with every kind of column, source and setting, and mostly dirty records for them."""

import datetime
import json
import random
from dataclasses import dataclass, field
from typing import Any

ZONES = ["Z", "+02:00", "-0530", "+14:00", ""]
WORDS = [
    "plain",
    "héllo",
    "naïve 🦀",
    "日本語",
    'quo"te',
    "back\\slash",
    "tab\there",
    "line\nbreak",
    "{brace}",
    "}{",
    "a,b;c",
    "'",
]


@dataclass
class Column:
    """A column of the platform file."""

    name: str
    kind: str
    size: tuple[int, ...] = ()
    required: bool = False
    sensitive: str | None = None

    @property
    def type_name(self) -> str:
        """Return the type as written in the platform file."""
        return f"{self.kind}({','.join(map(str, self.size))})" if self.size else self.kind

    def line(self) -> str:
        """Return the column's line in the platform file."""
        full = self.type_name + (" not null" if self.required else "")
        if self.sensitive:
            return f'{self.name} = {{ type = "{full}", sensitive = "{self.sensitive}" }}'
        return f'{self.name} = "{full}"'


@dataclass
class Shape:
    """A dataset."""

    name: str
    source: str
    columns: list[Column]
    key: list[str]
    event_time: str | None
    partition: str
    delimiter: str = ","
    # Name and column: whether a number is above 10; the column, or a default if it is empty.
    above: tuple[str, str] | None = None
    filled: tuple[str, str] | None = None
    # Name, column, action: a number is not negative.
    rules: list[tuple[str, str, str]] = field(default_factory=list)

    def text(self) -> str:
        """Return the dataset's section of the platform file."""
        lines = [f"[dataset.{self.name}]", f"key = {json.dumps(self.key)}"]
        if self.source == "stream":
            lines.append('source = "stream"')
        else:
            lines += ['source = "files"', f'format = "{self.source}"']
        if self.source == "csv":
            lines.append(f"delimiter = {json.dumps(self.delimiter)}")
        if self.event_time:
            lines.append(f'event_time = "{self.event_time}"')
        # Most records of some datasets are rejected on purpose.
        lines.append("max_rejected = 100")
        lines += [f'partition = "{self.partition}"', f"[dataset.{self.name}.column]"]
        lines += [column.line() for column in self.columns]
        lines.append(f"[dataset.{self.name}.derive]")
        if self.above:
            lines.append(f'{self.above[0]} = "{self.above[1]} > 10"')
        if self.filled:
            lines.append(f"{self.filled[0]} = \"coalesce({self.filled[1]}, 'none')\"")
        lines.append(f"[dataset.{self.name}.expect]")
        for name, column, action in self.rules:
            lines.append(f'{name} = {{ sql = "{column} is null or {column} >= 0", action = "{action}" }}')
        return "\n".join(lines) + "\n"


def column(rng: random.Random, name: str) -> Column:
    """Generate a column."""
    kind = rng.choice(
        ["string", "boolean", "integer", "bigint", "decimal", "double", "date", "timestamp", "json"]
    )
    size: tuple[int, ...] = ()
    if kind == "string":
        size = (rng.choice([1, 5, 40, 300]),)
    if kind == "decimal":
        precision = rng.choice([5, 12, 15, 16, 24, 38])
        size = (precision, rng.choice([0, 2, min(6, precision)]))
    protect = {"string": ["hash", "mask", "drop"], "json": ["drop"], "double": ["mask"]}.get(kind, [])
    sensitive = rng.choice(protect) if protect and rng.random() < 0.35 else None
    return Column(name, kind, size, rng.random() < 0.2, sensitive)


def shape(rng: random.Random, number: int) -> Shape:
    """Generate a dataset; the sources take turns."""
    source = ["stream", "json", "csv", "parquet"][number % 4]
    others = [column(rng, f"c{at}") for at in range(rng.randint(3, 8))]
    key = [Column("k0", rng.choice(["string", "bigint", "integer"]), (), True)]
    if key[0].kind == "string":
        key[0] = Column("k0", "string", (20,), True, rng.choice([None, "hash"]))
    if rng.random() < 0.4:
        key.append(Column("k1", rng.choice(["date", "integer"]), (), True))
    event_time = None
    if source == "stream" or rng.random() < 0.6:
        event_time = "happened_at"
        others.insert(0, Column(event_time, rng.choice(["timestamp", "timestamp", "date"]), (), True))
    units = ["none"] if not event_time else ["day", "month", "none"]
    if event_time and others[0].kind == "timestamp":
        units.append("hour")
    columns = [*key, *others]
    rng.shuffle(columns)
    made = Shape(f"set{number}", source, columns, [one.name for one in key], event_time, rng.choice(units))
    made.delimiter = rng.choice([",", ";", "|"])
    open_columns = [one for one in columns if one.sensitive is None]
    numbers = [
        one.name
        for one in open_columns
        if one.kind in ("integer", "bigint", "decimal") and one.name not in made.key
    ]
    words = [one for one in open_columns if one.kind == "string" and one.size[0] >= 4 and not one.required]
    if numbers:
        made.above = ("is_above", numbers[0])
        made.rules = [("not_negative", numbers[0], "quarantine"), ("warned", numbers[-1], "warn")]
    if words:
        made.filled = ("filled", words[0].name)
    return made


def platform(shapes: list[Shape]) -> str:
    """Return the platform file."""
    head = '[platform]\nname = "made-up"\nowner = "tests"\nvolume = "100 MB/day"\n\n[environment.dev]\nregion = "eu-west-1"\n\n'
    return head + "\n".join(one.text() for one in shapes)


def moment(rng: random.Random) -> datetime.datetime:
    """Generate a time."""
    return datetime.datetime(2026, 3, 1) + datetime.timedelta(
        seconds=rng.randrange(3 * 86400), microseconds=rng.choice([0, 0, 120000, 654321])
    )


def iso(rng: random.Random, time: datetime.datetime) -> str:
    """Format a time in one of the accepted forms."""
    text = time.isoformat(sep=rng.choice("T "), timespec="microseconds" if time.microsecond else "seconds")
    return text + rng.choice(ZONES)


def decimal(rng: random.Random, precision: int, scale: int) -> str:
    """Generate a number that fits."""
    whole = 10 ** min(precision - scale, 9)
    places = min(scale, 4)
    if not places:
        return str(rng.randrange(whole))
    return f"{rng.randrange(-whole + 1, whole)}.{rng.randrange(10**places):0{places}}"


def good(rng: random.Random, one: Column) -> Any:
    """Return a value of the column's type, as in JSON."""
    match one.kind:
        case "string":
            return rng.choice(WORDS)[: one.size[0]]
        case "boolean":
            return rng.choice([True, False, "true", "no", "Y", "0"])
        case "integer":
            return rng.choice([rng.randrange(-50, 100), 2**31 - 1, -(2**31), "17", "+4"])
        case "bigint":
            return rng.choice([rng.randrange(-50, 100), 2**63 - 1, -(2**63), "170000000000"])
        case "decimal":
            number = decimal(rng, *one.size)
            return number if one.size[0] >= 16 or rng.random() < 0.5 else float(number)
        case "double":
            return rng.choice([1.5, -0.25, 1e300, "2.5e-3", 7, rng.random()])
        case "date":
            return rng.choice([moment(rng).date().isoformat(), "2024-02-29"])
        case "timestamp":
            return iso(rng, moment(rng))
    return rng.choice([{"a": [1, {"b": None}]}, [1, 2], '{"t": "}{"}', "5"])


def bad(rng: random.Random, one: Column) -> Any:
    """Return an invalid value for the column's type."""
    match one.kind:
        case "string":
            return "é" * (one.size[0] + 1) if rng.random() < 0.9 else "x" * 1_000_000
        case "boolean":
            return rng.choice(["maybe", "2", "tru e"])
        case "integer":
            return rng.choice([2**31, -(2**31) - 1, "seven", 1.5, "1e3", True, "0x10"])
        case "bigint":
            return rng.choice([2**63, 10**30, "12a", 7.25, "1_000"])
        case "decimal":
            return rng.choice([f"1{'0' * (one.size[0] - one.size[1])}", "1e60", "1,5", "ten", "--1"])
        case "double":
            return rng.choice(["one", "1,5", "0x", "1e"])
        case "date":
            return rng.choice(["2026-02-30", "20260301", "2026-3-1", "03/01/2026", "2026"])
        case "timestamp":
            return rng.choice(
                [
                    "2026",
                    "2026-02-30T00:00:00Z",
                    "01/03/2026 5pm",
                    "2026-03-01T25:00:00Z",
                    1772400000,
                    "2026-03-01",
                ]
            )
    return rng.choice(["no document", "{", "{'a': 1}", '{"a": 1} more', "1, 2", "1], [2", "NaN", "  "])


def record(rng: random.Random, made: Shape, keys: int) -> dict[str, Any]:
    """Generate a record: one in seven has an error; some have missing or additional fields."""
    out: dict[str, Any] = {}
    wrong = rng.choice(made.columns).name if rng.random() < 0.15 else None
    for one in made.columns:
        if one.name in made.key:
            value: Any = {"string": f"k{rng.randrange(keys)}", "date": "2026-03-01"}.get(
                one.kind, rng.randrange(keys)
            )
        else:
            value = good(rng, one)
        if one.name == wrong:
            value = rng.choice([None, bad(rng, one), bad(rng, one)])
        elif not one.required and rng.random() < 0.15:
            value = None
        if value is not None or rng.random() < 0.5:
            out[one.name] = value
    if rng.random() < 0.05:
        out["nobody_knows"] = "me"
    if made.event_time and rng.random() < 0.03:
        kind = next(one.kind for one in made.columns if one.name == made.event_time)
        out[made.event_time] = "2099-01-01" if kind == "date" else "2099-01-01T00:00:00Z"
    return out
