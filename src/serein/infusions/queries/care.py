"""What was given and scored at the chair besides the infusion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.reading import asked_once
from serein.infusions.models import DrugStatement, RescueGiven, ScaleScore
from serein.infusions.queries.sessions import log_of
from serein.infusions.rules.delivered import EventKind
from serein.infusions.rules.readiness import Stated
from serein.infusions.rules.rescue import Given, Moment
from serein.infusions.rules.scales import Ask, Scored, asks
from serein.monitoring import queries as monitoring
from serein.monitoring.rules import phase_at
from serein.patients import queries as patients

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.infusions.models import InfusionSession


@dataclass(frozen=True, slots=True)
class RescueFact:
    """A drug given; one that was taken back stays, with who said why."""

    rescue_id: UUID
    order_code: str
    order_version: str
    drug: str
    dose: Decimal
    unit: str
    route: str
    reason: str
    occurred_at: datetime
    recorded_at: datetime
    by_name: str
    taken_back_because: str
    taken_back_by: str

    @property
    def is_taken_back(self) -> bool:
        """Whether somebody said that it was never given."""
        return bool(self.taken_back_by)


@dataclass(frozen=True, slots=True)
class ScoreFact:
    scale: str
    version: str
    items: tuple[int, ...]
    total: int
    occurred_at: datetime
    recorded_at: datetime
    by_name: str


@asked_once
def rescues_of(session_id: UUID) -> tuple[RescueFact, ...]:
    """List the drugs given in a visit, by time, those taken back included."""
    rows = list(RescueGiven.objects.filter(session_id=session_id).order_by("occurred_at", "pk"))
    back = {row.supersedes_id: row for row in rows if row.supersedes_id}
    return tuple(_rescue(row, back.get(row.pk)) for row in rows if row.supersedes_id is None)


def _rescue(row: RescueGiven, back: RescueGiven | None) -> RescueFact:
    return RescueFact(
        rescue_id=row.pk,
        order_code=row.order_code,
        order_version=row.order_version,
        drug=row.drug,
        dose=row.dose,
        unit=row.unit,
        route=row.route,
        reason=row.reason,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        by_name=row.by_name,
        taken_back_because=back.reason if back else "",
        taken_back_by=back.by_name if back else "",
    )


@asked_once
def scores_of(session_id: UUID) -> tuple[ScoreFact, ...]:
    """List the scores of a visit, by time."""
    rows = ScaleScore.objects.filter(session_id=session_id).order_by("occurred_at", "recorded_at")
    return tuple(
        ScoreFact(
            row.scale,
            row.version,
            tuple(row.items),
            row.total,
            row.occurred_at,
            row.recorded_at,
            row.by_name,
        )
        for row in rows
    )


def asks_of(visit: InfusionSession) -> tuple[Ask, ...]:
    """List the moments of a visit at which a scale is asked."""
    scored = [Scored(one.scale, one.total, one.occurred_at) for one in scores_of(visit.pk)]
    return asks(
        opened_at=visit.checked_in_at,
        started_at=visit.started_at,
        stopped_at=visit.stopped_at,
        scored=scored,
    )


def rescue_moment(visit: InfusionSession, occurred_at: datetime) -> Moment:
    """Gather what a standing order has to know of a visit at a moment."""
    timeline = monitoring.period(visit.period_id).timeline
    standing = [one for one in rescues_of(visit.pk) if not one.is_taken_back]
    return Moment(
        at=occurred_at,
        phase=phase_at(timeline, occurred_at).value,
        is_slowed=_is_slowed(visit, occurred_at),
        given=[Given(one.order_code, one.dose, one.occurred_at) for one in standing],
        allergies=[one.substance for one in patients.allergies_of(visit.patient_id).items],
    )


def _is_slowed(visit: InfusionSession, at: datetime) -> bool:
    """Whether the pump ran slower than it was started, stood still, or was stopped by then."""
    log = [each for each in log_of(visit.pk) if each.occurred_at <= at]
    if not log:
        return False
    last, first = log[-1], log[0]
    if last.kind in {EventKind.PAUSE, EventKind.STOP}:
        return True
    return (last.rate_ml_per_h or 0) < (first.rate_ml_per_h or 0)


def statement_of(session_id: UUID, by_id: str, at: datetime) -> Stated | None:
    """Return what one person read on vial, syringe and pump at a moment."""
    row = DrugStatement.objects.filter(session_id=session_id, by_id=by_id, at=at).first()
    if row is None:
        return None
    return Stated(
        drug=row.drug,
        vial_mg_per_ml=row.vial_mg_per_ml,
        dose_mg=row.dose_mg,
        drug_ml=row.drug_ml,
        rate_ml_per_h=row.rate_ml_per_h,
        volume_ml=row.volume_ml,
    )
