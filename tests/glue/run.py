"""Run emitted scripts on local Spark on small, dirty input, and check the outcome of every row.

Usage: run.py FOLDER, which contains `orders.py` and `customers.py`; the test creates everything else.
"""

import contextlib
import datetime
import gzip
import hashlib
import hmac
import importlib.util
import io
import json
import os
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from pyspark.sql import SparkSession

KEY = "a key of the test"
HOUR = "year=2026/month=03/day=01/hour={:02}"


def check(what: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        raise SystemExit(f"{what}:\n  found  {found!r}\n  wanted {wanted!r}")
    print(f"ok: {what}")


class Dataset:
    """A script and its folders."""

    def __init__(self, root: Path, script: str, name: str) -> None:
        spec = importlib.util.spec_from_file_location(script, root / f"{script}.py")
        assert spec and spec.loader
        self.module: ModuleType = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.name, self.root = name, root / "data" / script

    def write(self, path: str, text: str | bytes, most: int | None = None) -> None:
        target = self.root / "raw" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode() if isinstance(text, str) else text
        target.write_bytes(gzip.compress(data)[:most] if path.endswith(".gz") else data)

    def run(self, run_id: str, *more: str) -> str:
        arguments = ["--JOB_NAME", "test", "--platform", "shop", "--environment", "dev"]
        arguments += ["--dataset", self.name, "--run_id", run_id, "--job-bookmark-option", "x", *more]
        for kind in ("raw", "curated", "quarantine"):
            arguments += [f"--{kind}_path", f"{self.root / kind}/"]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            self.module.main(arguments)
        check(f"{self.name} {run_id} prints no secret", KEY in printed.getvalue(), False)
        return printed.getvalue()

    def manifest(self, run_id: str) -> dict[str, Any]:
        return json.loads((self.root / "curated/manifests" / f"{run_id}.json").read_text())

    def metrics(self, run_id: str) -> tuple[int, int, int, int]:
        found = self.manifest(run_id)["strataform"]["metrics"]
        return tuple(found["rows_" + kind] for kind in ("in", "out", "quarantined", "duplicate"))

    def rows(self, spark: SparkSession, run_id: str) -> list[dict[str, Any]]:
        """Return the rows of the files that the manifest names, after checking their sizes."""
        entries = self.manifest(run_id)["entries"]
        for entry in entries:
            size = Path(entry["url"].removeprefix("file:")).stat().st_size
            check("an entry's length", entry["meta"]["content_length"], size)
        read = spark.read.parquet(*[entry["url"] for entry in entries])
        check("the columns of the files", self.manifest(run_id)["columns"], read.columns)
        return [row.asDict() for row in read.collect()]

    def refused(self, run_id: str) -> list[dict[str, Any]]:
        found = []
        folder = self.manifest(run_id)["strataform"]["folder"]
        for path in sorted((self.root / "quarantine" / f"run={folder}").rglob("*.json*")):
            if path.name.startswith("."):
                continue
            text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            found += [json.loads(line) for line in text.splitlines()]
        return found


def without_thresholds(module: ModuleType) -> list[Any]:
    """Return the rules of a script that fail no run."""
    return [rule._replace(threshold=0) for rule in module.RULES]


def order(at: str, **values: Any) -> str:
    return json.dumps({"order_id": "o1", "ordered_at": at, **values}, ensure_ascii=False)


def dirty_stream(spark: SparkSession, orders: Dataset) -> None:
    noon = "2026-03-01T12:00:00Z"
    good = [
        order(noon, amount=5, email="a@example.com", phone="1", note="x", is_gift=True, weight=1.5),
        # Later, because of its time zone: it wins over the first.
        order("2026-03-01T14:30:00+02:00", amount=19.99, email="b@example.com", customer_id=7, unknown=1),
        order("2026-02-20T00:00:00.123456Z", order_id="late", shipped_on="2026-02-21", quantity="12"),
        '{"order_id": "exact", "ordered_at": "2026-03-01 12:00:00", '
        + '"exact": 1234567890123456789.0123456789, "payload": {"b": [1, "}{"], "a": null}}',
        order(noon, order_id="é🦀", amount=101, payload="5"),
        order(noon, order_id="warned", amount=5000),
    ]
    bad = [
        ("invalid json", '{"order_id": "half", "ordered'),
        ("invalid json", '["order_id"]'),
        ("invalid json", "free text"),
        ("invalid json: more than one object", order(noon, order_id="p") + order(noon, order_id="q")),
        ("order_id: missing", json.dumps({"ordered_at": noon})),
        ("order_id: missing", order(noon, order_id=None)),
        ("ordered_at: missing", json.dumps({"order_id": "n"})),
        ("ordered_at: not a timestamp", order("2026", order_id="t1")),
        ("ordered_at: not a timestamp", order("01/03/2026 5pm", order_id="t2")),
        ("ordered_at: not a timestamp", order("2026-02-30T00:00:00Z", order_id="t3")),
        # It would win over every later version of its key.
        ("ordered_at: in the future", order("2099-01-01T00:00:00Z", amount=5, customer_id=9)),
        ("customer_id: not a bigint", order(noon, order_id="b", customer_id="seven")),
        ("customer_id: not a bigint", order(noon, order_id="b", customer_id=1.5)),
        ("amount: not a decimal(12,2)", order(noon, order_id="d", amount=12345678901)),
        ("exact: not a decimal(38,10)", order(noon, order_id="d", exact="1e30")),
        ("order_id: longer than 36 characters", order(noon, order_id="é" * 37)),
        ("order_id: with the character NUL", order(noon, order_id="a\x00b")),
        ("email: longer than 254 characters", order(noon, email="x" * 1_000_000)),
        ("payload: not a json", order(noon, order_id="j", payload="no document")),
        ("shipped_on: not a date", order(noon, order_id="s", shipped_on="2026-1-1")),
        ("expectation: positive_amount", order(noon, order_id="neg", amount=-1)),
    ]
    lines = good + ["", "   "] + [text for _, text in bad]
    orders.write(f"{HOUR.format(12)}/a.gz", "\n".join(lines) + "\n")
    orders.write(f"{HOUR.format(13)}/b.gz", good[0] + "\n")
    orders.write(f"{HOUR.format(13)}/empty.gz", "")
    printed = orders.run("r1")
    check("every row is in one place", orders.metrics("r1"), (len(good) + len(bad) + 1, 5, len(bad), 2))
    emf = json.loads(printed.splitlines()[-1])
    check("CloudWatch sees the rows", (emf["rows_out"], emf["dataset"]), (5, "orders"))
    refused = orders.refused("r1")
    found = sorted((one["reason"], one["text"]) for one in refused)
    check("quarantine has each reason and text", found, sorted(bad))
    check("quarantine has the source", {Path(one["source"]).name for one in refused}, {"a.gz"})
    check("quarantine has the run", {one["run_id"] for one in refused}, {"r1"})
    metrics = orders.manifest("r1")["strataform"]["metrics"]
    check("rules are counted", metrics["failed"], {"positive_amount": 1, "small_amount": 1})
    check("undeclared fields are counted", metrics["rows_unknown"], 1)

    rows = {row["order_id"]: row for row in orders.rows(spark, "r1")}
    check("the keys", sorted(rows), sorted(["o1", "late", "exact", "é🦀", "warned"]))
    names = "order_id ordered_at customer_id amount email payload quantity exact shipped_on is_gift weight"
    order_columns = ["arrived__at", "row__attempt", "row__hash"]
    check("the columns", list(rows["o1"]), [*names.split(), "phone", "is_large", *order_columns])
    digest = hmac.new(KEY.encode(), b"b@example.com", hashlib.sha256).hexdigest()
    latest = rows["o1"]
    check("the latest wins, hashed", (latest["email"], latest["customer_id"]), (digest, 7))
    check(
        "decimals",
        (latest["amount"], rows["exact"]["exact"]),
        (
            Decimal("19.99"),
            Decimal("1234567890123456789.0123456789"),
        ),
    )
    check("a zone becomes UTC", latest["ordered_at"], datetime.datetime(2026, 3, 1, 12, 30))
    check("texts become numbers", rows["late"]["quantity"], 12)
    check("dates", rows["late"]["shipped_on"], datetime.date(2026, 2, 21))
    check("json", json.loads(rows["exact"]["payload"]), {"b": [1, "}{"], "a": None})
    check("derived", (rows["é🦀"]["is_large"], latest["is_large"]), (True, False))
    check("null stays null", (rows["late"]["email"], rows["late"]["phone"]), (None, None))
    days = {Path(entry["url"]).parent.name for entry in orders.manifest("r1")["entries"]}
    check("folders", days, {"event_day=2026-03-01", "event_day=2026-02-20"})


def reruns(spark: SparkSession, orders: Dataset) -> None:
    before = orders.manifest("r1")
    printed = json.loads(orders.run("r1").removeprefix("METRICS "))
    check("the same run again does nothing", (printed["skipped"], orders.manifest("r1")), (True, before))
    orders.run("r2")
    check("nothing new is an empty run", orders.metrics("r2"), (0, 0, 0, 0))
    line = order("2026-03-01T15:00:00Z", order_id="new", phone="555", note="abc") + "\n"
    orders.write(f"{HOUR.format(15)}/c.gz", line)
    orders.write(f"{HOUR.format(15)}/cut.gz", os.urandom(5000).hex() + "\n", most=2000)
    orders.run("r3")
    check("a damaged file is quarantined", orders.metrics("r3"), (1, 1, 0, 0))
    own = orders.manifest("r3")["strataform"]
    check("by its name", [Path(path).name for path in own["damaged"]], ["cut.gz"])
    check("in quarantine", [one["reason"] for one in orders.refused("r3")], ["unreadable file"])
    row = orders.rows(spark, "r3")[0]
    check("masked and dropped", (row["phone"], "note" in row), ("***", False))
    orders.run("r4", "--from", "2026-03-01T13", "--to", "2026-03-01T15")
    check("a window reads its hours", orders.metrics("r4"), (1, 1, 0, 0))
    orders.write(f"{HOUR.format(16)}/bad.gz", "no\nnone\n")
    orders.run("r5")
    check("a window without a good row", orders.metrics("r5"), (2, 0, 2, 0))


def threshold(orders: Dataset) -> None:
    lines = [order("2026-03-01T17:00:00Z", order_id=str(at), amount=5000) for at in range(3)]
    orders.write(f"{HOUR.format(17)}/d.gz", "\n".join(lines))
    fails(orders, "r6", "only 0 of 3 records pass the expectation 'small_amount', and its threshold is 50%")
    # The same threshold counts records that reach no rule.
    lines = [order("2026-03-01T17:00:00Z", order_id=str(at), amount="none") for at in range(9)]
    orders.write(f"{HOUR.format(17)}/d.gz", "\n".join([*lines, order("2026-03-01T17:00:00Z")]))
    fails(orders, "r7", "only 1 of 10 records pass the expectation 'small_amount', and its threshold is 50%")


def fails(dataset: Dataset, run_id: str, why: str) -> None:
    """Check that the records fail a run, and that what it rejected is in the quarantine."""
    try:
        dataset.run(run_id)
    except RuntimeError as error:
        check(f"{run_id}: the message", str(error).startswith(f"the records fail the run: {why}"), True)
    else:
        raise SystemExit(f"{run_id}: the run should have failed")
    check(f"{run_id}: nothing is committed", (dataset.root / f"curated/manifests/{run_id}.json").exists(), False)


def quarantined(dataset: Dataset, run_id: str) -> list[str]:
    """Return the reasons of a run that did not commit."""
    folder = dataset.root / f"quarantine/run={run_id}/rows"
    texts = [gzip.decompress(path.read_bytes()) for path in folder.glob("part-*.json.gz")]
    return sorted(json.loads(line)["reason"] for text in texts for line in text.splitlines())


def unreadable(customers: Dataset) -> None:
    """Cut all files of a run: nothing is read, and the run fails, as if every record had been rejected."""
    customers.module.MAX_REJECTED = 10
    text = "customer_id,country\n" + os.urandom(5000).hex() + ",DE\n"
    for name in ("cut-1.csv.gz", "cut-2.csv.gz"):
        customers.write(name, text, most=2000)
    customers.write("empty.csv", "")
    fails(customers, "u1", "no file can be read (2 are damaged), and max_rejected is 10%")
    (listed,) = (customers.root / "quarantine").glob("run=u1*/files.json")
    named = sorted(Path(json.loads(line)["source"]).name for line in listed.read_text().splitlines())
    check("u1: the quarantine names them", named, ["cut-1.csv.gz", "cut-2.csv.gz"])
    customers.run("u2", "--from", "2000-01-01T00", "--to", "2100-01-01T00")
    check("u2: with another file, they are quarantined", len(customers.manifest("u2")["strataform"]["damaged"]), 2)
    check("u2: the rows of the other files", customers.metrics("u2"), customers.metrics("f1"))


def unread(customers: Dataset) -> None:
    """Allow a run of which nothing can be read."""
    customers.write("cut-3.csv.gz", "customer_id,country\n" + os.urandom(5000).hex() + ",DE\n", most=2000)
    customers.run("u3")
    check("u3: 100 allows all", (customers.metrics("u3"), len(customers.refused("u3"))), ((0, 0, 0, 0), 1))


def rejected(customers: Dataset) -> None:
    """Rename a column in the source: every record is rejected, and the run fails, as does one of too many."""
    customers.module.MAX_REJECTED = 10
    customers.write("renamed.csv", "customer,country\n" + "1,DE\n" * 4)
    # Four are few, but all there are.
    why = "4 of 4 records were rejected, and max_rejected is 10%: 4 times 'customer_id: missing'"
    fails(customers, "m1", why)
    check("m1: the quarantine has them", quarantined(customers, "m1"), ["customer_id: missing"] * 4)
    customers.write("renamed.csv", "customer_id,country\n" + "1,DE\n" * 89 + "x,DE\n" * 11)
    fails(customers, "m2", "11 of 100 records were rejected, and max_rejected is 10%")
    customers.write("renamed.csv", "customer_id,country\n" + "1,DE\n" * 90 + "x,DE\n" * 10)
    customers.run("m3")
    check("m3: as many as are allowed", customers.metrics("m3"), (100, 1, 10, 89))
    customers.write("renamed.csv", "customer_id,country\n1,DE\n2,DE\nx,DE\n")
    customers.run("m4")
    check("m4: one of three is no share", customers.metrics("m4"), (3, 2, 1, 0))
    customers.module.MAX_REJECTED = 100
    customers.write("renamed.csv", "customer,country\n" + "1,DE\n" * 20)
    customers.run("m5")
    check("m5: 100 allows all", customers.metrics("m5"), (20, 0, 20, 0))


def files(spark: SparkSession, customers: Dataset) -> None:
    customers.write("one.csv", "customer_id,country\n1,DE\n2,\n2x,FR\n3,DEU\n4,DE,more\n")
    os.utime(customers.root / "raw/one.csv", (1_000_000_000, 1_000_000_000))
    # Another order of columns, an undeclared one, a field with a line break.
    customers.write("odd[1] {x}?.csv", "customer_id,country\n7,NO\n")
    customers.write("two.csv.gz", '\ufeffcountry,"no,te",customer_id\nAT,"a\n""b""",1\nCH,,5\n')
    customers.run("f1")
    check("csv: every row", customers.metrics("f1"), (8, 4, 3, 1))
    check("csv: an unknown column", customers.manifest("f1")["strataform"]["metrics"]["rows_unknown"], 2)
    rows = sorted((row["customer_id"], row["country"]) for row in customers.rows(spark, "f1"))
    check("csv: by header, the later file wins", rows, [(1, "AT"), (2, None), (5, "CH"), (7, "NO")])
    reasons = sorted(one["reason"] for one in customers.refused("f1"))
    wanted = ["country: longer than 2 characters", "customer_id: not a bigint", "invalid csv"]
    check("csv: reasons", reasons, wanted)


def parquet(spark: SparkSession, orders: Dataset) -> None:
    """Files of an older schema, without most columns, and a damaged one."""
    schema = "order_id STRING, ordered_at TIMESTAMP, amount DECIMAL(12,2), email STRING"
    noon = datetime.datetime(2026, 3, 1, 12)
    rows = [
        ("a", noon, Decimal("1.50"), "a@example.com"),
        (None, noon, None, None),
        ("x" * 40, noon, None, None),
    ]
    rows += [("a", noon - datetime.timedelta(hours=1), None, None), ("n", noon, Decimal(-1), None)]
    spark.createDataFrame(rows, schema).coalesce(1).write.parquet(str(orders.root / "raw/old"))
    orders.write("cut.parquet", b"PAR1 and then nothing")
    orders.run("p1")
    check("parquet: every row", orders.metrics("p1"), (5, 1, 3, 1))
    reasons = sorted(one["reason"] for one in orders.refused("p1"))
    wanted = ["expectation: positive_amount", "order_id: longer than 36 characters", "order_id: missing"]
    check("parquet: reasons", reasons, [*wanted, "unreadable file"])
    row = orders.rows(spark, "p1")[0]
    check("parquet: values", (row["amount"], row["payload"]), (Decimal("1.50"), None))


def secrecy(spark: SparkSession, orders: Dataset) -> None:
    """Check that neither the key nor its pads are in a plan."""
    module = orders.module
    job = module.Job("test", "shop", "dev", "", "", "", "s1", None, None, None, 1, None, None, 1)
    paths = [str(orders.root / "raw" / HOUR.format(15) / "c.gz")]
    rows = module.check_records(module.read_records(spark, module.Storage(spark), paths))
    plan = module.keep_latest(module.protect(spark, rows, job))._jdf.queryExecution().toString()
    check("the plan has the hash", "_inner" in plan and "sha2" in plan, True)
    pads = [bytes(byte ^ pad for byte in KEY.encode()) for pad in (0, 0x36, 0x5C)]
    shown = [form for pad in pads for form in (pad.decode("latin-1"), pad.hex(), pad.hex().upper())]
    check("plans print no secret", [form for form in shown if form in plan], [])


def main(root: Path) -> None:
    os.environ["STRATAFORM_HASH_KEY"] = KEY
    os.environ["TZ"] = "UTC"
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    orders = Dataset(root, "orders", "orders")
    rules, orders.module.RULES = orders.module.RULES, without_thresholds(orders.module)
    dirty_stream(spark, orders)
    reruns(spark, orders)
    secrecy(spark, orders)
    orders.module.RULES = rules
    threshold(orders)
    customers = Dataset(root, "customers", "customers")
    files(spark, customers)
    unreadable(customers)
    rejected(customers)
    unread(customers)
    parquet(spark, Dataset(root, "parquet", "orders"))
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
