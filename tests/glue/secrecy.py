"""Run a script with full Spark logging, and search everything that it leaves behind for the hash key.

Usage: secrecy.py FOLDER SCRIPT, where the script cleans `plain` of the `platform.toml` next to this file.
"""

import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from stage import check

SHORT = b"a-key-of-31-bytes-for-a-test-01"
LONG = b"a key of more than a block, which is hashed before it is padded; 0123456789 " * 2
EMAIL = "somebody.private{}@example.com"
HOUR = "year=2026/month=03/day=01/hour=12"
SETTINGS = {
    "spark.master": "local[2]",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.log.level": "INFO",
    "spark.eventLog.enabled": "true",
    # Complete plans, and each step of the optimizer.
    "spark.sql.debug.maxToStringFields": "1000",
    "spark.sql.planChangeLog.level": "INFO",
}
# A stand-in for the SDK, which returns the key as Secrets Manager does.
FAKE_SDK = """
class Client:
    def get_secret_value(self, SecretId):
        assert SecretId == "the-secret"
        return {{"SecretString": {!r}}}


def client(name):
    return Client()
"""
# The script as it would be with the pads as literals in its plan: the search must find them.
CAREFUL = "rows.crossJoin(F.broadcast(hash_pads(spark, job)))"
CARELESS = "rows.select('*', *literal_pads())"
PADS = """
def literal_pads() -> "list[SparkColumn]":
    key = os.environ["STRATAFORM_HASH_KEY"].encode().ljust(64, bytes(1))
    pairs = (("_inner", 0x36), ("_outer", 0x5C))
    return [F.lit(bytearray(byte ^ pad for byte in key)).alias(name) for name, pad in pairs]


if __name__ =="""
FAILURE = """
def reconcile(*_: object) -> None:
    raise RuntimeError("on purpose")


if __name__ =="""


def written(data: bytes) -> list[bytes]:
    """Return the forms in which programs print bytes."""
    signed = ", ".join(str(byte - 256 if byte > 127 else byte) for byte in data)
    forms = [
        data.decode("latin-1"),
        data.hex(),
        data.hex().upper(),
        data.hex(" "),
        data.hex(" ").upper(),
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode(),
        ", ".join(map(str, data)),
        signed,
        signed.replace(" ", ""),
        repr(data)[2:-1],
    ]
    return [data, *(form.encode() for form in forms)]


def traces(key: bytes) -> set[bytes]:
    """Return byte strings that reveal the key, its pads, or a part of them: 12 bytes are enough."""
    block = hashlib.sha256(key).digest() if len(key) > 64 else key
    secrets = [key, block, *(bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))]
    parts = [one[at : at + 12] for one in secrets for at in range(0, len(one) - 11, 12)]
    return {form for part in parts for form in written(part)}


class World:
    """A folder in which a script runs."""

    def __init__(self, root: Path, script: str) -> None:
        self.root = root
        (root / "events").mkdir(parents=True)
        (root / "plain.py").write_text(script)
        at = "2026-03-01T12:00:00Z"
        records = [{"id": str(n), "at": at, "amount": n, "email": EMAIL.format(n)} for n in range(50)]
        lines = [json.dumps(one) for one in records]
        lines += ["no record", json.dumps({"id": "x", "at": at, "amount": -1}), json.dumps({"id": "y"})]
        hour = root / "raw" / HOUR
        hour.mkdir(parents=True)
        (hour / "a.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
        (hour / "cut.gz").write_bytes(gzip.compress(os.urandom(3000).hex().encode())[:900])

    def run(self, key: bytes, from_sdk: bool) -> int:
        """Run the script as a process, and return its exit code. Its output goes to a file."""
        settings = {**SETTINGS, "spark.eventLog.dir": (self.root / "events").as_uri()}
        confs = " ".join(f"--conf '{name}={value}'" for name, value in settings.items())
        environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": f"{confs} pyspark-shell"}
        environment.pop("STRATAFORM_HASH_KEY", None)
        arguments = ["--JOB_NAME", "test", "--platform", "crash", "--environment", "dev"]
        arguments += ["--dataset", "plain", "--run_id", "r1"]
        for kind in ("raw", "curated", "quarantine"):
            arguments += [f"--{kind}_path", f"{self.root / kind}/"]
        if from_sdk:
            sdk = self.root.parent / f"{self.root.name}-sdk"
            sdk.mkdir()
            (sdk / "boto3.py").write_text(FAKE_SDK.format(key.decode()))
            environment["PYTHONPATH"] = str(sdk)
            arguments += ["--hash_secret", "the-secret"]
        else:
            environment["STRATAFORM_HASH_KEY"] = key.decode()
        command = [sys.executable, str(self.root / "plain.py"), *arguments]
        # Through a pipe, which ends when Spark does: after the Python that started it, when its log is closed.
        pipe = subprocess.PIPE
        done = subprocess.run(command, env=environment, stdout=pipe, stderr=subprocess.STDOUT, check=False)
        (self.root / "run.log").write_bytes(done.stdout)
        return done.returncode

    def left(self) -> dict[str, bytes]:
        """Return everything that a run leaves behind: its output, its events, and its files."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and path.name != "plain.py":
                data = path.read_bytes()
                whole = path.suffix == ".gz" and path.name != "cut.gz"
                found[str(path.relative_to(self.root))] = gzip.decompress(data) if whole else data
        return found

    def where(self, what: set[bytes]) -> list[str]:
        """Return the names of the files that contain any of the byte strings."""
        return [name for name, data in self.left().items() if any(one in data for one in what)]


def changed(script: str, old: str, new: str) -> str:
    """Replace text in a script that must occur exactly once."""
    check(f"the script has {old!r} once", script.count(old), 1)
    return script.replace(old, new)


def check_logs(world: World) -> None:
    """Check that there is something to search."""
    left = world.left()
    events = b"".join(data for name, data in left.items() if name.startswith("events/"))
    check("events have plans", b"sparkPlanInfo" in events and b"physicalPlanDescription" in events, True)
    check("plans have the pads' columns", b"_inner" in events and b"_outer" in events, True)
    check("the log has each step of the optimizer", b"PlanChangeLogger" in left["run.log"], True)


def good_run(root: Path, script: str) -> None:
    """Check a run that commits, with a key from the environment."""
    world = World(root / "good", script)
    code = world.run(SHORT, from_sdk=False)
    check("a run", (code, world.left()["run.log"][-3000:] if code else b""), (0, b""))
    check_logs(world)
    kinds = {Path(name).parts[0] for name in world.left()}
    check("it leaves all kinds of files", kinds, {"raw", "curated", "quarantine", "events", "run.log"})
    check("nothing has the key", world.where(traces(SHORT)), [])
    open_places = {Path(name).parts[0] for name in world.where({EMAIL.format(7).encode()})}
    check("unhashed values are in raw data only", open_places, {"raw"})


def failing_run(root: Path, script: str) -> None:
    """Check a run that ends with a stack trace, with a long key from the SDK."""
    world = World(root / "failing", changed(script, "if __name__ ==", FAILURE))
    check("a run fails", world.run(LONG, from_sdk=True) != 0, True)
    check("where it should", b"on purpose" in world.left()["run.log"], True)
    check_logs(world)
    check("nothing has the long key", world.where(traces(LONG)), [])


def careless_run(root: Path, script: str) -> None:
    """Check that the search finds a leak."""
    careless = changed(script, CAREFUL, CARELESS)
    world = World(root / "careless", changed(careless, "if __name__ ==", PADS))
    check("a careless run", world.run(SHORT, from_sdk=False), 0)
    found = {Path(name).parts[0] for name in world.where(traces(SHORT))}
    check("the leak of a careless script is found", found, {"events", "run.log"})


def main(root: Path, script: Path) -> None:
    """Run the script in three scenarios."""
    text = script.read_text()
    good_run(root, text)
    failing_run(root, text)
    careless_run(root, text)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
