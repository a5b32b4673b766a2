"""Call services at an endpoint: a JSON line [service, operation, parameters] in, a JSON line out.

`look.py ENDPOINT ACCOUNT REGION`. It does not read stacks: a test sees what the service itself
returns.
"""

from __future__ import annotations

import base64
import json
import sys
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


def main() -> None:
    endpoint, account, region = sys.argv[1:]
    clients: dict[str, Any] = {}
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    for line in sys.stdin:
        service, operation, parameters = json.loads(line)
        try:
            if service not in clients:
                clients[service] = boto3.client(
                    service,
                    endpoint_url=endpoint,
                    region_name=region,
                    aws_access_key_id=account,
                    aws_secret_access_key="x",
                    config=config,
                )
            if "Base64" in parameters:
                parameters["Body"] = base64.b64decode(parameters.pop("Base64"))
            answer = getattr(clients[service], operation)(**parameters)
            answer.pop("ResponseMetadata", None)
        except ClientError as error:
            answer = {"error": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
        except BotoCoreError as error:
            answer = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(answer, default=_plain), flush=True)


if __name__ == "__main__":
    main()
