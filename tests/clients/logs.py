"""awslogs reads the log of the job, which has the metrics of the run."""

from __future__ import annotations

import json

from deployed import SHOP, command, equal, events

SHOP.use()
where = ("--aws-region", SHOP.region)
groups = command("awslogs", "groups", *where).splitlines()
(output,) = (name for name in groups if name.endswith("/output") and f"/{SHOP.prefix}/jobs" in name)
streams = command("awslogs", "streams", output, *where).splitlines()
equal(len([name for name in streams if name.startswith("jr_")]), 1, "a log stream for each job run")
get = ("awslogs", "get", output, "ALL", "--start", "1h", "--no-group", "--no-stream", "--no-color")
lines = command(*get, *where).splitlines()
(text,) = (line.removeprefix("METRICS ") for line in lines if line.startswith("METRICS "))
metrics = json.loads(text)
equal((metrics["rows_in"], metrics["rows_out"]), (len(events()),) * 2, "the metrics of the run")
found = command(*get, "--filter-pattern", '"rows_out"', *where).splitlines()
assert found and all("rows_out" in line for line in found), found
