"""The account: calls of its services.

In: credentials, found as every AWS tool finds them, and a region. Out: clients, and the outputs of
stacks. It refuses nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .gen import Failed

# What a call of a service raises.
ERRORS = (ClientError, BotoCoreError)


class Account:
    """Connections to the services in one region."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._session = boto3.session.Session(region_name=region)
        self._clients: dict[tuple[str, str, int], Any] = {}
        identity = self.client("sts").get_caller_identity()
        self.number: str = identity["Account"]
        self.identity: str = identity["Arn"]
        endpoint = str(self.client("sts").meta.endpoint_url)
        host = endpoint.split("//")[-1].split("/")[0].split(":")[0]
        self.is_aws = host.endswith((".amazonaws.com", ".amazonaws.com.cn"))
        self.pause = 10.0 if self.is_aws else 0.2

    def client(self, service: str, region: str | None = None, attempts: int = 5) -> Any:
        """A client of a service."""
        key = (service, region or self.region, attempts)
        if key not in self._clients:
            style = {} if self.is_known_aws() else {"s3": {"addressing_style": "path"}}
            config = Config(retries={"mode": "standard", "max_attempts": attempts}, **style)
            self._clients[key] = self._session.client(service, region_name=key[1], config=config)
        return self._clients[key]

    def is_known_aws(self) -> bool:
        return getattr(self, "is_aws", True)

    def outputs(self, platform: str) -> dict[str, str]:
        """The outputs of the platform's stacks, as `storage.RawBucketName`."""
        found = {}
        for stack in pages(self.client("cloudformation"), "describe_stacks", "Stacks"):
            name = str(stack["StackName"])
            if name.startswith(f"{platform}-dev-"):
                short = name.removeprefix(f"{platform}-dev-")
                found.update(
                    {
                        f"{short}.{one['OutputKey']}": str(one["OutputValue"])
                        for one in stack.get("Outputs", [])
                    }
                )
        return found

    def wait(self, what: str, seconds: float, look: Callable[[], Any]) -> Any:
        """Look until the result is true; fails after this time."""
        until = time.monotonic() + seconds
        while not (found := look()):
            if time.monotonic() > until:
                raise Failed(f"{what}: not after {seconds:.0f} s")
            time.sleep(self.pause)
        return found


def pages(client: Any, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
    """All items of a list operation, of all its pages."""
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**parameters).get(key, [])
        return
    for page in client.get_paginator(operation).paginate(**parameters):
        yield from page.get(key, [])
