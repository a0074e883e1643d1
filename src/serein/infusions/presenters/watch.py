"""What is watched during a visit: flags, what is due, the flowsheet with the infusion beneath it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.infusions import queries
from serein.infusions.presenters.drugs import drug_words
from serein.infusions.presenters.words import event, rate
from serein.infusions.rules.delivered import EventKind, PumpEvent, delivered
from serein.infusions.rules.scales import SCALES
from serein.infusions.states import IN_THE_CHAIR, SessionState
from serein.monitoring import presenters as monitoring
from serein.monitoring import queries as watched
from serein.safety import presenters as safety
from serein.safety import queries as effects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession
    from serein.monitoring.presenters import (
        DuePanel,
        FlagList,
        Flowsheet,
        FlowsheetTable,
        InfusionBar,
        NumberedEvent,
    )
    from serein.safety.presenters import EffectRow


@dataclass(frozen=True, slots=True)
class Watch:
    flags: FlagList
    due: DuePanel
    sheet: Flowsheet
    table: FlowsheetTable
    effects: tuple[EffectRow, ...]


def watch(
    visit: InfusionSession, *, at: datetime, zone: ZoneInfo, back: str, by: Actor | None
) -> Watch:
    """Say what is watched as it stands at one moment, for one reader.

    ``back`` is where an answer returns to; without a reader nothing is offered to be done.
    """
    role = by.role if by is not None else ""
    may_correct = may(role, Act.CHART_SESSION) and SessionState(visit.state) in IN_THE_CHAIR
    period_id = visit.period_id
    period = watched.period(period_id)
    timeline = period.timeline
    vitals = watched.vitals_of(period_id)
    due, silence = watched.due_sets(period_id, at), watched.silence_of(period_id, at)
    return Watch(
        flags=monitoring.flag_list(
            flags=watched.flags_of(period_id),
            at=at,
            zone=zone,
            due=due,
            silence=silence,
            back=back,
            may_answer=may(role, Act.ACKNOWLEDGE_FLAG),
        ),
        due=monitoring.due_panel(
            due=due, silence=silence, at=at, zone=zone, is_paused=timeline.is_paused
        ),
        sheet=monitoring.flowsheet(
            vitals=vitals,
            hollow=monitoring.hollow_sets(period, due=due, at=at),
            bars=_bars(visit, at),
            events=_events(visit),
            started_at=visit.started_at,
            stopped_at=visit.stopped_at,
            opened_at=timeline.opened_at,
            closed_at=timeline.closed_at,
            at=at,
            zone=zone,
        ),
        table=monitoring.flowsheet_table(
            vitals=vitals,
            started_at=visit.started_at,
            stopped_at=visit.stopped_at,
            zone=zone,
            patient_id=visit.patient_id if may_correct else None,
        ),
        effects=safety.effect_rows(effects.side_effects_of_session(visit.pk), at=at, zone=zone),
    )


def _bars(visit: InfusionSession, at: datetime) -> tuple[InfusionBar, ...]:
    log = queries.log_of(visit.pk)
    ends = [each.occurred_at for each in log[1:]]
    spans = zip(log, [*ends, None], strict=False)
    return tuple(
        monitoring.InfusionBar(
            from_at=begun.occurred_at,
            to_at=to_at,
            rate_ml_per_h=begun.rate_ml_per_h or Decimal(0),
            mg_at_end=_mg_at(visit, log, to_at or at),
        )
        for begun, to_at in spans
        if begun.kind is not EventKind.STOP
    )


def _mg_at(visit: InfusionSession, log: Sequence[PumpEvent], at: datetime) -> Decimal:
    return delivered(log, bag_mg_per_ml=visit.bag_mg_per_ml, ordered_mg=visit.ordered_mg, at=at).mg


def _events(visit: InfusionSession) -> tuple[NumberedEvent, ...]:
    """Number what was done at the pump, felt and noted, by time."""
    pump = [
        (each.occurred_at, " ".join(filter(None, (event(each.kind), rate(each.rate_ml_per_h)))))
        for each in queries.log_of(visit.pk)
    ]
    felt = [
        (fact.onset_at, f"{fact.words}, {fact.worst} of 3")
        for fact in effects.side_effects_of_session(visit.pk)
        if fact.state != "in_error"
    ]
    noted = [
        (remark.occurred_at, f"Note: {remark.text[:60]}") for remark in queries.remarks_of(visit.pk)
    ]
    given = [
        (fact.occurred_at, drug_words(fact))
        for fact in queries.rescues_of(visit.pk)
        if not fact.is_taken_back
    ]
    scored = [
        (fact.occurred_at, f"{SCALES[fact.scale].name} {fact.total}")
        for fact in queries.scores_of(visit.pk)
    ]
    ordered = sorted(pump + felt + noted + given + scored, key=lambda each: each[0])
    return tuple(
        monitoring.NumberedEvent(at, number, label)
        for number, (at, label) in enumerate(ordered, start=1)
    )
