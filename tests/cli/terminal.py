"""Run a command in a terminal, and answer its prompts.

`terminal.py COMMAND… < STEPS`: STEPS is a JSON list of [expected text, answer]. An answer is typed after its text is
shown, or at once if its text is empty. All output of the terminal goes to standard output, and the exit code is the
command's.
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
            # Linux raises this when the other end is closed.
            data = b""
        if not data:
            break
        shown += data
    else:
        os.kill(child, 9)
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    if steps:
        print(f"never printed: {steps[0][0]!r}", file=sys.stderr)
        return 99
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
