"""What the model of levels needs from visits: the switches, the log, and a patient's exposure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pharmacokinetics.pump_log import elapsed_min
from serein.accounts.queries import is_on
from serein.accounts.rules import Switch
from serein.infusions.models import InfusionSession, SessionEvent
from serein.infusions.queries.sessions import log_of
from serein.infusions.rules.delivered import EventKind, PumpEvent, delivered
from serein.infusions.rules.level import Course, Order, course_of, logged_steps
from serein.infusions.states import DRUG_IN_USE, SessionState
from serein.plans.rules.level import area_ng_h_per_ml, washed_out_min, whole_area_ng_h_per_ml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

WINDOWS_DAYS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class Exposure:
    """One infusion: what went in, and the area under the modelled venous curve until now."""

    started_at: datetime
    mg: Decimal
    area_ng_h_per_ml: float


@dataclass(frozen=True, slots=True)
class ExposureWindow:
    """The infusions that began in the last ``days`` (None: ever), added up."""

    days: int | None
    infusions: int
    mg: Decimal
    area_ng_h_per_ml: float


def overlay_is_on(site_id: UUID) -> bool:
    """Say whether the clinic shows the model's curve at the chair."""
    return is_on(site_id, Switch.LEVEL_OVERLAY)


def what_if_is_open(visit: InfusionSession) -> bool:
    """Say whether the model may be asked "what if" in the state that a visit is in.

    While the drug runs only where the medical director has switched that on, and never while it is
    paused: what comes then is not in the log.
    """
    state = SessionState(visit.state)
    if state not in DRUG_IN_USE:
        return True
    return state is SessionState.RUNNING and is_on(visit.site_id, Switch.LEVEL_WHAT_IF_RUNNING)


def level_course(visit: InfusionSession, at: datetime) -> Course:
    """Return what the pump of a visit did, and what is assumed from now on."""
    order = Order(visit.ordered_mg, visit.minutes, visit.bag_mg_per_ml)
    return course_of(log_of(visit.pk), order, at)


def exposures_of(patient_id: UUID, at: datetime) -> tuple[Exposure, ...]:
    """List what each infusion of a patient has come to, oldest first, in two queries.

    Each is worked out on the weight of its own day.
    """
    visits = list(
        InfusionSession.objects.filter(patient_id=patient_id, started_at__isnull=False).order_by(
            "started_at", "pk"
        )
    )
    logs = _logs([visit.pk for visit in visits])
    return tuple(_exposure(visit, logs[visit.pk], at) for visit in visits if visit.pk in logs)


def exposure_windows(found: Sequence[Exposure], at: datetime) -> tuple[ExposureWindow, ...]:
    """Add up the infusions that began in each window, the shortest first, then of all time."""
    windows = []
    for days in (*WINDOWS_DAYS, None):
        inside = [one for one in found if days is None or one.started_at > at - timedelta(days)]
        windows.append(
            ExposureWindow(
                days=days,
                infusions=len(inside),
                mg=sum((one.mg for one in inside), Decimal(0)),
                area_ng_h_per_ml=sum(one.area_ng_h_per_ml for one in inside),
            )
        )
    return tuple(windows)


def _logs(session_ids: Sequence[UUID]) -> dict[UUID, list[PumpEvent]]:
    """The logs of several visits as they stand, corrections applied."""
    events = SessionEvent.objects.filter(session_id__in=session_ids).order_by("place")
    rows = list(
        events.values_list(
            "pk", "supersedes_id", "session_id", "kind", "occurred_at", "rate_ml_per_h"
        )
    )
    superseded = {before for _, before, *_ in rows}
    logs: dict[UUID, list[PumpEvent]] = {}
    for event_id, _, session_id, kind, occurred_at, rate_ml_per_h in rows:
        if event_id not in superseded:
            event = PumpEvent(EventKind(kind), occurred_at, rate_ml_per_h)
            logs.setdefault(session_id, []).append(event)
    return logs


def _exposure(visit: InfusionSession, log: list[PumpEvent], at: datetime) -> Exposure:
    total = delivered(log, bag_mg_per_ml=visit.bag_mg_per_ml, ordered_mg=visit.ordered_mg, at=at)
    begun, last, weight_kg = log[0].occurred_at, log[-1], float(visit.actual_weight_kg)
    is_stopped = last.kind is EventKind.STOP
    if is_stopped and elapsed_min(at, last.occurred_at) > washed_out_min(weight_kg):
        area = whole_area_ng_h_per_ml(float(total.mg), weight_kg)
    else:
        steps = logged_steps(log, visit.bag_mg_per_ml)
        area = area_ng_h_per_ml(steps, weight_kg, max(0.0, elapsed_min(at, begun)))
    return Exposure(started_at=begun, mg=total.mg, area_ng_h_per_ml=area)
