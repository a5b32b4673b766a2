"""Process again only what `gen diff` says, and compare with everything processed from scratch.

Usage: proof.py FOLDER GEN

For each change of `proof.toml`, records of three days are processed with the old scripts. The commands that
`gen diff` prints plan runs, which the new scripts carry out as a second attempt. The new scripts also process
everything in an empty world. To readers, both are the same, the rows and what is rejected. Without the
backfill, they are not.
"""

import datetime
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from stage import HERE, check, session
from worlds import DAYS, NAMES, Dataset, Project, World, hour


class Change(NamedTuple):
    """A change of the platform file, and what it needs of each dataset: all, or so many of the days."""

    name: str
    edits: list[tuple[str, str]]
    again: dict[str, str | int]
    # Whether what is listed is needed by these records: a field is listed on any day with an unknown one.
    is_needed: bool = True


CHANGES = [
    Change(
        "a derived column is added",
        [('is_large = "', 'is_small = "amount < 10"\nis_large = "')],
        {"sales": "all"},
    ),
    Change(
        "an expression changes",
        [("amount > 100", "amount > 1000"), ("seconds > 60", "seconds > 500")],
        {"sales": "all", "visits": "all"},
    ),
    Change(
        "texts are longer",
        [
            ('page    = "string(8)"', 'page    = "string(30)"'),
            ('note   = "string(10)"', 'note   = "string(99)"'),
        ],
        {"sales": 1, "visits": 1},
    ),
    Change("names in files are longer", [('name = "string(6)"', 'name = "string(60)"')], {"customers": 1}),
    Change("numbers are finer", [("decimal(12,2)", "decimal(14,4)")], {"sales": "all"}),
    Change(
        "a rule is removed",
        [('[dataset.sales.expect]\npositive = "amount is null or amount >= 0"\n', "")],
        {"sales": 1},
    ),
    Change("a rule is weaker", [("amount >= 0", "amount >= -5")], {"sales": 1}),
    Change("a value is optional", [('kind   = "string(5) not null"', 'kind   = "string(5)"')], {"sales": 1}),
    Change(
        "fields become columns",
        [
            ('kind   = "', 'zone   = "string(2)"\nkind   = "'),
            ('name = "string(6)"', 'name = "string(6)"\ncity = "string(9)"'),
        ],
        {"sales": 1, "customers": 1},
    ),
    Change("a protection changes", [('sensitive = "hash"', 'sensitive = "mask"')], {"visits": "all"}),
    Change(
        "records delete rows",
        [("late         =", "delete       = \"kind = 'void'\"\nlate         =")],
        {"sales": "all"},
    ),
    Change(
        "the event time changes",
        [('event_time   = "at"\npartition', 'event_time   = "paid"\npartition')],
        {"sales": "all"},
    ),
    Change(
        "events of the future are accepted",
        [('ahead        = "1 day"', 'ahead        = "3 days"')],
        {"visits": 1},
    ),
    # No record has the new name yet, but a day has another unknown field.
    Change(
        "a column is renamed, and what reads it follows",
        [
            ('amount = "decimal(12,2)"', 'total = { type = "decimal(12,2)", renamed_from = "amount" }'),
            ("amount > 100", "total > 100"),
            ("amount is null or amount >= 0", "total is null or total >= 0"),
            ("sum(amount)", "sum(total)"),
        ],
        {"sales": 1},
        False,
    ),
    Change(
        "what readers see does not change",
        [
            ("[dataset.sales]\n", '[dataset.sales]\ndescription = "Sales."\n'),
            ('partition    = "day"', 'partition    = "hour"'),
            ('late         = "3 days"', 'late         = "5 days"'),
            ("sum(amount)", "max(amount)"),
            ("amount > 100", "amount  >  100"),
        ],
        {},
    ),
]


def is_marked(clue: dict[str, str], metrics: dict[str, Any]) -> bool:
    """Test whether a run had a record that a backfill is about."""
    if "rejected" in clue:
        return any(reason.startswith(clue["rejected"]) for reason in metrics["reasons"])
    return "rounded" in clue or metrics["rows_unknown"] > 0


def commands(dataset: Dataset, backfill: dict[str, Any]) -> tuple[str | int, list[str]]:
    """Return how much is processed again, and the commands: for all, or for each day with a mark."""
    only = backfill.get("only", [])
    if not only or any("rounded" in clue for clue in only):
        return "all", [backfill["command"]]
    days = [
        manifest["strataform"]
        for manifest in dataset.manifests()
        if any(is_marked(clue, manifest["strataform"]["metrics"]) for clue in only)
    ]
    first, *_ = backfill["command"].split(" --from ")
    return len(days), [f"{first} --from {day['from'][:13]} --to {day['to'][:13]} --attempt 2" for day in days]


def prove(change: Change, old: Project, new: Project, world: World) -> None:
    """Compare the backfills of a change with a new world."""
    name = change.name
    backfills = {one["dataset"]: one for one in new.backfills(old)}
    check(f"{name}: no other dataset is listed", sorted(backfills), sorted(change.again))
    wanted = world.from_scratch(new)
    world.restore("old")
    for one in NAMES:
        is_same = world.state(new, one) == wanted[one]
        # What is listed is needed, and what is not listed is not.
        is_right = one not in change.again or not change.is_needed
        check(f"{name}: {one} is right without a backfill: {is_right}", is_same, is_right)
    for one, backfill in backfills.items():
        dataset = world.dataset(new, one)
        much, planned = commands(dataset, backfill)
        check(f"{name}: how much of {one}", much, change.again[one])
        whole = new.call(f"{backfill['command']} --format json")
        cents = json.loads(whole)["plan"]["cents"]
        check(f"{name}: the price is at most what is said", 0 < cents <= backfill["price"]["cents"], True)
        for command in planned:
            for run in new.runs(command):
                dataset.run(run["run_id"], "--from", run["from"], "--to", run["to"], "--attempt", "2")
    for one in NAMES:
        rows, rejected = world.state(new, one)
        check(f"{name}: rows of {one}", rows, wanted[one][0])
        check(f"{name}: quarantine of {one}", rejected, wanted[one][1])


def stays(old: Project, new: Project, world: World) -> None:
    """A record that the new version rejects keeps its row: no backfill removes it."""
    wanted, _ = world.from_scratch(new)["sales"]
    world.restore("old")
    (backfill,) = new.backfills(old)
    dataset = world.dataset(new, "sales")
    for run in new.runs(backfill["command"]):
        dataset.run(run["run_id"], "--from", run["from"], "--to", run["to"], "--attempt", "2")
    rows, _ = world.state(new, "sales")
    left = [row[0] for row in rows if row not in wanted]
    check(
        "narrower: only the row of the rejected record stays", (left, len(rows)), (["void"], len(wanted) + 1)
    )


def main(root: Path, gen: str) -> None:
    """Prove each change."""
    text = (HERE / "proof.toml").read_text()
    old = Project(root / "projects/old", gen, text)
    (root / "world").mkdir()
    spark = session(root / "world")
    world = World(root, spark)
    for name in NAMES:
        world.dataset(old, name).deliver()
    world.dataset(old, "visits").make_database(spark)
    world.save("raw")
    for name in NAMES:
        for day in DAYS:
            world.dataset(old, name).run(
                f"{day:%d}", "--from", hour(day), "--to", hour(day + datetime.timedelta(days=1))
            )
    world.save("old")

    def edited(number: int, edits: list[tuple[str, str]]) -> Project:
        changed = text
        for before, after in edits:
            check(f"{number}: the platform file has {before!r}", changed.count(before) > 0, True)
            changed = changed.replace(before, after)
        return Project(root / f"projects/{number}", gen, changed, old.folder / "platform.lock")

    for number, change in enumerate(CHANGES):
        prove(change, old, edited(number, change.edits), world)
    # Derived, so that a backfill is listed; and a rule that one row of the old version breaks.
    narrower = [
        ("amount > 100", "amount > 1000"),
        ('positive = "', 'sold = "kind <> \'void\' or amount > 100"\npositive = "'),
    ]
    stays(old, edited(len(CHANGES), narrower), world)
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
