"""QuickSight's subscription, identity region and groups, which an account has once.

An account here is subscribed to the Enterprise edition. Its identity region is the region of its first
request to QuickSight, and it has the groups that the blueprints name. All of it can be changed: groups by
QuickSight's own operations, the rest by `settle`, which a path of this server calls.

Users and groups are in the identity region, whatever the region of an asset that names them as principals:
QuickSight's user guide, "AWS Regions, websites, IP address ranges, and endpoints".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel
from ministack.core.responses import get_account_id, get_region

from . import nouns, strict
from .models import AwsError, Json
from .store import STORE

# The groups that the blueprints name in `[principals]`.
BLUEPRINTS = (
    *("growth-authors", "growth-readers", "device-authors", "operations"),
    *("sales-authors", "sales-readers", "finance-readers"),
)
_DEFAULT = "default"
# The operations of users and groups, which only the identity region answers. DescribeAccountSubscription
# answers in every region: modernisation-platform#9789 has a log of aws-nuke that found it so.
_IDENTITY = frozenset(
    {
        *("CreateGroup", "DescribeGroup", "UpdateGroup", "DeleteGroup", "ListGroups", "SearchGroups"),
        *("ListUsers", "DescribeUser", "RegisterUser", "DescribeAccountSettings"),
    }
)
_NAME = re.compile(r"[\u0020-\u00ff]{1,256}")


@dataclass
class Account:
    """What QuickSight has of an account."""

    edition: str | None = "ENTERPRISE"
    region: str | None = None
    # Groups by namespace and name, with their descriptions.
    groups: dict[tuple[str, str], str] = field(
        default_factory=lambda: {(_DEFAULT, name): "" for name in BLUEPRINTS}
    )

    def home(self) -> str:
        """Return the identity region; the first request decides it."""
        if self.region is None:
            self.region = get_region()
        return self.region


_ACCOUNTS: dict[str, Account] = {}


def account() -> Account:
    """Return QuickSight's account of the request."""
    return _ACCOUNTS.setdefault(get_account_id(), Account())


def settle(name: str, settings: Json) -> None:
    """Set what an account has: `edition` (null: no subscription), `identity_region`, `groups`."""
    held = _ACCOUNTS.setdefault(name, Account())
    if "edition" in settings:
        held.edition = settings["edition"]
    if "identity_region" in settings:
        held.region = settings["identity_region"]
    if "groups" in settings:
        held.groups = {(_DEFAULT, group): "" for group in settings["groups"]}


def clear() -> None:
    """Forget every account."""
    _ACCOUNTS.clear()


# Before each operation


def _subscribed(om: OperationModel, _params: Json) -> None:
    """Reject what the subscription and the region of the request do not allow."""
    held = account()
    if not strict.applies(strict.Rule.IDENTITY):
        return
    name = get_account_id()
    raises = {shape.name for shape in om.error_shapes}
    if held.edition is None:
        # Both messages: hashicorp/terraform-provider-aws#32323 and its sweepers of QuickSight.
        if om.name in _IDENTITY:
            message = f"Account {name} is not signed up with QuickSight with namespace {_DEFAULT}"
            raise AwsError("ResourceNotFoundException", message, 404)
        if "UnsupportedUserEditionException" in raises:
            message = f"Account {name} is not subscribed for QuickSight"
            raise AwsError("UnsupportedUserEditionException", message, 403)
        what = "Account" if om.name == "DescribeAccountSubscription" else "Directory"
        message = f"{what} information for account {name} is not found."
        raise AwsError("ResourceNotFoundException", message, 404)
    here, home = get_region(), held.home()
    if om.name in _IDENTITY and here != home:
        # The message: cloud-custodian/cloud-custodian#10168, and cloud-intelligence-dashboards-framework#12.
        message = f"Operation is being called from endpoint {here}, but your identity region is {home}."
        raise AwsError("AccessDeniedException", f"{message} Please use the {home} endpoint.", 401)
    if held.edition == "STANDARD" and "UnsupportedUserEditionException" in raises:
        # QuickSight's API reference, "Common errors": the edition does not include the operation.
        message = "This operation requires an Enterprise edition of QuickSight."
        raise AwsError("UnsupportedUserEditionException", message, 403)


def _principals(_om: OperationModel, params: Json) -> None:
    """Reject principals that are not users or groups of the account.

    The message: aws/aws-sdk-pandas#434. Guidance for Clickstream Analytics on AWS had the stack's region in
    the principal, which its pull request 15 mends.
    """
    if not strict.applies(strict.Rule.PRINCIPALS):
        return
    for member in ("Permissions", "GrantPermissions"):
        for permission in params.get(member) or []:
            if not _exists(str(permission["Principal"])):
                message = "One or more principals in resource permissions list are not valid QuickSight users"
                raise AwsError("InvalidParameterValueException", message)


def _exists(principal: str) -> bool:
    arn = f"arn:aws:quicksight:{account().home()}:{get_account_id()}:"
    kind, _, rest = principal.removeprefix(arn).partition("/")
    if kind == "namespace":
        return rest == _DEFAULT
    namespace, _, name = rest.partition("/")
    # There are no users: a platform names groups only.
    return principal.startswith(arn) and kind == "group" and (namespace, name) in account().groups


# Operations


def _shown(namespace: str, name: str, description: str) -> Json:
    arn = f"arn:aws:quicksight:{account().home()}:{get_account_id()}:group/{namespace}/{name}"
    return {"Arn": arn, "GroupName": name, "Description": description, "PrincipalId": f"group/{name}"}


def _key(params: Json) -> tuple[str, str]:
    return str(params.get("Namespace", _DEFAULT)), str(params["GroupName"])


def _need(params: Json) -> tuple[str, str]:
    key = _key(params)
    if key not in account().groups:
        raise AwsError("ResourceNotFoundException", f"Group {key[1]} is not found", 404)
    return key


@STORE.special(nouns.QUICKSIGHT, "CreateGroup")
def _create(params: Json) -> Json:
    key = _key(params)
    if key in account().groups:
        raise AwsError("ResourceExistsException", f"Group {key[1]} already exists", 409)
    if _NAME.fullmatch(key[1]) is None:
        raise AwsError("InvalidParameterValueException", f"Invalid group name {key[1]}")
    account().groups[key] = str(params.get("Description", ""))
    return _describe(params)


@STORE.special(nouns.QUICKSIGHT, "DescribeGroup")
def _describe(params: Json) -> Json:
    key = _need(params)
    return {"Group": _shown(*key, account().groups[key])}


@STORE.special(nouns.QUICKSIGHT, "UpdateGroup")
def _update(params: Json) -> Json:
    account().groups[_need(params)] = str(params.get("Description", ""))
    return _describe(params)


@STORE.special(nouns.QUICKSIGHT, "DeleteGroup")
def _delete(params: Json) -> Json:
    del account().groups[_need(params)]
    return {}


@STORE.special(nouns.QUICKSIGHT, "ListGroups")
def _list(params: Json) -> Json:
    found = [(*key, text) for key, text in account().groups.items() if key[0] == params["Namespace"]]
    start, size = int(params.get("NextToken") or 0), int(params.get("MaxResults") or 100)
    out: Json = {"GroupList": [_shown(*one) for one in sorted(found)[start : start + size]]}
    if start + size < len(found):
        out["NextToken"] = str(start + size)
    return out


@STORE.special(nouns.QUICKSIGHT, "DescribeAccountSubscription")
def _subscription(_params: Json) -> Json:
    info: dict[str, Any] = {
        "AccountName": f"local-{get_account_id()}",
        "Edition": account().edition,
        "NotificationEmail": "nobody@example.com",
        "AuthenticationType": "IAM_AND_QUICKSIGHT",
        "AccountSubscriptionStatus": "ACCOUNT_CREATED",
    }
    return {"AccountInfo": info}


def install() -> None:
    STORE.before(nouns.QUICKSIGHT, _subscribed)
    STORE.before(nouns.QUICKSIGHT, _principals)
