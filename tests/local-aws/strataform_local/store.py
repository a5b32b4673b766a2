"""Nouns: resources that a service creates, describes, updates, lists and deletes, all with the same code."""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from botocore.model import OperationModel
from ministack.core.responses import get_account_id, get_region

from .models import AwsError, Json, members

Key = tuple[str, ...]
Special = Callable[[Json], Json]
Check = Callable[[OperationModel, Json], None]


def _nothing(_record: Json) -> None:
    return None


def _itself(record: Json, _params: Json) -> Json:
    return record


@dataclass(frozen=True)
class Noun:
    """The description of a noun of a service; everything else is in the service's model."""

    service: str
    name: str
    # The members of a request that identify one.
    ids: tuple[str, ...]
    # With {account}, {region}, {uuid} and the IDs.
    arn: str = ""
    arn_member: str = "Arn"
    # Operation by verb, if it is not Create{name}, Describe{name}, Update{name} or Delete{name}.
    ops: dict[str, str] = field(default_factory=dict)
    plural: str = ""
    # The service generates the ID.
    numbered: bool = False
    # Members of a list request, in addition to the IDs, that a record must match.
    filters: tuple[str, ...] = ()
    # A structure in the request whose members belong to the record itself.
    spread: str = ""
    # An update replaces the complete record, not only the given members.
    whole: bool = False
    missing: tuple[str, int] = ("ResourceNotFoundException", 404)
    taken: tuple[str, int] = ("ConflictException", 409)
    made: Callable[[Json], None] = _nothing
    changed: Callable[[Json], None] = _nothing
    ending: Callable[[Json], None] = _nothing
    view: Callable[[Json, Json], Json] = _itself

    def op(self, verb: str) -> str:
        if verb in self.ops:
            return self.ops[verb]
        if verb == "list":
            return f"List{self.plural or self.name + 's'}"
        return {"create": "Create", "get": "Describe", "update": "Update", "delete": "Delete"}[
            verb
        ] + self.name


class Store:
    """All records of all accounts and regions."""

    def __init__(self) -> None:
        self._records: dict[Key, Json] = {}
        self.nouns: dict[tuple[str, str], Noun] = {}
        self._verbs: dict[tuple[str, str], tuple[Noun, str]] = {}
        self.specials: dict[tuple[str, str], Special] = {}
        self._before: dict[str, list[Check]] = {}
        self._after: dict[str, list[Check]] = {}

    def add(self, noun: Noun) -> Noun:
        self.nouns[(noun.service, noun.name)] = noun
        for verb in ("create", "get", "update", "delete", "list"):
            if name := noun.op(verb):
                self._verbs[(noun.service, name)] = (noun, verb)
        return noun

    def special(self, service: str, *ops: str) -> Callable[[Special], Special]:
        def register(run: Special) -> Special:
            for op in ops:
                self.specials[(service, op)] = run
            return run

        return register

    def before(self, service: str, check: Check) -> None:
        """Run a check before each operation of a service."""
        self._before.setdefault(service, []).append(check)

    def after(self, service: str, note: Check) -> None:
        """Run a function after each operation of a service that succeeds."""
        self._after.setdefault(service, []).append(note)

    def knows(self, service: str, op: str) -> bool:
        return (service, op) in self._verbs or (service, op) in self.specials

    def clear(self) -> None:
        self._records.clear()

    # Records

    def key(self, noun: Noun, params: Json) -> Key:
        inner = params.get(noun.spread) or {}
        ids = tuple(str(params.get(i, inner.get(i, ""))) for i in noun.ids)
        return (get_account_id(), get_region(), noun.service, noun.name, *ids)

    def find(self, noun: Noun, params: Json) -> Json | None:
        return self._records.get(self.key(noun, params))

    def need(self, noun: Noun, params: Json) -> Json:
        record = self.find(noun, params)
        if record is None:
            code, status = noun.missing
            raise AwsError(code, f"{noun.name} {'/'.join(self.key(noun, params)[4:])} is not found.", status)
        return record

    def all(self, noun: Noun) -> Iterator[Json]:
        here = (get_account_id(), get_region(), noun.service, noun.name)
        return (record for key, record in list(self._records.items()) if key[:4] == here)

    def by_arn(self, service: str, arn: str) -> Json:
        for noun in self.nouns.values():
            if noun.service == service and noun.arn:
                for record in self.all(noun):
                    if record.get(noun.arn_member) == arn:
                        return record
        raise AwsError("ResourceNotFoundException", f"{arn} is not found.", 404)

    def put(self, noun: Noun, record: Json) -> None:
        self._records[self.key(noun, record)] = record

    # Operations

    def run(self, om: OperationModel, params: Json) -> Json:
        service = om.service_model.service_name
        for check in self._before.get(service, ()):
            check(om, params)
        out = self._ran(service, om, params)
        for note in self._after.get(service, ()):
            note(om, params)
        return out

    def _ran(self, service: str, om: OperationModel, params: Json) -> Json:
        special = self.specials.get((service, om.name))
        if special is not None:
            return special(params)
        noun, verb = self._verbs.get((service, om.name), (None, ""))
        if noun is None:
            raise AwsError(
                "UnknownOperationException", f"strataform-local does not support {om.name} of {service}."
            )
        if verb == "list":
            return self._list(noun, om, params)
        record = getattr(self, f"_{verb}")(noun, om, params)
        return self._answer(noun, om, noun.view(record, params))

    def _create(self, noun: Noun, _om: OperationModel, params: Json) -> Json:
        if noun.numbered:
            params = {**params, noun.ids[0]: str(uuid.uuid4())}
        key = self.key(noun, params)
        if key in self._records:
            code, status = noun.taken
            raise AwsError(code, f"{noun.name} {'/'.join(key[4:])} already exists.", status)
        record = self._spread(noun, copy.deepcopy(params))
        if noun.arn:
            ids = {name: record.get(name, "") for name in noun.ids}
            unique = "-".join((key[0], *key[3:]))
            record[noun.arn_member] = noun.arn.format(
                account=key[0], region=key[1], uuid=uuid.uuid5(uuid.NAMESPACE_URL, unique), **ids
            )
        record["CreatedTime"] = record["LastUpdatedTime"] = time.time()
        noun.made(record)
        self._records[key] = record
        return record

    def _get(self, noun: Noun, _om: OperationModel, params: Json) -> Json:
        return self.need(noun, params)

    def _update(self, noun: Noun, om: OperationModel, params: Json) -> Json:
        record = self.need(noun, params)
        new = copy.deepcopy(record)
        if noun.whole:
            for member in members(om.input_shape):
                if member not in noun.ids:
                    new.pop(member, None)
        new.update(self._spread(noun, copy.deepcopy(params)))
        new["LastUpdatedTime"] = time.time()
        noun.changed(new)
        record.clear()
        record.update(new)
        return record

    def _delete(self, noun: Noun, _om: OperationModel, params: Json) -> Json:
        record = self.need(noun, params)
        noun.ending(record)
        del self._records[self.key(noun, params)]
        return record

    def _list(self, noun: Noun, om: OperationModel, params: Json) -> Json:
        """Return the records that match the request's names, in pages."""
        named = {i: params[i] for i in noun.ids if params.get(i)}
        wanted = named | {f: params[f] for f in noun.filters if params.get(f)}
        records = [r for r in self.all(noun) if all(str(r.get(i)) == v for i, v in wanted.items())]
        if noun.ids and set(named) == set(noun.ids) and not records:
            self.need(noun, params)
        records.sort(key=lambda r: [str(r.get(i, "")) for i in noun.ids])
        start = int(params.get("NextToken") or params.get("nextToken") or params.get("Marker") or 0)
        size = int(params.get("MaxResults") or params.get("maxResults") or params.get("MaxRecords") or 100)
        page = [noun.view(r, {}) for r in records[start : start + size]]
        shapes = members(om.output_shape)
        out: Json = {next(m for m, s in shapes.items() if s.type_name == "list"): page}
        if len(records) > start + size:
            token = next((m for m in shapes if m in ("NextToken", "nextToken", "Marker")), None)
            if token is not None:
                out[token] = str(start + size)
        return out

    @staticmethod
    def _spread(noun: Noun, params: Json) -> Json:
        if noun.spread and isinstance(params.get(noun.spread), dict):
            params.update(params.pop(noun.spread))
        return params

    @staticmethod
    def _answer(noun: Noun, om: OperationModel, record: Json) -> Json:
        out: Json = {}
        for member, shape in members(om.output_shape).items():
            wraps = shape.type_name == "structure" and member.lower() in (noun.name.lower(), "resourceinfo")
            if wraps and member not in record:
                out[member] = record
            elif member in record:
                out[member] = record[member]
        return out


STORE = Store()
