"""The waiting list: who would come earlier, what is offered to them, and who gets it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from serein.audit.actions import action, derived_key, move, record
from serein.core.errors import NotFound, Refused
from serein.messaging import actions as messaging
from serein.messaging.rules import Kind as MessageKind
from serein.patients.queries import patient_for
from serein.scheduling import queries
from serein.scheduling.actions.booking import book_visit
from serein.scheduling.actions.gaps import check_gaps
from serein.scheduling.actions.places import Desk, Wish
from serein.scheduling.actions.series import MIN_GAP_HOURS
from serein.scheduling.actions.visits import move_appointment
from serein.scheduling.models import Appointment, Offer, WaitlistEntry
from serein.scheduling.rules.phases import INFUSION, RECOVERY
from serein.scheduling.rules.waiting import Place, asked_before
from serein.scheduling.states import (
    OFFER,
    STANDING,
    WAITING,
    WAITLIST,
    OfferMove,
    OfferState,
    VisitKind,
    WaitMove,
    WaitState,
)

if TYPE_CHECKING:
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.scheduling.queries import ClinicFact

BATCH = ((72, 3), (24, 6), (0, 14))
"""Hours left and how many are asked at once: about one offer in nine is taken up (clinic default,
review; R6 of the scheduling reference), so a gap of the same day needs some fourteen."""


@action
def join_waitlist(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    type_code: str,
    first_date: date,
    last_date: date,
    visit_id: UUID | None = None,
    weekdays: Iterable[int] = (),
    from_time: time | None = None,
    until_time: time | None = None,
    notice_hours: int | None = None,
    priority: int = 0,
) -> WaitlistEntry:
    """Put a patient on the waiting list. With ``visit_id`` they wish to move that visit forward; its
    own type counts then.

    :raises Refused: the dates or times are not in order, or they wait for such a visit already
    :raises NotFound: no such patient, visit type or visit here
    """
    patient_for(by.site_id, patient_id)
    clinic = queries.clinic_of(by.site_id)
    fact = clinic.type_named(type_code)
    if last_date < first_date:
        raise Refused("Choose a last day on or after the first.", field="last_date")
    if from_time is not None and until_time is not None and until_time <= from_time:
        raise Refused("Choose a latest time after the earliest.", field="until_time")
    waiting = WaitlistEntry.objects.filter(
        patient_id=patient_id, kind=fact.kind, state=WaitState.WAITING
    )
    if waiting.exists():
        raise Refused("Change the place they have: they wait for such a visit already.")
    if visit_id is not None:
        fact = clinic.type_named(_code_of(by.site_id, patient_id, visit_id))
    made = WaitlistEntry.objects.create(
        site_id=by.site_id,
        patient_id=patient_id,
        visit_id=visit_id,
        kind=fact.kind.value,
        type_code=fact.code,
        first_date=first_date,
        last_date=last_date,
        weekdays=sorted(set(weekdays)),
        from_time=from_time,
        until_time=until_time,
        notice_hours=clinic.settings.notice_hours if notice_hours is None else notice_hours,
        priority=min(max(priority, 0), 3),
        joined_at=at,
    )
    record(by=by, at=at, verb="join_waitlist", subject=made, patient_id=patient_id)
    return made


def _code_of(site_id: UUID, patient_id: UUID, visit_id: UUID) -> str:
    standing = queries.visit_standing(site_id, visit_id)
    if standing is None or standing.patient_id != patient_id:
        raise NotFound
    return standing.type_code


@action
def leave_waitlist(
    *, key: UUID, by: Actor, at: datetime, entry_id: UUID, reason: str = ""
) -> WaitlistEntry:
    """Take a patient off the waiting list.

    :raises NotFound: no such place at this site
    """
    row = WaitlistEntry.objects.filter(pk=entry_id, site_id=by.site_id).first()
    if row is None:
        raise NotFound
    _entry_step(row, WaitMove.LEAVE, by, at, reason)
    return row


@action
def offer_gap(*, key: UUID, by: Actor, at: datetime, starts_at: datetime) -> Offer:
    """Offer a freed time to those on the waiting list whom it suits, the best first; returns theirs.

    The fewer hours are left, the more are asked at once. Nobody is asked twice for one time, with
    less notice than they need, or for a move that would break their series.

    :raises Refused: the time suits nobody on the list who was not asked yet
    """
    clinic = queries.clinic_of(by.site_id)
    chosen = _suited(clinic, starts_at, at)[: _batch_size(starts_at - at)]
    if not chosen:
        raise Refused("Leave the time open: it suits nobody on the waiting list.")
    batch, ends = uuid.uuid4(), at + timedelta(minutes=clinic.settings.offer_minutes)
    made = [
        Offer.objects.create(
            site_id=by.site_id,
            entry=entry,
            batch_id=batch,
            rank=rank,
            starts_at=starts_at,
            offered_at=at,
            expires_at=min(ends, starts_at),
        )
        for rank, entry in enumerate(chosen, start=1)
    ]
    record(by=by, at=at, verb="offer_gap", subject=made[0], details={"offers": len(made)})
    for row in made:
        _tell(row, key, by, at)
    return made[0]


@action
def accept_offer(*, key: UUID, by: Actor, at: datetime, offer_id: UUID) -> Offer:
    """Take an offered time: the visit is booked or moved there through the guard of the book.

    The answer's state says whether it was to be had: "accepted", or "taken" when somebody else was
    quicker, and then an old time stands. Run it before anything is audited.

    :raises Refused: the offer has run out or was answered
    :raises NotFound: no such offer at this site
    """
    row = _offer(offer_id, by.site_id)
    others = _held_with(row)
    row.refresh_from_db()
    if row.state == OfferState.TAKEN:
        return _noted(row, by, at)
    OFFER.after(OfferState(row.state), OfferMove.ACCEPT)
    if at >= row.expires_at:
        raise Refused("Ask the clinic for another time: this offer has run out.")
    try:
        made = _take(row, key, by, at)
    except Refused:
        _offer_step(row, OfferMove.GIVE_AWAY, by, at)
        return row
    _offer_step(row, OfferMove.ACCEPT, by, at, made=made)
    _entry_step(row.entry, WaitMove.SERVE, by, at)
    for other in others:
        _offer_step(other, OfferMove.GIVE_AWAY, by, at)
    return row


@action
def decline_offer(*, key: UUID, by: Actor, at: datetime, offer_id: UUID) -> Offer:
    """Leave an offered time to others; the place on the list stays.

    :raises MoveNotAllowed: it was answered before
    :raises NotFound: no such offer at this site
    """
    row = _offer(offer_id, by.site_id)
    _offer_step(row, OfferMove.DECLINE, by, at)
    return row


def _held_with(row: Offer) -> list[Offer]:
    """Hold the place on the list and all open offers of the same time; returns the other offers.

    Taken before anything is audited, as days are: locks are always taken in the same order.
    """
    WaitlistEntry.objects.select_for_update().filter(pk=row.entry_id).first()
    same = Offer.objects.select_for_update().filter(
        site_id=row.site_id, starts_at=row.starts_at, state=OfferState.OPEN
    )
    return [other for other in same.order_by("pk") if other.pk != row.pk]


def _take(row: Offer, key: UUID, by: Actor, at: datetime) -> Appointment:
    entry = row.entry
    if entry.visit_id is None:
        if not _keeps_clear(entry, row.starts_at):
            raise Refused("Leave the time: it is too close to another infusion.")
        return book_visit(
            key=derived_key(key, "visit"),
            by=by,
            at=at,
            type_code=entry.type_code,
            starts_at=row.starts_at,
            patient_id=entry.patient_id,
        )
    standing = _standing(entry)
    if standing is None:
        raise Refused("Leave the waiting list: the visit to be moved is over.")
    return move_appointment(
        key=derived_key(key, "visit"),
        by=by,
        at=at,
        appointment_id=standing.pk,
        starts_at=row.starts_at,
        reason="Took an earlier time from the waiting list",
    )


def _suited(clinic: ClinicFact, starts_at: datetime, at: datetime) -> list[WaitlistEntry]:
    """Everybody whom a time suits, whom to ask first in front."""
    local = starts_at.astimezone(clinic.zone)
    asked = Offer.objects.filter(site_id=clinic.site_id, starts_at=starts_at)
    entries = (
        WaitlistEntry.objects.filter(
            site_id=clinic.site_id,
            state=WaitState.WAITING,
            first_date__lte=local.date(),
            last_date__gte=local.date(),
        )
        .exclude(pk__in=asked.values("entry_id"))
        .annotate(missed=Count("offers", filter=Q(offers__state=OfferState.TAKEN)))
        .order_by("joined_at", "pk")
    )
    suited = [
        entry
        for entry in entries
        if _is_wished(entry, local)
        and starts_at - at >= timedelta(hours=entry.notice_hours)
        and _fits(entry, clinic, starts_at, at)
    ]
    return sorted(suited, key=lambda entry: asked_before(_place(entry, clinic)))


def _place(entry: Any, clinic: ClinicFact) -> Place:
    """What ranks a place; ``entry`` comes with the offers that it has ``missed``."""
    row = _standing(entry)
    length = (row.ends_at - row.starts_at) // timedelta(minutes=1) if row else None
    usual = clinic.type_named(entry.type_code).visit.patient_minutes
    return Place(entry.priority, length or usual, entry.missed, entry.joined_at)


def _is_wished(entry: WaitlistEntry, local: datetime) -> bool:
    if entry.weekdays and local.weekday() not in entry.weekdays:
        return False
    if entry.from_time is not None and local.time() < entry.from_time:
        return False
    return entry.until_time is None or local.time() < entry.until_time


def _fits(entry: WaitlistEntry, clinic: ClinicFact, starts_at: datetime, at: datetime) -> bool:
    """Say whether the whole visit would fit there now, keep its series, and come earlier."""
    if entry.visit_id is None:
        if not _keeps_clear(entry, starts_at):
            return False
        fact = clinic.type_named(entry.type_code)
        wish = Wish(
            clinic=clinic,
            type=fact,
            starts_at=starts_at,
            at=at,
            patient_id=entry.patient_id,
            infusion_minutes=fact.minutes_of(INFUSION),
            recovery_minutes=fact.minutes_of(RECOVERY),
        )
        return bool(Desk([wish]).choices(wish))
    row = _standing(entry)
    if row is None or starts_at >= row.starts_at:
        return False
    try:
        check_gaps(row, {row.number: starts_at}, clinic.zone)
    except Refused:
        return False
    wish = Wish.again(row, clinic, at, starts_at=starts_at, units={})
    return bool(Desk([wish]).choices(wish))


def _keeps_clear(entry: WaitlistEntry, starts_at: datetime) -> bool:
    """Say whether a new visit keeps the gap to every infusion that the patient has on the book.

    An infusion outside a series names no gap of its own; then that of a series counts.
    """
    if entry.kind == VisitKind.CONSULT:
        return True
    infusions = Appointment.objects.filter(
        patient_id=entry.patient_id, state__in=[state.value for state in STANDING]
    ).exclude(kind=VisitKind.CONSULT.value)
    return all(
        abs(row.starts_at - starts_at) >= timedelta(hours=row.min_gap_hours or MIN_GAP_HOURS)
        for row in infusions
    )


def _standing(entry: WaitlistEntry) -> Appointment | None:
    if entry.visit_id is None:
        return None
    return Appointment.objects.filter(
        visit_id=entry.visit_id, state__in=[state.value for state in WAITING]
    ).first()


def _tell(row: Offer, key: UUID, by: Actor, at: datetime) -> None:
    standing = _standing(row.entry) if row.entry.visit_id else None
    arguments: dict[str, datetime | bool | list[datetime]] = {
        "starts_at": row.starts_at,
        "answer_by": row.expires_at,
    }
    if standing is not None:
        arguments["was_at"] = standing.starts_at
    messaging.queue(
        key=derived_key(key, f"offer {row.pk}"),
        by=by,
        at=at,
        patient_id=row.entry.patient_id,
        kind=MessageKind.OFFER,
        subject_id=row.pk,
        revision=0,
        due_at=at,
        not_after=row.expires_at,
        arguments=arguments,
    )


def _batch_size(left: timedelta) -> int:
    hours = left.total_seconds() / 3600
    return next((size for least, size in BATCH if hours >= least), BATCH[-1][1])


def _offer(offer_id: UUID, site_id: UUID) -> Offer:
    row = Offer.objects.select_related("entry").filter(pk=offer_id, site_id=site_id).first()
    if row is None:
        raise NotFound
    return row


def _noted(row: Offer, by: Actor, at: datetime) -> Offer:
    record(by=by, at=at, verb="came_too_late", subject=row, patient_id=row.entry.patient_id)
    return row


def _offer_step(
    row: Offer, how: OfferMove, by: Actor, at: datetime, made: Appointment | None = None
) -> None:
    move(
        subject=row,
        table=OFFER,
        move=how,
        by=by,
        at=at,
        patient_id=row.entry.patient_id,
        also={"made_id": made.pk} if made else None,
    )


def _entry_step(
    row: WaitlistEntry, how: WaitMove, by: Actor, at: datetime, reason: str = ""
) -> None:
    move(
        subject=row,
        table=WAITLIST,
        move=how,
        by=by,
        at=at,
        reason=reason,
        patient_id=row.patient_id,
    )
