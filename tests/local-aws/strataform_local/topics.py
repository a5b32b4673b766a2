"""The key of an SNS topic, which ministack's CloudFormation forgets."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.sns as sns

from .models import Json
from .stacks import Created

_KEY = "KmsMasterKeyId"


def install() -> None:
    handler = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    handler["create"] = functools.partial(_created, handler["create"])
    handler["update"] = functools.partial(_updated, handler["update"])


def _encrypted(arn: str, props: Json) -> None:
    attributes = sns._topics[arn]["attributes"]
    if props.get(_KEY):
        attributes[_KEY] = props[_KEY]
    else:
        attributes.pop(_KEY, None)


def _created(plain: Callable[..., Created], logical_id: str, props: Json, stack: str) -> Created:
    arn, attributes = plain(logical_id, props, stack)
    _encrypted(arn, props)
    return arn, attributes


def _updated(plain: Callable[..., Created], physical_id: str, old: Json, new: Json, *more: Any) -> Created:
    arn, attributes = plain(physical_id, old, new, *more)
    _encrypted(arn, new)
    return arn, attributes
