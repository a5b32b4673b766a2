"""The application: our own services, and ministack for all others."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

import ministack.app as ministack
from ministack.core.responses import set_request_account_id, set_request_region

from . import (
    account,
    athena,
    audit,
    clock,
    data_api,
    fixes,
    flows,
    identity,
    jobs,
    lake,
    lifecycle,
    limits,
    models,
    names,
    nouns,
    plain,
    recorded,
    stacks,
    strict,
    topics,
    usage,
    zones,
)
from .models import Answer, AwsError, Request
from .store import STORE

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

OWN = frozenset(
    {nouns.QUICKSIGHT, nouns.SERVERLESS, nouns.REDSHIFT, nouns.LAKE, data_api.SERVICE, account.QUOTAS}
)
# Services of which some operations are answered here.
PARTS = frozenset({nouns.GLUE, account.KINESIS})
HEALTH = "/_strataform/health"
RESET = "/_ministack/reset"
# Turns the clock of objects: {"now": SECONDS}, or null for the time of the machine.
CLOCK = "/_strataform/clock"
# Returns the calls of an account since the last time: {"account": ID}.
CALLS = "/_strataform/calls"
# Sets what an account has, which rules do not apply to it, and lets its time pass: see `_settled`.
ACCOUNT = "/_strataform/account"
# The paths of this server that are not AWS's; crates/local uses them, too.
VERSION = 2

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d+/([^/]+)/([^/]+)/aws4_request")


class App:
    def __init__(self) -> None:
        self.requests = 0
        clock.install()
        stacks.install()
        plain.install()
        fixes.install()
        names.install()
        limits.install()
        zones.install()
        audit.install()
        identity.install()
        account.install()
        lake.install()
        athena.install()
        topics.install()
        jobs.install()
        flows.install()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await ministack.app(scope, receive, send)
            return
        if scope["path"] == HEALTH:
            await _send(send, self._health())
            return
        if scope["path"] == CLOCK:
            clock.turn(json.loads(await _body(receive))["now"])
            await _send(send, Answer(200, {"content-type": "application/json"}, b"{}"))
            return
        if scope["path"] == ACCOUNT:
            await _send(send, _settled(json.loads(await _body(receive))))
            return
        if scope["path"] == CALLS:
            made = recorded.calls(json.loads(await _body(receive))["account"])
            await _send(send, Answer(200, {"content-type": "application/json"}, json.dumps(made).encode()))
            return
        if scope["path"] == RESET:
            STORE.clear()
            identity.clear()
            limits.clear()
            strict.clear()
            account.clear()
            recorded.clear()
            data_api.forget()
        if not scope["path"].startswith("/_ministack/"):
            self.requests += 1
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        found = _CREDENTIAL.search(headers.get("authorization", ""))
        if found is not None:
            key, region, signed = found.groups()
            # The name of a service in signatures is not always that of its model.
            service = {"servicequotas": account.QUOTAS}.get(signed, signed)
            request = Request(
                scope["method"],
                _path(scope),
                scope.get("query_string", b"").decode(),
                headers,
                # The objects of S3 are not held here.
                b"" if service == "s3" else await _body(receive),
            )
            recorded.record(ministack._request_account_scope(key), service, request)
            if service in OWN or _is_own_part(service, headers):
                set_request_account_id(ministack._request_account_scope(key))
                set_request_region(region)
                await _send(send, await _answer(service, request))
                return
            if service != "s3":
                receive = _again(request.body)
        await ministack.app(_with_key(scope, headers), receive, send)

    def _health(self) -> Answer:
        fields = {
            "name": "strataform-local",
            "version": VERSION,
            "pid": os.getpid(),
            "requests": self.requests,
            "spark": {"python": os.environ.get(jobs.PYTHON), "installed": jobs.python() is not None},
        }
        return Answer(200, {"content-type": "application/json"}, json.dumps(fields).encode())


def _settled(settings: models.Json) -> Answer:
    """Set what an account has: its ID is `account`, its region `region`.

    `quicksight` has the subscription; `off` the rules that do not apply; `hours` and `days` pass for its
    warehouses and buckets; `second` true stops the clock of its streams, and false lets it go.
    """
    name = settings["account"]
    set_request_account_id(name)
    set_request_region(settings.get("region", "us-east-1"))
    identity.settle(name, settings.get("quicksight") or {})
    account.settle(name, settings)
    if "off" in settings:
        strict.turn_off(name, settings["off"])
    if "second" in settings:
        limits.stop_second(name, settings["second"])
    usage.pass_hours(int(settings.get("hours") or 0))
    lifecycle.pass_days(int(settings.get("days") or 0))
    return Answer(200, {"content-type": "application/json"}, b"{}")


def _with_key(scope: Scope, headers: dict[str, str]) -> Scope:
    """Add S3's own key if an object is to be encrypted with KMS but no key is given, as AWS does."""
    named = "x-amz-server-side-encryption-aws-kms-key-id"
    if headers.get("x-amz-server-side-encryption") != "aws:kms" or named in headers:
        return scope
    return {**scope, "headers": [*scope["headers"], (named.encode(), b"alias/aws/s3")]}


def _is_own_part(service: str, headers: dict[str, str]) -> bool:
    """Return whether an operation of a service that ministack has is answered here."""
    target = headers.get("x-amz-target", "")
    return service in PARTS and STORE.knows(service, target.rpartition(".")[2])


def _again(body: bytes) -> Receive:
    """Return what receives a body that was read already."""
    sent = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _path(scope: Scope) -> str:
    """Return the path as it was sent: an ID can contain an encoded slash."""
    raw = scope.get("raw_path")
    return raw.decode().partition("?")[0] if raw else unquote(scope["path"])


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        event = await receive()
        body += bytes(event.get("body", b""))
        if not event.get("more_body"):
            return body


async def _answer(service: str, request: Request) -> Answer:
    try:
        om, params = models.read(service, request)
        models.wanted(om, params)
        if service == data_api.SERVICE and om.name in data_api.WAITING:
            return models.written(om, await data_api.WAITING[om.name](params))
        return models.written(om, STORE.run(om, params))
    except AwsError as error:
        return models.refused(service, error)


async def _send(send: Send, answer: Answer) -> None:
    headers = {**answer.headers, "content-length": str(len(answer.body))}
    listed = [(k.encode(), v.encode()) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": listed})
    await send({"type": "http.response.body", "body": answer.body})
