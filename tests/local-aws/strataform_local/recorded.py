"""The calls of each account, in order: `service:Operation`, or the method and path of a request to S3."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Mapping

from .models import AwsError, Request, read

_FORM = re.compile(rb"(?:^|&)Action=([A-Za-z0-9]+)")
# Of each account; a test of a deployment makes some hundred calls.
_MOST = 5000

_CALLS: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_MOST))


def record(account: str, service: str, request: Request) -> None:
    _CALLS[account].append(f"{service}:{_operation(service, request)}")


def calls(account: str) -> list[str]:
    """Return the calls of an account so far, and forget them."""
    return list(_CALLS.pop(account, ()))


def clear() -> None:
    """Forget all calls."""
    _CALLS.clear()


def _operation(service: str, request: Request) -> str:
    target = request.headers.get("x-amz-target", "")
    if target:
        return target.rpartition(".")[2]
    form = _FORM.search(request.body) if _is_form(request.headers) else None
    if form is not None:
        return form[1].decode()
    try:
        return str(read(service, request)[0].name)
    except (AwsError, KeyError, ValueError):
        return f"{request.method} {request.path}"


def _is_form(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
