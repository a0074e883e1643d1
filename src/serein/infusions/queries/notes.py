"""The facts of which a session note consists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.clinic_time import clock
from serein.core.quantities import shown
from serein.infusions.models import Discharge, InfusionSession, SecondCheck
from serein.infusions.queries.care import rescues_of, scores_of
from serein.infusions.queries.gates import charted, overrides_of
from serein.infusions.queries.sessions import (
    delivered_at,
    events_of,
    latest_answers,
    remarks_of,
)
from serein.infusions.rules.gate import GateItem, MayOverride, Override, Verdict
from serein.infusions.rules.note import (
    Departure,
    EffectLine,
    EventLine,
    FlagLine,
    NoteFacts,
)
from serein.infusions.rules.rescue import ROUTES
from serein.infusions.rules.scales import SCALES
from serein.monitoring import queries as monitoring
from serein.monitoring.rules import ANSWER_WORDS, Answer
from serein.patients import queries as patients
from serein.safety import queries as safety
from serein.safety.rules import SEVERITY_WORDS

if TYPE_CHECKING:
    from datetime import datetime


def note_facts(visit: InfusionSession, at: datetime) -> NoteFacts:
    """Gather what the note of a visit says, as charted by ``at``."""
    patient = patients.patient_for(visit.site_id, visit.patient_id)
    zone = zone_of(visit.site_id)
    prepared = latest_answers(visit.pk).get("prepared")
    check = SecondCheck.objects.filter(session=visit).order_by("-at", "pk").first()
    readings, baseline = charted(visit)
    return NoteFacts(
        zone=zone,
        patient_name=patient.full_name,
        birth_date_text=f"{patient.birth_date.day} {patient.birth_date:%B %Y}",
        mrn=patient.mrn,
        number=visit.number,
        infusions=visit.infusions,
        ordered_mg=visit.ordered_mg,
        mg_per_kg=visit.mg_per_kg,
        weight_kg=visit.weight_kg,
        weight_basis=visit.weight_basis,
        minutes=visit.minutes,
        rate_ml_per_h=visit.rate_ml_per_h,
        bag_mg_per_ml=visit.bag_mg_per_ml,
        checked_in_at=visit.checked_in_at,
        prepared_by=prepared.by_name if prepared else "",
        checked_by=check.checked_by_name if check else "",
        gate_overrides=overrides_of(visit),
        delivered=delivered_at(visit, at),
        events=tuple(
            EventLine(fact.event, fact.by_name, fact.reason, fact.is_correction)
            for fact in events_of(visit.pk)
            if not fact.is_superseded
        ),
        baseline=baseline,
        readings=readings,
        flags=_flags(visit),
        effects=_effects(visit),
        departure=_departure(visit.discharge) if visit.discharge else None,
        notes=tuple(
            f"{clock(remark.occurred_at, zone)} {remark.text} ({remark.by_name})"
            for remark in remarks_of(visit.pk)
        ),
        drugs=tuple(
            f"{clock(fact.occurred_at, zone)} {fact.drug} {shown(fact.dose, fact.unit)} "
            f"{ROUTES.get(fact.route, fact.route)}, {fact.reason}, by {fact.by_name}, "
            f"standing order version {fact.order_version}."
            for fact in rescues_of(visit.pk)
            if not fact.is_taken_back
        ),
        scores=tuple(
            f"{clock(fact.occurred_at, zone)} {SCALES[fact.scale].name} {fact.total} "
            f"({fact.version}), {fact.by_name}."
            for fact in scores_of(visit.pk)
        ),
    )


def _flags(visit: InfusionSession) -> tuple[FlagLine, ...]:
    return tuple(
        FlagLine(
            raised_at=fact.raised_at,
            text=f"{fact.word} {fact.value_text}, limit {fact.limit_text}",
            acknowledged_by=fact.acknowledged_by_name,
            action=ANSWER_WORDS[Answer(fact.answer)].lower() if fact.answer else "",
        )
        for fact in monitoring.flags_of(visit.period_id)
        if fact.withdrawn_at is None
    )


def _effects(visit: InfusionSession) -> tuple[EffectLine, ...]:
    return tuple(
        EffectLine(
            onset_at=fact.onset_at,
            name=fact.words.lower(),
            severity=SEVERITY_WORDS[fact.worst].split(":")[0],
            action=fact.action_taken,
            resolved_at=fact.resolved_at,
        )
        for fact in safety.side_effects_of_session(visit.pk)
    )


def _departure(row: Discharge) -> Departure:
    return Departure(
        at=row.at,
        by_name=row.by_name,
        is_against_advice=row.is_against_advice,
        items=conditions_of(row),
        escort_name=row.escort_name,
        contact_at=row.contact_at,
        reason=row.reason,
    )


def conditions_of(row: Discharge) -> tuple[GateItem, ...]:
    """Return the discharge gate as it was judged when the patient left."""
    return tuple(
        GateItem(
            code=kept["code"],
            name=kept["name"],
            verdict=Verdict(kept["verdict"]),
            because=kept["because"],
            source=kept["source"],
            may_override=MayOverride.PRESCRIBER if kept["overridden_by"] else MayOverride.NOBODY,
            override=Override(
                kept["code"], "", kept["override_reason"], kept["overridden_by"], row.at
            )
            if kept["overridden_by"]
            else None,
        )
        for kept in row.conditions
    )
