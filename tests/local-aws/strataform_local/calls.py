"""Calls of the server to itself, with the account and region of the request that it handles."""

from __future__ import annotations

import functools
import os
import threading
from typing import Any

import boto3
from botocore.config import Config
from ministack.core.responses import get_account_id, get_region

_LOCK = threading.Lock()


def client(service: str) -> Any:
    """Return a client for a service. Do not use it in the thread that handles requests: it would deadlock."""
    with _LOCK:
        return _client(service, get_account_id(), get_region())


@functools.cache
def _client(service: str, account: str, region: str) -> Any:
    return boto3.session.Session().client(
        service,
        endpoint_url=os.environ["AWS_ENDPOINT_URL"],
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="local",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )
