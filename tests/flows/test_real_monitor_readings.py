"""Real readings of a bedside monitor, charted by hand, raise exactly the flags of a table made by hand.

The file holds 72 minutes of one de-identified patient of an intensive care unit, one row a minute
(data/real/PROVENANCE.md). It is read where it lies.

How a person would chart it, minute by minute:

- HR, RR (column RESP) and SpO2 rounded half up to a whole number; blood pressure as it stands;
- 0 is "no signal" and is typed as the monitor shows it; an empty cell is not measured;
- a pressure with only a mean is not charted;
- unlikely values are confirmed.

The infusion is set to run from minute 4 to minute 44. So the baseline is 92/49 of minute 3; a rise of 30%
is 120 or more, a fall of 20% is 73 or less.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import pytest

from serein.monitoring import actions, queries
from serein.patients import actions as patients
from tests.conftest import MONDAY_9, Personas, actor, new_key, shared

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db

START, STOP = 4, 44

# code, rank, minute raised, minute ended (None: not ended), readings it stands on, value when raised
EXPECTED = [
    # Pressure low: under 100 look, under 90 pause, under 80 waits for a second one 3 min later.
    # 87 · 92 | 86 74 89 63 94 | 147 | 66 45 | 151 | 88 92 | 140 | 77 | 160 | 40 96
    ("bp_low.hold", "act_now", 2, 24, 2, "87/46"),
    ("bp_low.hold", "act_now", 6, 24, 1, "86/22"),
    ("bp_low.hold_confirm_stop", "act_now", 7, 24, 2, "74/10"),
    ("bp_low.hold_confirm_stop", "act_now", 21, 24, 2, "63/41"),
    ("bp_low.hold_confirm_stop", "act_now", 32, 35, 2, "66/20"),  # 45/18 follows after 1 min only
    ("bp_low.hold", "act_now", 39, 49, 2, "88/37"),
    ("bp_low.hold_confirm_stop", "act_now", 51, 52, 1, "77/37"),
    ("bp_low.hold_confirm_stop", "act_now", 55, None, 2, "40/18"),
    # Pressure high: each of the four stands alone between low ones, so none is ever confirmed.
    ("bp_high.notify_confirm_hold", "look", 24, 32, 1, "147/118"),
    ("bp_high.notify_confirm_stop", "look", 35, 39, 1, "151/127"),
    ("bp_high.notify_confirm_hold", "look", 49, 51, 1, "140/111"),
    ("bp_high.notify", "look", 52, 55, 1, "160/73"),
    # Heart rate: 45 once (44.7 rounded), under 50 and not under 45.
    ("hr_low.notify", "look", 37, 38, 1, "45\u202fbpm"),
    ("no_signal_hr.none", "note", 6, 7, 1, ""),
    ("no_signal_hr.none", "note", 45, None, 27, ""),
    # Breathing: 2 and 7; then 1, 10 | 1, 6, 11 before 21 ends both.
    ("rr_low.stop", "act_now", 40, 42, 2, "2\u202f/min"),
    ("rr_low.stop", "act_now", 64, 71, 2, "1\u202f/min"),
    ("rr_low.stop", "act_now", 68, 71, 3, "1\u202f/min"),
    ("no_signal_rr.none", "note", 6, 7, 1, ""),
    ("no_signal_rr.none", "note", 62, 64, 2, ""),
    ("no_signal_rr.none", "note", 65, 67, 2, ""),
    # Oxygen: 90 · 88 · 92 71 43 51 57 63 78 · 91 88 88 65 42 (lost) 75 · 36 36
    ("spo2_low.hold", "act_now", 15, 16, 1, "90%"),
    ("spo2_low.hold_confirm_stop", "act_now", 36, 37, 1, "88%"),
    ("spo2_low.notify", "look", 39, 46, 1, "92%"),
    ("spo2_low.hold_confirm_stop", "act_now", 40, 46, 1, "71%"),
    ("spo2_low.stop", "act_now", 41, 46, 5, "43%"),
    ("spo2_low.hold", "act_now", 53, 60, 1, "91%"),
    ("spo2_low.hold_confirm_stop", "act_now", 54, 60, 1, "88%"),
    ("spo2_low.stop", "act_now", 55, 60, 4, "88%"),
    ("spo2_low.hold_confirm_stop", "act_now", 70, None, 1, "36%"),
    ("spo2_low.stop", "act_now", 71, None, 1, "36%"),
    ("no_signal_spo2.none", "note", 0, 2, 2, ""),
    ("no_signal_spo2.none", "note", 14, 15, 1, ""),
    ("no_signal_spo2.none", "note", 50, 51, 1, ""),
    ("no_signal_spo2.none", "note", 58, 59, 1, ""),
    ("no_signal_spo2.none", "note", 62, 63, 1, ""),
    ("no_signal_spo2.none", "note", 65, 70, 5, ""),
    # The repeat of a pressure out of range is late 5 min after it: after those of 7, 24, 39 and 57.
    ("time.overdue", "look", 12, 17, 1, None),
    ("time.overdue", "look", 29, 32, 1, None),
    ("time.overdue", "look", 44, 48, 1, None),
    ("time.overdue", "look", 62, None, 1, None),
]


@dataclass(frozen=True)
class Row:
    minute: int
    values: dict[str, int]


def as_charted(cell: str) -> int | None:
    if cell.strip() == "":
        return None
    return int(Decimal(cell).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def rows() -> list[Row]:
    path = shared("vitals", "mimic2_s25047_72min.csv")
    found = []
    with path.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            values = {
                "hr_bpm": as_charted(line["HR [bpm]"]),
                "rr_per_min": as_charted(line["RESP [pm]"]),
                "spo2_percent": as_charted(line["SpO2 [%]"]),
                "sbp_mmhg": as_charted(line["NBPSys [mmHg]"]),
                "dbp_mmhg": as_charted(line["NBPDias [mmHg]"]),
            }
            measured = {name: value for name, value in values.items() if value is not None}
            found.append(Row(int(line["seconds"]) // 60, measured))
    return found


def after(minutes: int) -> datetime:
    return MONDAY_9 + timedelta(minutes=minutes)


def open_period(personas: Personas) -> UUID:
    patient = patients.register_patient(
        key=new_key(),
        by=actor(personas.morgan),
        at=MONDAY_9,
        given_name="Avery",
        family_name="Stone",
        birth_date=date(1980, 2, 1),
        sex="male",
    )
    return actions.open_period(
        key=new_key(), by=actor(personas.sam), at=MONDAY_9, patient_id=patient.pk
    ).pk


def chart(personas: Personas, period_id: UUID, row: Row, *, entered: int | None = None) -> None:
    actions.record_vitals(
        key=new_key(),
        by=actor(personas.sam),
        at=after(row.minute if entered is None else entered),
        period_id=period_id,
        occurred_at=after(row.minute),
        is_confirmed=True,
        **row.values,
    )


def mark(personas: Personas, period_id: UUID, *, entered: int | None = None) -> None:
    who = actor(personas.sam)
    actions.mark_started(
        key=new_key(), by=who, at=after(entered or START), period_id=period_id,
        started_at=after(START),
    )  # fmt: skip


def stop(personas: Personas, period_id: UUID, *, entered: int | None = None) -> None:
    who = actor(personas.sam)
    actions.mark_stopped(
        key=new_key(), by=who, at=after(entered or STOP), period_id=period_id,
        stopped_at=after(STOP),
    )  # fmt: skip


def minute_of(moment: datetime | None) -> int | None:
    return None if moment is None else int((moment - MONDAY_9).total_seconds() // 60)


def raised(period_id: UUID, *, with_time: bool = True) -> list[tuple[object, ...]]:
    return sorted(
        (
            flag.code,
            flag.rank.value,
            minute_of(flag.raised_at),
            minute_of(flag.ended_at),
            flag.count,
            None if flag.condition == "time" else flag.value_text.removesuffix("\u202fmmHg"),
        )
        for flag in queries.flags_of(period_id)
        if flag.withdrawn_at is None and (with_time or flag.condition != "time")
    )


def test_real_readings_raise_exactly_the_flags_of_the_table(personas: Personas) -> None:
    period_id = open_period(personas)
    for row in rows():
        if row.minute == START:
            mark(personas, period_id)
        if row.minute == STOP:
            stop(personas, period_id)
        chart(personas, period_id, row)
    assert raised(period_id) == sorted(EXPECTED)


def test_entered_backwards_two_hours_later_they_raise_the_same(personas: Personas) -> None:
    period_id = open_period(personas)
    mark(personas, period_id, entered=130)
    stop(personas, period_id, entered=130)
    for row in reversed(rows()):
        chart(personas, period_id, row, entered=130)
    expected = [flag for flag in EXPECTED if not flag[0].startswith("time.")]
    assert raised(period_id, with_time=False) == sorted(expected)


def test_no_signal_is_never_a_number(personas: Personas) -> None:
    period_id = open_period(personas)
    for row in rows():
        chart(personas, period_id, row)
    kept = queries.vitals_of(period_id)
    assert len(kept) == 72
    for fact, row in zip(kept, rows(), strict=True):
        for name, typed in row.values.items():
            assert fact.values.of(name) == (typed or None)
    assert sum("hr" in fact.no_signal for fact in kept) == 28
    assert sum("spo2" in fact.no_signal for fact in kept) == 11
    assert sum("rr" in fact.no_signal for fact in kept) == 5
