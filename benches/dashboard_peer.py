"""cfn-lint on a template: dashboard_peer.py TEMPLATE prints its version and the CPU seconds of one check.

Imports and schemas are loaded first: the timed part is one check after another one.
"""

import statistics
import sys
import time

import cfnlint.api
import cfnlint.config
from cfnlint.version import __version__

text = open(sys.argv[1], encoding="utf-8").read()
config = cfnlint.config.ManualArgs(regions=["eu-west-1"])
seconds = []
for _ in range(4):
    start = time.process_time()
    found = cfnlint.api.lint(text, config=config)
    seconds.append(time.process_time() - start)
    if found:
        raise SystemExit(str(found))
print(__version__, statistics.median(seconds[1:]))
