"""A local AWS of this run's own, for a smoke test without an account.

In: nothing. Out: environment variables that reach it, until the run ends. It refuses to use a server that
it did not start.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .account import Account
from .gen import Failed

# The role with which QuickSight reads secrets.
SECRETS_ROLE = "aws-quicksight-secretsmanager-role-v0"


@contextlib.contextmanager
def server() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="smoke-") as folder:
        ready = Path(folder) / "ready.json"
        words = ["-B", "-m", "strataform_local", "--port", "0", "--until-eof", "--ready-file", str(ready)]
        child = subprocess.Popen(
            [sys.executable, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # An interruption of the terminal must not end it before the platform is destroyed.
            process_group=0,
        )
        try:
            yield _variables(_port(child, ready))
        finally:
            assert child.stdin is not None
            child.stdin.close()
            child.wait()


def select_a_secret(account: Account) -> None:
    """Make the role that QuickSight makes when an administrator first selects a secret."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "quicksight.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    account.client("iam").create_role(
        RoleName=SECRETS_ROLE,
        Path="/service-role/",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )


def _port(child: subprocess.Popen[bytes], ready: Path) -> int:
    until = time.monotonic() + 60
    while not ready.exists():
        if child.poll() is not None or time.monotonic() > until:
            raise Failed("the local AWS did not start")
        time.sleep(0.05)
    return int(json.loads(ready.read_text(encoding="utf-8"))["port"])


def _variables(port: int) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
