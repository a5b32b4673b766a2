"""botocore's service models: validating requests, parsing them, and formatting responses."""

from __future__ import annotations

import functools
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.validate import ParamValidator

Json = dict[str, Any]

_SESSION = botocore.session.Session()


class AwsError(Exception):
    """An error response of a service."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@functools.cache
def service(name: str) -> ServiceModel:
    return _SESSION.get_service_model(name)


def operation(name: str, op: str) -> OperationModel:
    model = service(name)
    if op not in model.operation_names:
        raise AwsError("UnknownOperationException", f"Unknown operation {op} of {name}.")
    return model.operation_model(op)


def members(shape: Shape | None) -> Mapping[str, Shape]:
    found: Mapping[str, Shape] = getattr(shape, "members", {}) or {}
    return found


def wanted(om: OperationModel, params: Json) -> None:
    """Reject a request that does not match the model."""
    report = ParamValidator().validate(params, om.input_shape)
    if report.has_errors():
        quicksight = om.service_model.service_name == "quicksight"
        code = "InvalidParameterValueException" if quicksight else "ValidationException"
        raise AwsError(code, report.generate_report())


def _member(shapes: Mapping[str, Shape], name: str) -> str | None:
    for spelling in (name, name[:1].lower() + name[1:], name[:1].upper() + name[1:]):
        if spelling in shapes:
            return spelling
    # TimeZone in a template is Timezone in the API.
    return next((member for member in shapes if member.lower() == name.lower()), None)


def fit(shape: Shape | None, value: Any) -> Any:
    """Convert a template's value for the API: names, types, and no members that the API lacks."""
    if shape is None or value is None:
        return value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        shapes = members(shape)
        named = ((_member(shapes, k), v) for k, v in value.items())
        return {k: fit(shapes[k], v) for k, v in named if k is not None}
    if kind == "list" and isinstance(value, list):
        return [fit(shape.member, v) for v in value]
    if kind == "map" and isinstance(value, dict):
        return {k: fit(shape.value, v) for k, v in value.items()}
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("double", "float"):
        return float(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind == "string":
        if isinstance(value, bool):
            return str(value).lower()
        return json.dumps(value) if isinstance(value, dict | list) else str(value)
    return value


# Parsing requests


@functools.cache
def _routes(name: str) -> list[tuple[str, re.Pattern[str], str]]:
    routes = []
    model = service(name)
    for op in model.operation_names:
        http = model.operation_model(op).http
        uri = http["requestUri"].split("?")[0]
        parts = re.split(r"\{(\w+)(\+?)\}", uri)
        pattern = re.escape(parts[0])
        for key, greedy, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            pattern += f"(?P<{key}>{'.+' if greedy else '[^/]+'})" + re.escape(rest)
        routes.append((http["method"], re.compile(pattern), op))
    # The longest fixed path wins if two match.
    return sorted(routes, key=lambda route: -len(re.sub(r"\(.*?\)", "", route[1].pattern)))


def _read_rest(name: str, request: Request) -> tuple[OperationModel, Json]:
    for method, pattern, op in _routes(name):
        found = pattern.fullmatch(request.path) if method == request.method else None
        if found is None:
            continue
        om = operation(name, op)
        params: Json = json.loads(request.body) if request.body else {}
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        for member, shape in members(om.input_shape).items():
            where, key = shape.serialization.get("location"), shape.serialization.get("name", member)
            if where == "uri":
                params[member] = fit(shape, unquote(found[key]))
            elif where == "querystring" and key in query:
                params[member] = fit(shape, query[key])
        return om, params
    raise AwsError("UnknownOperationException", f"Unknown {name} call {request.method} {request.path}.", 404)


def _form(shape: Shape, prefix: str, form: Mapping[str, str]) -> Any:
    """Return a value of the query protocol, or None if the form does not have it."""
    if not any(key == prefix or key.startswith(f"{prefix}.") for key in form) and prefix:
        return None
    if shape.type_name == "structure":
        out = {}
        for member, inner in members(shape).items():
            key = inner.serialization.get("name", member)
            value = _form(inner, f"{prefix}.{key}" if prefix else key, form)
            if value is not None:
                out[member] = value
        return out
    if shape.type_name == "list":
        name = shape.member.serialization.get("name", "member")
        values: list[Any] = []
        for spelling in (name, "member"):
            while (value := _form(shape.member, f"{prefix}.{spelling}.{len(values) + 1}", form)) is not None:
                values.append(value)
        return values
    return fit(shape, form[prefix])


def read(name: str, request: Request) -> tuple[OperationModel, Json]:
    """Return the operation of a request, and its parameters."""
    protocol = service(name).metadata["protocol"]
    if protocol == "rest-json":
        return _read_rest(name, request)
    if protocol == "query":
        text = request.body.decode() if request.method == "POST" else request.query
        form = dict(parse_qsl(text, keep_blank_values=True))
        om = operation(name, form.get("Action", ""))
        return om, _form(om.input_shape, "", form) if om.input_shape else {}
    om = operation(name, request.headers.get("x-amz-target", "").rpartition(".")[2])
    return om, json.loads(request.body) if request.body else {}


# Formatting responses


def _moment(shape: Shape, value: Any, default: str) -> Any:
    if isinstance(value, str):
        return value
    if shape.serialization.get("timestampFormat", default) == "iso8601":
        return datetime.fromtimestamp(float(value), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return float(value)


def _as_json(shape: Shape, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure":
        out = {}
        for member, inner in members(shape).items():
            if inner.serialization.get("location") is None and value.get(member) is not None:
                out[inner.serialization.get("name", member)] = _as_json(inner, value[member])
        return out
    if kind == "list":
        return [_as_json(shape.member, v) for v in value]
    if kind == "map":
        return {k: _as_json(shape.value, v) for k, v in value.items()}
    if kind == "timestamp":
        return _moment(shape, value, "unixTimestamp")
    return value


def _as_xml(shape: Shape, value: Any, tag: str) -> str:
    kind = shape.type_name
    if kind == "structure":
        inner = "".join(
            _as_xml(s, value[m], s.serialization.get("name", m))
            for m, s in members(shape).items()
            if value.get(m) is not None
        )
        return f"<{tag}>{inner}</{tag}>"
    if kind == "list":
        name = (
            tag if shape.serialization.get("flattened") else shape.member.serialization.get("name", "member")
        )
        inner = "".join(_as_xml(shape.member, v, name) for v in value)
        return inner if shape.serialization.get("flattened") else f"<{tag}>{inner}</{tag}>"
    if kind == "timestamp":
        value = _moment(shape, value, "iso8601")
    elif isinstance(value, bool):
        value = str(value).lower()
    return f"<{tag}>{escape(str(value))}</{tag}>"


def written(om: OperationModel, result: Json) -> Answer:
    """Format a result; members that are not in the model are omitted."""
    made = str(uuid.uuid4())
    metadata = om.service_model.metadata
    shape = om.output_shape
    if metadata["protocol"] == "query":
        inner = ""
        if shape is not None:
            wrapper = shape.serialization.get("resultWrapper", f"{om.name}Result")
            inner = _as_xml(shape, result, wrapper)
        meta = f"<ResponseMetadata><RequestId>{made}</RequestId></ResponseMetadata>"
        body = f'<{om.name}Response xmlns="{metadata["xmlNamespace"]}">{inner}{meta}</{om.name}Response>'
        return Answer(200, {"content-type": "text/xml", "x-amzn-requestid": made}, body.encode())
    status = int(om.http.get("responseCode", 200))
    shapes = members(shape)
    if "RequestId" in shapes:
        result = {"RequestId": made, **result}
    if getattr(shapes.get("Status"), "type_name", "") == "integer":
        # QuickSight's responses contain the HTTP status in addition to the status of the resource.
        result = {**result, "Status": status}
    body_json = _as_json(shape, result) if shape is not None else {}
    kind = "application/json" if metadata["protocol"] == "rest-json" else "application/x-amz-json-1.1"
    return Answer(status, {"content-type": kind, "x-amzn-requestid": made}, json.dumps(body_json).encode())


def refused(name: str, error: AwsError) -> Answer:
    made = str(uuid.uuid4())
    metadata = service(name).metadata
    if metadata["protocol"] == "query":
        body = (
            f'<ErrorResponse xmlns="{metadata["xmlNamespace"]}"><Error><Type>Sender</Type>'
            f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error>"
            f"<RequestId>{made}</RequestId></ErrorResponse>"
        )
        return Answer(error.status, {"content-type": "text/xml", "x-amzn-requestid": made}, body.encode())
    fields = {"__type": error.code, "message": error.message, "Message": error.message}
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-errortype": error.code,
        "x-amzn-requestid": made,
    }
    return Answer(error.status, headers, json.dumps(fields).encode())
