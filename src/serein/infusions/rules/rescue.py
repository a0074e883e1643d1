"""Drugs given at the chair under standing orders. Source: content/rescue.toml, reviewed by a clinician.

A giving that no order covers is refused, and the refusal says which line of the order it breaks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from serein.core.errors import Refused
from serein.core.quantities import shown

CONTENT = Path(__file__).resolve().parent.parent / "content"
ROUTES: Mapping[str, str] = {
    "IV": "IV",
    "PO": "by mouth",
    "ODT": "on the tongue",
    "IM": "IM",
    "NASAL": "by cannula or mask",
}
PHASE_WORDS: Mapping[str, str] = {
    "pre": "before the start",
    "during": "during the infusion",
    "post": "after the stop",
}
ASK = "Ask the prescriber for an order"


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """One line of the standing orders; amounts in ``unit``, for one visit."""

    code: str
    drug: str
    indication: str
    unit: str
    usual: Decimal
    least: Decimal
    highest: Decimal
    most: Decimal
    gap_min: int
    routes: tuple[str, ...]
    phases: tuple[str, ...]
    needs: str
    is_after_slowing: bool
    first: str
    source: str

    @property
    def limits(self) -> str:
        """The limits in one line, as the page shows them."""
        same = self.least == self.highest
        dose = shown(self.highest, self.unit)
        doses = dose if same else f"{shown(self.least)} to {dose}"
        if not self.gap_min:
            return doses
        return (
            f"{doses}, at most {shown(self.most, self.unit)} a visit, "
            f"{shown(self.gap_min, 'min')} apart"
        )


@dataclass(frozen=True, slots=True)
class StandingOrders:
    version: str
    title: str
    source: str
    set_by: str
    orders: tuple[StandingOrder, ...]

    def order(self, code: str) -> StandingOrder:
        """Return one line.

        :raises Refused: there is no such line
        """
        found = next((one for one in self.orders if one.code == code), None)
        if found is None:
            raise Refused(f"{ASK}: no standing order covers this drug.", field="order")
        return found


@dataclass(frozen=True, slots=True)
class Given:
    """A giving that stands."""

    code: str
    dose: Decimal
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """What the order has to know of the visit at the time of the giving."""

    at: datetime
    phase: str
    is_slowed: bool
    given: Sequence[Given]
    allergies: Sequence[str]


def _order(row: Mapping[str, Any]) -> StandingOrder:
    low, high = (Decimal(each) for each in row["doses"])
    return StandingOrder(
        code=row["code"],
        drug=row["drug"],
        indication=row["for"],
        unit=row["unit"],
        usual=Decimal(row["usual"]),
        least=low,
        highest=high,
        most=Decimal(row["most"]),
        gap_min=row["gap_min"],
        routes=tuple(row["routes"]),
        phases=tuple(row["phases"]),
        needs=row.get("needs", ""),
        is_after_slowing=row.get("slowed", False),
        first=row["first"],
        source=row["source"],
    )


@cache
def standing_orders() -> StandingOrders:
    """The orders that ship as clinic defaults."""
    rows = tomllib.loads((CONTENT / "rescue.toml").read_text(encoding="utf-8"))
    return StandingOrders(
        version=rows["version"],
        title=rows["title"],
        source=rows["source"],
        set_by=rows["set_by"],
        orders=tuple(_order(row) for row in rows["order"]),
    )


def check_giving(order: StandingOrder, *, dose: Decimal, route: str, now: Moment) -> None:
    """See that an order covers a giving.

    :raises Refused: an allergy, a route, a dose, a phase, a total or a gap that the order forbids
    """
    _check_patient(order, now)
    if route not in order.routes:
        ways = " or ".join(ROUTES[each] for each in order.routes)
        raise Refused(f"Give {order.drug.lower()} {ways}: the order says so.", field="order")
    if not order.least <= dose <= order.highest:
        raise Refused(
            f"{ASK}: {shown(dose, order.unit)} is outside the standing order ({order.limits}).",
            field="dose",
        )
    _check_before(order, dose, now)


def _check_patient(order: StandingOrder, now: Moment) -> None:
    name = order.drug.lower()
    if any(name in allergy.lower() for allergy in now.allergies):
        raise Refused(f"Do not give {name}: an allergy to it is on record.", field="order")
    if now.phase not in order.phases:
        words = " or ".join(PHASE_WORDS[phase] for phase in order.phases)
        raise Refused(f"{ASK}: the standing order for {name} holds {words} only.", field="order")
    if order.is_after_slowing and not now.is_slowed:
        raise Refused(f"Slow, pause or stop the infusion first. {order.first}", field="order")
    if order.needs and not any(one.code == order.needs for one in now.given):
        raise Refused(
            f"{ASK}: {name} is only for use after {order.needs} in this visit.", field="order"
        )


def _check_before(order: StandingOrder, dose: Decimal, now: Moment) -> None:
    same = [one for one in now.given if one.code == order.code]
    total = sum((one.dose for one in same), dose)
    if total > order.most:
        raise Refused(
            f"{ASK}: {shown(total, order.unit)} in this visit is more than the order's "
            f"{shown(order.most, order.unit)}.",
            field="dose",
        )
    gap = timedelta(minutes=order.gap_min)
    nearest = min((abs(now.at - one.occurred_at) for one in same), default=gap)
    if nearest < gap:
        minutes = int(nearest.total_seconds() // 60)
        raise Refused(
            f"Wait: {shown(minutes, 'min')} since the last {order.drug.lower()}, the order asks "
            f"for {shown(order.gap_min, 'min')}.",
            field="order",
        )
