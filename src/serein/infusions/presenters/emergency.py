"""The crash card: what is needed in the first minute, and one press for each thing that was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.accounts.queries import site, zone_of
from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.infusions import queries
from serein.infusions.presenters.downtime import EMERGENCY
from serein.infusions.presenters.words import mg, rate
from serein.infusions.rules.emergency import SOURCE, STEPS
from serein.infusions.states import SessionState
from serein.monitoring import queries as monitored

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.infusions.models import InfusionSession

VALUES = (
    ("BP", "sbp_mmhg"),
    ("HR", "hr_bpm"),
    ("SpO₂", "spo2_percent"),
    ("RR", "rr_per_min"),
)


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """No name stands on it: the banner above it has that, and a tablet may keep the card."""

    given: str
    vitals: str
    drugs: str
    numbers: str
    steps: tuple[str, ...]
    source: str


def emergency_card(visit: InfusionSession, at: datetime) -> EmergencyCard:
    """Gather what a helper asks for first."""
    zone = zone_of(visit.site_id)
    here = site(visit.site_id)
    return EmergencyCard(
        given=_given(visit, at, zone),
        vitals=_vitals(visit, zone),
        drugs="; ".join(
            f"{one.drug} {shown(one.dose, one.unit)} {one.route}, {clock(one.occurred_at, zone)}"
            for one in queries.rescues_of(visit.pk)
            if not one.is_taken_back
        ),
        numbers=f"{EMERGENCY} · {here.name} {here.phone}",
        steps=STEPS,
        source=SOURCE,
    )


def _given(visit: InfusionSession, at: datetime, zone: ZoneInfo) -> str:
    if visit.started_at is None:
        return "Nothing given yet"
    total = queries.delivered_at(visit, at)
    said = f"{mg(total.mg)} of {mg(visit.ordered_mg)} since {clock(visit.started_at, zone)}"
    if visit.stopped_at is not None:
        return f"{said}, stopped {clock(visit.stopped_at, zone)}"
    if SessionState(visit.state) is SessionState.PAUSED:
        return f"{said}, paused"
    rates = [each.rate_ml_per_h for each in queries.log_of(visit.pk) if each.rate_ml_per_h]
    return f"{said}, running at {rate(rates[-1])}"


def _vitals(visit: InfusionSession, zone: ZoneInfo) -> str:
    last = monitored.latest_vitals(visit.period_id)
    if last is None:
        return "None charted"
    parts = []
    for label, name in VALUES:
        value = getattr(last.values, name)
        if value is not None:
            parts.append(f"{label} {value}" + (f"/{last.values.dbp_mmhg}" if label == "BP" else ""))
    return f"{', '.join(parts) or 'No values'}, {clock(last.occurred_at, zone)}"
