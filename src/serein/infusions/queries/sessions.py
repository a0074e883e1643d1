"""Which visits there are, and what each has come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.clinic_time import day_bounds
from serein.core.errors import NotFound
from serein.core.quantities import round_to
from serein.core.reading import asked_once
from serein.infusions.models import (
    ChecklistAnswer,
    InfusionSession,
    Remark,
    SessionEvent,
    SessionNote,
)
from serein.infusions.queries.facts import (
    AddendumFact,
    EventFact,
    NoteFact,
    RemarkFact,
    SessionFact,
)
from serein.infusions.rules.delivered import Delivered, EventKind, PumpEvent, delivered
from serein.infusions.states import IN_THE_CHAIR, WENT_HOME, SessionState

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

MG_PER_KG_STEP = Decimal("0.001")


def session(site_id: UUID, session_id: UUID, patient_id: UUID | None = None) -> InfusionSession:
    """Return a visit of a site, and of one patient where that is given.

    :raises NotFound: no such visit, or not one of theirs
    """
    rows = InfusionSession.objects.filter(site_id=site_id, pk=session_id)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    found = rows.select_related("discharge").first()
    if found is None:
        raise NotFound
    return found


@asked_once
def events_of(session_id: UUID) -> tuple[EventFact, ...]:
    """List the pump's log in order, superseded rows before their correction."""
    rows = list(SessionEvent.objects.filter(session_id=session_id).order_by("place", "recorded_at"))
    return tuple(_event_fact(row, _superseded(rows)) for row in _chained(rows))


def _superseded(rows: Iterable[SessionEvent]) -> frozenset[UUID | None]:
    return frozenset(row.supersedes_id for row in rows if row.supersedes_id)


def _chained(rows: Sequence[SessionEvent]) -> list[SessionEvent]:
    """Put each place in the order of its corrections, whatever the clock said."""
    after = {row.supersedes_id: row for row in rows if row.supersedes_id}
    chained: list[SessionEvent] = []
    for row in rows:
        step: SessionEvent | None = None if row.supersedes_id else row
        while step is not None:
            chained.append(step)
            step = after.get(step.pk)
    return chained


def _event_fact(row: SessionEvent, superseded: frozenset[UUID | None]) -> EventFact:
    return EventFact(
        event_id=row.pk,
        place=row.place,
        event=PumpEvent(EventKind(row.kind), row.occurred_at, row.rate_ml_per_h),
        recorded_at=row.recorded_at,
        by_name=row.by_name,
        reason=row.reason,
        is_correction=row.supersedes_id is not None,
        is_superseded=row.pk in superseded,
    )


def log_of(session_id: UUID) -> tuple[PumpEvent, ...]:
    """Return the pump's log as it stands, corrections applied."""
    return tuple(fact.event for fact in events_of(session_id) if not fact.is_superseded)


def delivered_at(visit: InfusionSession, at: datetime) -> Delivered:
    """Say what of the order had gone in by a moment."""
    return delivered(
        log_of(visit.pk), bag_mg_per_ml=visit.bag_mg_per_ml, ordered_mg=visit.ordered_mg, at=at
    )


def delivered_mg(session_id: UUID, at: datetime) -> Decimal:
    """Return the mg that had gone in by a moment.

    :raises NotFound: no such visit
    """
    visit = InfusionSession.objects.filter(pk=session_id).first()
    if visit is None:
        raise NotFound
    return delivered_at(visit, at).mg


def _facts(rows: Iterable[InfusionSession], at: datetime | None) -> tuple[SessionFact, ...]:
    visits = list(rows)
    ids = [visit.pk for visit in visits]
    logs: dict[UUID, list[SessionEvent]] = {}
    for row in SessionEvent.objects.filter(session_id__in=ids).order_by("place", "recorded_at"):
        logs.setdefault(row.session_id, []).append(row)
    signed = frozenset(
        SessionNote.objects.filter(session_id__in=ids).values_list("session_id", flat=True)
    )
    return tuple(
        _fact(visit, logs.get(visit.pk, []), at, is_signed=visit.pk in signed) for visit in visits
    )


def _fact(
    visit: InfusionSession, rows: list[SessionEvent], at: datetime | None, *, is_signed: bool
) -> SessionFact:
    superseded = _superseded(rows)
    log = [
        PumpEvent(EventKind(row.kind), row.occurred_at, row.rate_ml_per_h)
        for row in rows
        if row.pk not in superseded
    ]
    moment = at or visit.stopped_at or (log[-1].occurred_at if log else visit.checked_in_at)
    total = delivered(
        log, bag_mg_per_ml=visit.bag_mg_per_ml, ordered_mg=visit.ordered_mg, at=moment
    )
    return SessionFact(
        session_id=visit.pk,
        patient_id=visit.patient_id,
        appointment_id=visit.appointment_id,
        plan_id=visit.plan_id,
        plan_version_id=visit.plan_version_id,
        period_id=visit.period_id,
        chair_name=visit.chair_name,
        number=visit.number,
        infusions=visit.infusions,
        state=SessionState(visit.state),
        ordered_mg=visit.ordered_mg,
        weight_kg=visit.weight_kg,
        minutes=visit.minutes,
        checked_in_at=visit.checked_in_at,
        started_at=visit.started_at,
        stopped_at=visit.stopped_at,
        delivered_mg=total.mg,
        mg_per_kg_delivered=round_to(total.mg / visit.weight_kg, MG_PER_KG_STEP),
        is_signed=is_signed,
    )


def session_fact(visit: InfusionSession, at: datetime) -> SessionFact:
    """Say what one visit has come to at a moment."""
    return _facts([visit], at)[0]


def _of(patient_ids: Iterable[UUID]) -> QuerySet[InfusionSession]:
    return InfusionSession.objects.filter(patient_id__in=list(patient_ids))


def sessions_of(
    patient_id: UUID, *, at: datetime | None = None, offset: int = 0, limit: int | None = None
) -> tuple[SessionFact, ...]:
    """List the visits of a patient, newest first; ``at`` matters only for one that is running."""
    rows = _of([patient_id]).order_by("-checked_in_at", "pk")
    return _facts(rows[offset : None if limit is None else offset + limit], at)


def session_count(patient_id: UUID) -> int:
    """Count the visits of a patient."""
    return _of([patient_id]).count()


def sessions_of_patients(
    patient_ids: Iterable[UUID], *, at: datetime | None = None
) -> dict[UUID, tuple[SessionFact, ...]]:
    """List the visits of several patients, each newest first, in constant queries."""
    found: dict[UUID, tuple[SessionFact, ...]] = {}
    for fact in _facts(_of(patient_ids).order_by("-checked_in_at", "pk"), at):
        found[fact.patient_id] = (*found.get(fact.patient_id, ()), fact)
    return found


def sessions_on(
    site_id: UUID, local_date: date, *, at: datetime | None = None
) -> tuple[SessionFact, ...]:
    """List the visits of a local day of a site, in order of check-in."""
    start, end = day_bounds(local_date, zone_of(site_id))
    rows = InfusionSession.objects.filter(
        site_id=site_id, checked_in_at__gte=start, checked_in_at__lt=end
    )
    return _facts(rows.order_by("checked_in_at", "pk"), at)


def sessions_of_appointments(
    appointment_ids: Iterable[UUID], *, at: datetime | None = None
) -> dict[UUID, SessionFact]:
    """Return the visit of each appointment that has one which was not cancelled."""
    rows = InfusionSession.objects.filter(appointment_id__in=list(appointment_ids))
    rows = rows.exclude(state=SessionState.CANCELLED.value)
    return {fact.appointment_id: fact for fact in _facts(rows, at)}


def open_sessions(site_id: UUID, *, at: datetime | None = None) -> tuple[SessionFact, ...]:
    """List the visits of a site whose patient is in the chair, by chair."""
    rows = InfusionSession.objects.filter(
        site_id=site_id, state__in=[state.value for state in IN_THE_CHAIR]
    )
    return _facts(rows.order_by("chair_name", "pk"), at)


def unsigned_notes(site_id: UUID) -> tuple[SessionFact, ...]:
    """List the visits that are over and whose note nobody has signed, oldest first."""
    rows = InfusionSession.objects.filter(
        site_id=site_id, state__in=[state.value for state in WENT_HOME], note__isnull=True
    )
    return _facts(rows.order_by("checked_in_at", "pk"), None)


@asked_once
def remarks_of(session_id: UUID) -> tuple[RemarkFact, ...]:
    """List the notes charted during a visit, by time."""
    rows = Remark.objects.filter(session_id=session_id).order_by("occurred_at", "recorded_at")
    return tuple(RemarkFact(row.text, row.occurred_at, row.by_name) for row in rows)


def latest_answers(session_id: UUID) -> Mapping[str, ChecklistAnswer]:
    """Return the newest answer to each question of the checklist."""
    rows = ChecklistAnswer.objects.filter(session_id=session_id).order_by("place")
    return {row.code: row for row in rows}


def note_of(session_id: UUID) -> NoteFact | None:
    """Return the signed note with its addenda, oldest first."""
    row = SessionNote.objects.filter(session_id=session_id).first()
    if row is None:
        return None
    addenda = tuple(
        AddendumFact(each.text, each.at, each.by_name) for each in row.addenda.order_by("at", "pk")
    )
    return NoteFact(
        row.pk, row.text, row.signed_at, row.signed_by_name, row.signed_by_role, addenda
    )
