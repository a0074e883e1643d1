"""The flowsheet as a table: every set ever charted, with who, and what was late or corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.monitoring import rules
from serein.monitoring.presenters.times import minutes_from

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.monitoring.queries import VitalFact

LATE_AFTER = timedelta(minutes=5)
NOT_MEASURED, NO_SIGNAL = "–", "no signal"
PHASE_WORDS = {
    rules.Phase.PRE: "Before",
    rules.Phase.DURING: "Infusion",
    rules.Phase.POST: "After",
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One set in finished words. ``is_struck`` was corrected or taken back."""

    at: str
    minute: str
    phase: str
    bp: str
    hr: str
    spo2: str
    rr: str
    moaas: str
    nausea: str
    distress: str
    temperature: str
    signs: str
    note: str
    by: str
    marks: tuple[str, ...]
    is_struck: bool
    correct_url: str


@dataclass(frozen=True, slots=True)
class FlowsheetTable:
    """All rows by the time they were taken."""

    caption: str
    rows: tuple[TableRow, ...]
    moaas_version: str


def flowsheet_table(
    *,
    vitals: Sequence[VitalFact],
    started_at: datetime | None,
    zone: ZoneInfo,
    patient_id: UUID | None = None,
    stopped_at: datetime | None = None,
) -> FlowsheetTable:
    """Make the table. With ``patient_id`` each row in force links to its correction."""
    by_id = {fact.vitals_id: fact for fact in vitals}
    replaced = {fact.supersedes_id: fact for fact in vitals if fact.supersedes_id}
    rows = [
        _row(fact, replaced.get(fact.vitals_id), by_id, started_at, stopped_at, zone, patient_id)
        for fact in sorted(vitals, key=lambda f: (f.occurred_at, f.recorded_at))
        if not fact.is_withdrawn
    ]
    return FlowsheetTable(
        caption="Every set by the time it was taken. Corrected sets stay, struck through.",
        rows=tuple(rows),
        moaas_version=rules.ladder().moaas_version,
    )


def _row(
    fact: VitalFact,
    replaced_by: VitalFact | None,
    by_id: dict[UUID, VitalFact],
    started_at: datetime | None,
    stopped_at: datetime | None,
    zone: ZoneInfo,
    patient_id: UUID | None,
) -> TableRow:
    values, lost = fact.values, fact.no_signal
    bp = f"{values.sbp_mmhg}/{values.dbp_mmhg}" if values.sbp_mmhg is not None else None
    phase = rules.phase_at(
        rules.Timeline(opened_at=fact.occurred_at, started_at=started_at, stopped_at=stopped_at),
        fact.occurred_at,
        fact.phase,
    )
    correct_url = ""
    if patient_id is not None and fact.is_current:
        correct_url = reverse(
            "monitoring:correct", args=[patient_id, fact.period_id, fact.vitals_id]
        )
    temperature = values.temperature_c
    return TableRow(
        at=clock(fact.occurred_at, zone),
        minute=_minute(fact.occurred_at, started_at),
        phase=PHASE_WORDS[phase],
        bp=_cell(bp, is_lost=rules.Signal.BP in lost),
        hr=_cell(values.hr_bpm, is_lost=rules.Signal.HR in lost),
        spo2=_cell(values.spo2_percent, is_lost=rules.Signal.SPO2 in lost, unit="%"),
        rr=_cell(values.rr_per_min, is_lost=rules.Signal.RR in lost),
        moaas=_cell(values.moaas),
        nausea=_cell(values.nausea),
        distress=_cell(values.distress),
        temperature=shown(temperature, "°C") if temperature is not None else NOT_MEASURED,
        signs=", ".join(_sign_words(fact)),
        note=fact.note,
        by=fact.by_name,
        marks=_marks(fact, replaced_by, by_id, zone),
        is_struck=not fact.is_current,
        correct_url=correct_url,
    )


def _cell(value: int | str | None, *, is_lost: bool = False, unit: str = "") -> str:
    if value is None:
        return NO_SIGNAL if is_lost else NOT_MEASURED
    return f"{value}{unit}"


def _minute(at: datetime, started_at: datetime | None) -> str:
    if started_at is None:
        return ""
    minute = int(minutes_from(started_at, at) // 1)
    return f"\u2212{-minute}" if minute < 0 else str(minute)


def _sign_words(fact: VitalFact) -> list[str]:
    signs = [rules.ladder().sign(code) for code in sorted(fact.signs)]
    return [sign.words for sign in signs if sign is not None]


def _marks(
    fact: VitalFact,
    replaced_by: VitalFact | None,
    by_id: dict[UUID, VitalFact],
    zone: ZoneInfo,
) -> tuple[str, ...]:
    marks = []
    before = by_id.get(fact.supersedes_id) if fact.supersedes_id else None
    if before is not None:
        marks.append(f"corrected {clock(fact.recorded_at, zone)} by {fact.by_name}: {fact.reason}")
    elif fact.recorded_at - fact.occurred_at > LATE_AFTER:
        marks.append(f"entered {clock(fact.recorded_at, zone)} by {fact.by_name}")
    if replaced_by is not None:
        verb = "taken back" if replaced_by.is_withdrawn else "replaced"
        when = clock(replaced_by.recorded_at, zone)
        marks.append(f"{verb} {when} by {replaced_by.by_name}: {replaced_by.reason}")
    if fact.was_confirmed:
        marks.append("unusual values, looked at again")
    if fact.source == rules.Source.DEVICE:
        marks.append("from the monitor, accepted by a person")
    return tuple(marks)
