"""Scales at their times, and two people who read the same vial."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from serein.core.errors import Refused
from serein.infusions.rules.readiness import Stated, beyond, unlike
from serein.infusions.rules.scales import SCALES, Scored, asks, check_score

OPENED = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)
STARTED, STOPPED = OPENED + timedelta(minutes=25), OPENED + timedelta(minutes=65)


def waiting(at: datetime, *scored: Scored, stopped_at: datetime | None = STOPPED) -> list[str]:
    """Which scales wait at a moment, with their time."""
    found = asks(opened_at=OPENED, started_at=STARTED, stopped_at=stopped_at, scored=scored)
    return [f"{one.scale} {one.label}".replace("\u202f", " ") for one in found if one.is_due(at)]


def test_dissociation_is_asked_before_at_the_end_and_before_going_home() -> None:
    before = Scored("dissociation", 0, OPENED + timedelta(minutes=5))
    assert waiting(OPENED, stopped_at=None) == ["dissociation before the start"]
    assert waiting(STARTED, before, stopped_at=None) == []
    assert waiting(STOPPED, before) == ["dissociation at the end"]
    peak = Scored("dissociation", 7, STOPPED + timedelta(minutes=1))
    assert waiting(STOPPED + timedelta(minutes=31), before, peak) == ["aldrete 30 min after"]
    late = STOPPED + timedelta(minutes=61)
    half = Scored("aldrete", 9, STOPPED + timedelta(minutes=30))
    assert waiting(late, before, peak, half) == [
        "dissociation before going home",
        "aldrete before going home",
    ]


def test_a_score_at_the_start_is_not_the_peak() -> None:
    """Trap 43: a rating taken early in the infusion does not stand for its peak."""
    early = Scored("dissociation", 2, STARTED + timedelta(minutes=10))
    assert "dissociation at the end" in waiting(STOPPED, early)


@pytest.mark.parametrize(
    ("scale", "items"),
    [
        ("dissociation", [11]),
        ("dissociation", []),
        ("aldrete", [2, 2, 2, 2]),
        ("aldrete", [2, 2, 2, 2, 3]),
        ("cadss", [1]),
    ],
)
def test_a_score_outside_of_its_scale_is_refused(scale: str, items: list[int]) -> None:
    with pytest.raises(Refused):
        check_score(scale, items)


def test_every_scale_names_its_version() -> None:
    assert all(scale.version for scale in SCALES.values())


def stated(**changed: Any) -> Stated:
    usual: dict[str, Any] = {
        "drug": "Ketamine", "vial_mg_per_ml": Decimal(50), "dose_mg": Decimal(40),
        "drug_ml": Decimal("0.8"), "rate_ml_per_h": Decimal(60), "volume_ml": Decimal(40),
    }  # fmt: skip
    return Stated(**{**usual, **changed})


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"drug": "Ketorolac"}, "drug Ketamine and Ketorolac"),
        ({"vial_mg_per_ml": Decimal(10)}, "strength 50 mg/mL and 10 mg/mL"),
        ({"dose_mg": Decimal(4)}, "dose 40 mg and 4 mg"),
        ({"drug_ml": Decimal(8)}, "drug volume 0.8 mL and 8 mL"),
        ({"rate_ml_per_h": Decimal(600)}, "rate 60 mL/h and 600 mL/h"),
        ({"volume_ml": Decimal(100)}, "volume limit 40 mL and 100 mL"),
    ],
)
def test_what_two_people_read_differently_is_named(changed: dict[str, Any], says: str) -> None:
    found = unlike(stated(), stated(**changed))
    assert [each.replace("\u202f", " ") for each in found] == [says]


def test_how_the_drug_is_written_does_not_matter() -> None:
    assert unlike(stated(), stated(drug="KETAMINE")) == ()


def test_the_order_is_not_told_to_who_reads_it_wrong() -> None:
    found = beyond(stated(volume_ml=Decimal(100)), drug="Ketamine", volume_ml=Decimal(40))
    assert [each.replace("\u202f", " ") for each in found] == [
        "volume limit 100 mL is not as ordered"
    ]
    assert beyond(stated(volume_ml=Decimal("40.9")), drug="Ketamine", volume_ml=Decimal(40)) == ()
