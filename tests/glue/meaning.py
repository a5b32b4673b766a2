"""The rules and derived columns of the shipped blueprints, reimplemented in plain Python.

A rule returns true, false, or None for SQL's null, which passes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

Values = dict[str, Any]
Truth = bool | None
STEPS = ["page_view", "search", "add_to_cart", "checkout", "purchase"]
STATES = ["placed", "paid", "shipped", "returned", "cancelled"]


@dataclass
class Meaning:
    """A dataset's rules, with the action for a record that fails one, and its derived columns."""

    rules: dict[str, tuple[str, Callable[[Values], Truth]]] = field(default_factory=dict)
    derived: dict[str, tuple[str, Callable[[Values], Any]]] = field(default_factory=dict)


def either(one: Truth, other: Truth) -> Truth:
    """SQL's `or`."""
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def both(one: Truth, other: Truth) -> Truth:
    """SQL's `and`."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def known(value: Any, test: Callable[[Any], bool]) -> Truth:
    """Return None if the value is None, or the result of the test."""
    return None if value is None else test(value)


def optional(value: Any, test: Callable[[Any], bool]) -> bool:
    """Return true if there is no value, or the result of the test."""
    return value is None or test(value)


def page_group(values: Values) -> str:
    """Return the first folder of a page's path."""
    path = values["page_path"]
    if path is None:
        return "home"
    return ([*path.split("/"), ""][1]) or "home"


def celsius(values: Values) -> float | None:
    """Return a temperature, or None if it is not one."""
    value = values["value"]
    if value is None:
        return None
    return {"F": (value - 32.0) / 1.8, "C": value}.get(values["unit"])


def net_amount(values: Values) -> Decimal:
    """Return the amount of an order line."""
    with localcontext() as context:
        context.prec = 80
        share = 1 - (values["discount"] or 0)
        amount: Decimal = values["quantity"] * values["unit_price"] * share
        return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


MEANINGS: dict[str, Meaning] = {
    "event": Meaning(
        {
            "known_type": ("quarantine", lambda v: v["event_type"] in STEPS),
            "positive_amount": ("quarantine", lambda v: optional(v["amount"], lambda amount: amount >= 0)),
            "paid_purchase": ("warn", lambda v: v["event_type"] != "purchase" or v["amount"] is not None),
        },
        {
            "is_purchase": (
                "boolean",
                lambda v: both(v["event_type"] == "purchase", known(v["amount"], lambda amount: amount > 0)),
            ),
            "funnel_step": ("int", lambda v: dict(zip(STEPS, range(1, 6), strict=True)).get(v["event_type"])),
            "page_group": ("string", page_group),
        },
    ),
    "measurement": Meaning(
        {
            "has_value": (
                "quarantine",
                lambda v: either(v["value"] is not None, known(v["quality"], lambda quality: quality != 0)),
            ),
            "in_range": ("quarantine", lambda v: optional(v["value"], lambda value: -1e6 <= value <= 1e6)),
            "not_too_hot": (
                "warn",
                lambda v: either(
                    known(v["unit"], lambda unit: unit != "C"), known(v["value"], lambda at: at < 2000)
                ),
            ),
        },
        {
            "is_good": ("boolean", lambda v: (v["quality"] or 0) == 0),
            "celsius": ("double", celsius),
        },
    ),
    "device": Meaning(),
    "order_line": Meaning(
        {
            "some_quantity": ("quarantine", lambda v: v["quantity"] > 0),
            "sane_discount": ("quarantine", lambda v: optional(v["discount"], lambda share: 0 <= share <= 1)),
            "known_currency": ("fail", lambda v: v["currency"] in ("EUR", "GBP", "CHF")),
            "known_status": ("warn", lambda v: v["status"] in STATES),
        },
        {
            "net_amount": ("decimal(18,2)", net_amount),
            "is_cancelled": ("boolean", lambda v: v["status"] == "cancelled"),
            "channel": ("string", lambda v: "web" if v["store_id"] is None else "store"),
        },
    ),
    "customer": Meaning(
        {"two_letters": ("quarantine", lambda v: optional(v["country"], lambda country: len(country) == 2))},
    ),
    "product": Meaning(),
    "store": Meaning(),
}
