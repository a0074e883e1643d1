"""Every chair in which somebody sits, read in the same number of questions however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.audit import queries as audit
from serein.infusions import queries as infusions
from serein.infusions.queries.orders_given import notes_of_sessions, orders_of_sessions
from serein.infusions.states import DRUG_IN_USE
from serein.monitoring import queries as monitoring
from serein.monitoring import rules
from serein.patients import queries as patients
from serein.safety import queries as safety

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.audit.queries import LookingFact
    from serein.infusions.queries import InCharge, SessionFact
    from serein.infusions.queries.orders_given import GivenOrder, NurseNote
    from serein.monitoring.queries import FlagFact, VitalFact
    from serein.monitoring.rules import DueSet, Silence, Timeline
    from serein.safety.queries import SideEffectFact


@dataclass(frozen=True, slots=True)
class ChairFacts:
    """One visit under way. ``vitals`` are the sets in force, oldest first.

    ``is_unwatched``: the drug is in use and nobody has this chair's screen open.
    """

    session: SessionFact
    patient_name: str
    mrn: str
    timeline: Timeline
    vitals: tuple[VitalFact, ...]
    due: tuple[DueSet, ...]
    silence: Silence | None
    flags: tuple[FlagFact, ...]
    effects: tuple[SideEffectFact, ...]
    orders: tuple[GivenOrder, ...]
    notes: tuple[NurseNote, ...]
    here: tuple[LookingFact, ...]
    in_charge: InCharge | None
    is_unwatched: bool


@dataclass(frozen=True, slots=True)
class LiveChairs:
    """All visits under way at a site, and who looks at this page."""

    chairs: tuple[ChairFacts, ...]
    looking: tuple[LookingFact, ...]


def live_chairs(*, site_id: UUID, at: datetime) -> LiveChairs:
    """Gather every visit under way."""
    sessions = infusions.open_sessions(site_id, at=at)
    ids = [one.session_id for one in sessions]
    periods = {one.period_id: one for one in monitoring.periods_running(site_id)}
    vitals = monitoring.vitals_of_periods([one.period_id for one in sessions])
    people = patients.patients_by_id(site_id, [one.patient_id for one in sessions])
    flags: dict[UUID, list[FlagFact]] = {}
    for flag in monitoring.standing_flags(site_id):
        flags.setdefault(flag.period_id, []).append(flag)
    effects = safety.side_effects_of_sessions(ids)
    orders, notes = orders_of_sessions(ids), notes_of_sessions(ids)
    looking = audit.looking(site_id, at)
    in_charge = infusions.in_charge_of(ids)
    plan, ladder = rules.schedule(), rules.ladder()
    found = []
    for one in sessions:
        # A visit that closed between two of these questions has no period any more.
        if one.period_id not in periods:
            continue
        timeline = periods[one.period_id].timeline
        readings = monitoring.readings_from(vitals[one.period_id], timeline)
        here = tuple(who for who in looking if who.place == f"session-{one.session_id}")
        found.append(
            ChairFacts(
                session=one,
                patient_name=people[one.patient_id].full_name,
                mrn=people[one.patient_id].mrn,
                timeline=timeline,
                vitals=tuple(fact for fact in vitals[one.period_id] if fact.is_current),
                due=rules.due_sets(
                    timeline=timeline, readings=readings, at=at, plan=plan, ladder=ladder
                ),
                silence=rules.silence(timeline=timeline, readings=readings, at=at, plan=plan),
                flags=tuple(flags.get(one.period_id, ())),
                effects=effects.get(one.session_id, ()),
                orders=orders.get(one.session_id, ()),
                notes=notes.get(one.session_id, ()),
                here=here,
                in_charge=in_charge.get(one.session_id),
                # Where no page is heard of at all, pages without streams are open: nobody knows.
                is_unwatched=bool(looking) and not here and one.state in DRUG_IN_USE,
            )
        )
    return LiveChairs(
        chairs=tuple(found), looking=tuple(who for who in looking if who.place == "chairs")
    )
