"""Call services at an endpoint: a JSON line [service, operation, parameters] in, a JSON line out.

`look.py ENDPOINT ACCOUNT REGION`. A line can have another account and another region at its end. It does
not read stacks: a test sees what the service itself returns. The service `strataform` is the server itself:
`account` sets what the account has, or lets time pass; `calls` returns its calls since the last time.
"""

from __future__ import annotations

import base64
import json
import sys
import urllib.request
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if hasattr(value, "read"):
        return value.read().decode("utf-8", "replace")
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _own(endpoint: str, path: str, parameters: dict[str, Any]) -> Any:
    body = json.dumps(parameters).encode()
    with urllib.request.urlopen(f"{endpoint}/_strataform/{path}", data=body) as answer:
        return json.load(answer)


def main() -> None:
    endpoint, *own = sys.argv[1:]
    clients: dict[tuple[str, ...], Any] = {}
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    for line in sys.stdin:
        service, operation, parameters, *other = json.loads(line)
        account, region = other or own
        if service == "strataform":
            settings = {"account": account, "region": region, **parameters}
            print(json.dumps(_own(endpoint, operation, settings)), flush=True)
            continue
        try:
            key = (service, account, region)
            if key not in clients:
                clients[key] = boto3.client(
                    service,
                    endpoint_url=endpoint,
                    region_name=region,
                    aws_access_key_id=account,
                    aws_secret_access_key="x",
                    config=config,
                )
            for name, decode in (("Base64", base64.b64decode), ("Hex", bytes.fromhex)):
                if name in parameters:
                    parameters["Body"] = decode(parameters.pop(name))
            answer = getattr(clients[key], operation)(**parameters)
            answer.pop("ResponseMetadata", None)
        except ClientError as error:
            answer = {"error": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
        except BotoCoreError as error:
            answer = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(answer, default=_plain), flush=True)


if __name__ == "__main__":
    main()
