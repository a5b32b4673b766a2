"""Run a command in a terminal of its own, and answer what it asks.

`terminal.py COMMAND… < STEPS`: STEPS is a JSON list of [expected text, answer]. An answer is typed when its text has been
shown; one whose text is empty is typed at once, before anything is shown. Everything that was shown goes to the standard
output, and the exit code is the command's.
"""

from __future__ import annotations

import json
import os
import pty
import select
import sys
import time

PATIENCE = 120.0


def main() -> int:
    steps = json.loads(sys.stdin.read())
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    shown, seen, until = b"", 0, time.monotonic() + PATIENCE
    while time.monotonic() < until:
        while steps and shown.find(steps[0][0].encode(), seen) >= 0:
            expected, answer = steps.pop(0)
            seen = shown.find(expected.encode(), seen) + len(expected.encode())
            os.write(terminal, f"{answer}\n".encode())
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if not ready:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:
            # Linux says so when the other end is closed.
            data = b""
        if not data:
            break
        shown += data
    else:
        os.kill(child, 9)
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    if steps:
        print(f"never shown: {steps[0][0]!r}", file=sys.stderr)
        return 99
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
