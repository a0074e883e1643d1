"""Standing orders: what they cover, what they refuse, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from serein.core.errors import Refused
from serein.infusions.rules.rescue import (
    ROUTES,
    Given,
    Moment,
    check_giving,
    standing_orders,
)

AT = datetime(2026, 3, 10, 13, 45, tzinfo=UTC)


def moment(**changed: Any) -> Moment:
    usual: dict[str, Any] = {
        "at": AT, "phase": "during", "is_slowed": True, "given": (), "allergies": (),
    }  # fmt: skip
    return Moment(**{**usual, **changed})


def refusal(code: str, dose: str, route: str, **changed: Any) -> str:
    """What is said when this giving is refused."""
    with pytest.raises(Refused) as refused:
        check_giving(
            standing_orders().order(code), dose=Decimal(dose), route=route, now=moment(**changed)
        )
    return refused.value.message.replace("\u202f", " ")


@pytest.mark.parametrize("order", standing_orders().orders, ids=lambda order: order.code)
def test_every_order_covers_its_usual_dose_by_each_route(order: Any) -> None:
    needed = (Given(order.needs, Decimal(1), AT - timedelta(hours=1)),) if order.needs else ()
    for route in order.routes:
        check_giving(
            order,
            dose=order.usual,
            route=route,
            now=moment(phase=order.phases[0], given=needed),
        )


@pytest.mark.parametrize("order", standing_orders().orders, ids=lambda order: order.code)
def test_every_order_names_its_source_and_fits_together(order: Any) -> None:
    assert order.source
    assert order.first
    assert order.least <= order.usual <= order.highest <= order.most
    assert set(order.routes) <= set(ROUTES)
    assert set(order.phases) <= {"pre", "during", "post"}


@pytest.mark.parametrize(
    ("code", "dose", "route", "changed", "says"),
    [
        ("ondansetron", "8", "IV", {}, "8 mg is outside the standing order (4 mg"),
        ("ondansetron", "4", "IM", {}, "Give ondansetron IV or on the tongue"),
        ("ondansetron", "4", "IV", {"allergies": ("Ondansetron (rash)",)}, "an allergy to it"),
        ("clonidine", "0.1", "PO", {}, "the standing order for clonidine holds before the start"),
        ("midazolam", "1", "IV", {"is_slowed": False}, "Slow, pause or stop the infusion first."),
        ("flumazenil", "0.2", "IV", {}, "only for use after midazolam in this visit"),
        (
            "labetalol", "20", "IV",
            {"given": (Given("labetalol", Decimal(5), AT - timedelta(minutes=30)),)},
            "25 mg in this visit is more than the order's 20 mg",
        ),
        (
            "ondansetron", "4", "IV",
            {"given": (Given("ondansetron", Decimal(4), AT - timedelta(minutes=20)),)},
            "Wait: 20 min since the last ondansetron, the order asks for 240 min",
        ),
    ],
)  # fmt: skip
def test_what_an_order_does_not_cover_is_refused(
    code: str, dose: str, route: str, changed: dict[str, Any], says: str
) -> None:
    assert says in refusal(code, dose, route, **changed)


def test_a_drug_without_an_order_is_refused() -> None:
    with pytest.raises(Refused, match="no standing order covers this drug"):
        standing_orders().order("propofol")


def test_an_earlier_entry_charted_late_keeps_its_distance_too() -> None:
    """A giving before one that is already charted is as near to it as one after it."""
    later = (Given("ondansetron", Decimal(4), AT + timedelta(minutes=10)),)
    assert "Wait: 10 min" in refusal("ondansetron", "4", "IV", given=later)
