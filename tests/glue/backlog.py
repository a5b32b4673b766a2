"""Work off a backlog in bounded runs, the oldest files first: each file is read once, however old it is by then.

Usage: backlog.py FOLDER SCRIPT, where the script cleans `plain` of the `platform.toml` next to this file.
"""

import datetime
import json
import sys
from pathlib import Path
from typing import Any

from overwritten import clock, touch
from records import HOUR, orders
from stage import Stage, check, session

FIRST = datetime.datetime(2026, 3, 10, 2, tzinfo=datetime.UTC)
# An outage that is much longer than the time for which a run looks back.
DAYS = 9


def drop(stage: Stage, day: int) -> Path:
    """Deliver a file of ten records on a day."""
    path = f"{HOUR.format(day)}/{9 - day}.gz"
    stage.write(path, [*orders(10 * day, 10, 1)])
    file = stage.root / "raw" / path
    touch(file, FIRST + datetime.timedelta(days=day))
    return file


def run(stage: Stage, run_id: str, moment: datetime.datetime, *more: str) -> dict[str, Any]:
    """Run the script at a moment, and return its manifest."""
    stage.run(run_id, *more, datetime=clock(moment))
    path = stage.root / "curated/manifests" / f"{run_id}.json"
    touch(path, moment)
    manifest: dict[str, Any] = json.loads(path.read_text())
    return manifest


def names(manifest: dict[str, Any]) -> list[str]:
    """Return the names of the files that a run read."""
    return sorted(Path(one["path"]).name for one in manifest["strataform"]["inputs"])


def main(root: Path, script: Path) -> None:
    """Run before, during and after the backlog."""
    spark = session(root)
    stage = Stage(root, script)
    drop(stage, 0)
    manifest = run(stage, "before", FIRST + datetime.timedelta(hours=1))
    check("without a limit, nothing is left", (names(manifest), manifest["left"]), (["9.gz"], False))
    sizes = [drop(stage, day).stat().st_size for day in range(1, DAYS)]
    # Estimated as text, two files fit and three do not.
    most = str(8 * 2 * max(sizes) + 8 * min(sizes) // 2)
    moment = FIRST + datetime.timedelta(days=DAYS)
    for number, wanted in enumerate([["7.gz", "8.gz"], ["5.gz", "6.gz"], ["3.gz", "4.gz"], ["1.gz", "2.gz"]]):
        moment += datetime.timedelta(hours=1)
        manifest = run(stage, f"after-{number}", moment, "--input_bytes", most)
        left = 6 - 2 * number
        check(f"run {number}: the oldest files", names(manifest), wanted)
        found = (manifest["left"], manifest["strataform"]["metrics"]["files_left"])
        check(f"run {number}: what is left", found, (left > 0, left))
        # The state machine reads the beginning of the manifest, without spaces.
        head = json.dumps(manifest)[:65_536].replace(" ", "")
        check(f"run {number}: where the state machine looks", '"left":true' in head, left > 0)
        check(f"run {number}: before the files", list(manifest)[:3], ["columns", "left", "entries"])
    manifest = run(stage, "nothing", moment + datetime.timedelta(hours=1), "--input_bytes", most)
    check("nothing is left", (names(manifest), manifest["left"]), ([], False))
    check("every record is there once", [row[0] for row in stage.table(spark)], sorted(str(n) for n in range(90)))
    drop(stage, 9)
    manifest = run(stage, "large", moment + datetime.timedelta(hours=2), "--input_bytes", "1")
    check("a file that is larger than the limit is read", (len(names(manifest)), manifest["left"]), (1, False))
    whole = ["--from", "2026-03-01T00", "--to", "2026-03-02T00", "--input_bytes", "1"]
    manifest = run(stage, "window", moment + datetime.timedelta(hours=3), *whole)
    check("a run over a window reads all of it", (len(names(manifest)), manifest["left"]), (10, False))
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
