"""The paper for a day without the server, in finished words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.infusions.presenters.words import mg, rate
from serein.monitoring import rules
from serein.monitoring.presenters.limits import limits_page

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from serein.infusions.queries.downtime import SheetFacts

EMERGENCY = "Emergency 911"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visit on paper; ``rows`` names the lines of the blank flowsheet."""

    name: str
    chair: str
    time: str
    born: str
    mrn: str
    allergies: str
    weight: str
    comfort: str
    order: str
    known: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """All sheets of a day with what is the same on each."""

    title: str
    printed_at: str
    numbers: str
    limits: tuple[str, ...]
    limits_source: str
    sheets: tuple[Sheet, ...]


def downtime_pack(
    *,
    facts: Sequence[SheetFacts],
    day: date,
    at: datetime,
    zone: ZoneInfo,
    clinic: str,
    phone: str,
) -> Pack:
    """Put a day on paper."""
    limits = limits_page()
    return Pack(
        title=f"{day:%A %-d %B %Y}",
        printed_at=clock(at, zone),
        numbers=f"{EMERGENCY} · {clinic} {phone}",
        limits=tuple(f"{row.limit}: {row.rung.lower()}" for row in limits.rows),
        limits_source=f"{limits.title}, version {limits.version}, {limits.source}",
        sheets=tuple(_sheet(one, zone) for one in facts),
    )


def _sheet(one: SheetFacts, zone: ZoneInfo) -> Sheet:
    banner, booked = one.banner, one.appointment
    return Sheet(
        name=banner["name"],
        chair=one.session.chair_name if one.session else booked.chair_name,
        time=clock(booked.starts_at, zone),
        born=banner["birth_date"],
        mrn=banner["mrn"],
        allergies=banner["allergies"],
        weight=banner["weight"],
        comfort=banner["comfort"],
        order=_order(one),
        known=_known(one, zone),
        rows=_rows(one, zone),
    )


def _order(one: SheetFacts) -> str:
    if one.plan is None:
        return "no signed plan: nothing may be given"
    prepared = one.plan.dose.prepared
    return (
        f"ketamine {mg(one.plan.dose.dose_mg)} "
        f"({shown(one.plan.mg_per_kg, 'mg/kg')} × {shown(one.plan.weight_kg, 'kg', 1)}), "
        f"draw {shown(prepared.drug_ml, 'mL', 2)} of {shown(one.plan.vial_mg_per_ml, 'mg/mL')}, "
        f"{shown(one.plan.minutes, 'min')} at {rate(prepared.rate_ml_per_h)}, "
        f"bag {shown(one.plan.dose.bag_mg_per_ml, 'mg/mL', 3)}; "
        f"signed by {one.plan.signed_by_name}"
    )


def _known(one: SheetFacts, zone: ZoneInfo) -> str:
    session = one.session
    if session is None:
        return ""
    parts = [f"checked in {clock(session.checked_in_at, zone)}"]
    if session.started_at is not None:
        parts.append(f"started {clock(session.started_at, zone)}")
        parts.append(f"{mg(session.delivered_mg)} given")
    last = next((fact for fact in reversed(one.vitals) if fact.is_current), None)
    if last is not None and last.values.sbp_mmhg is not None:
        parts.append(
            f"BP {last.values.sbp_mmhg}/{last.values.dbp_mmhg} at {clock(last.occurred_at, zone)}"
        )
    return ", ".join(parts)


def _rows(one: SheetFacts, zone: ZoneInfo) -> tuple[str, ...]:
    """Name the due times: before, by minute of the infusion, and after its end."""
    plan = rules.schedule()
    minutes = one.session.minutes if one.session else one.appointment.infusion_minutes
    every = plan.during_every_min
    later = range(plan.during_min[-1] + every, minutes + 1, every)
    during = [minute for minute in (*plan.during_min, *later) if minute <= minutes]
    started = one.session.started_at if one.session else None

    def at_minute(minute: int) -> str:
        when = f" · {clock(started + timedelta(minutes=minute), zone)}" if started else ""
        return f"{shown(minute, 'min')}{when}"

    after = range(plan.post_every_min, plan.post_for_min + 1, plan.post_every_min)
    return (
        "before",
        *(at_minute(minute) for minute in during),
        "end",
        *(f"end + {shown(minute, 'min')}" for minute in after),
        "",
        "",
    )
