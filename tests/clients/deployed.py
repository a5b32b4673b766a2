"""The platforms that the tests deploy, and what was sent to them.

A script beside this one lets one public client, or a group of them, do what a user would do. It runs in the
project's folder, and fails if what the client returns is not what was sent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
ACCOUNT = os.environ["AWS_ACCESS_KEY_ID"]


@dataclass(frozen=True)
class Platform:
    """An environment `dev`, by the names that `gen deploy` gives."""

    name: str
    region: str

    @property
    def prefix(self) -> str:
        return f"{self.name}-dev"

    def use(self) -> None:
        """Make its Region the default of the clients in this process."""
        os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"] = self.region

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=self.region)

    def outputs(self) -> dict[str, str]:
        """Return the outputs of all its stacks."""
        pages = self.client("cloudformation").get_paginator("describe_stacks").paginate()
        stacks = [stack for page in pages for stack in page["Stacks"]]
        mine = [stack for stack in stacks if stack["StackName"].startswith(f"{self.prefix}-")]
        return {one["OutputKey"]: one["OutputValue"] for stack in mine for one in stack.get("Outputs", [])}


SHOP = Platform("shop", "eu-west-1")
ORDERS = Platform("orders", "eu-central-1")
EVENTS = Path("events.json")


def events() -> list[dict[str, Any]]:
    """Return the records that were sent to the stream of `shop`, by ID."""
    sent: list[dict[str, Any]] = json.loads(EVENTS.read_text())
    return sorted(sent, key=lambda event: str(event["event_id"]))


def amount(event: dict[str, Any]) -> Decimal | None:
    return None if event["amount"] is None else Decimal(event["amount"])


def moment(event: dict[str, Any]) -> datetime:
    """Return the time of an event without its zone, as files and tables have it."""
    return datetime.fromisoformat(event["occurred_at"]).replace(tzinfo=None)


def command(*words: str) -> str:
    """Run a program of this environment, and return what it prints."""
    program = Path(sys.executable).with_name(words[0])
    done = subprocess.run([str(program), *words[1:]], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def aws(*words: str) -> Any:
    """Run the AWS CLI, and return the JSON that it prints."""
    return json.loads(command("aws", *words, "--output", "json") or "null")


def equal(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise AssertionError(f"{what}:\n   found {found!r}\nexpected {expected!r}")
