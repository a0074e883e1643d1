"""What a patient does by the link of a message: come, not come, be called, take another time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, derived_key
from serein.core.errors import NotFound, Refused
from serein.messaging import actions as messaging
from serein.messaging import queries as messages
from serein.messaging.rules import Answer
from serein.patients import actions as patients
from serein.scheduling import actions as scheduling
from serein.scheduling import queries as book
from serein.scheduling.actions import guard
from serein.scheduling.states import AppointmentState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.messaging.models import LinkUse
    from serein.scheduling.queries import VisitFact

CANNOT_COME = "The patient answered by the link: cannot come"


@action
def answer_visit(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    token: str,
    answer: Answer,
    driver_name: str = "",
    driver_phone: str = "",
) -> LinkUse:
    """Keep one answer about a visit, and do what it asks: confirm it, cancel it, have them called.

    A cancelled visit is freed at once, and the front desk is to find a new time.

    :raises Refused: the link was used or is closed, or the driver's number is none
    :raises NotFound: no link has this secret, or the visit is not on the book any more
    """
    known = _open_link(token, at)
    standing = book.visit_standing(known.site_id, known.subject_id)
    if standing is None:
        raise NotFound
    # Days are locked before anything is audited; and what is cancelled first would close the link.
    guard.lock_days(known.site_id, [standing.local_date])
    used = messaging.use_answer(
        key=derived_key(key, "answer"), by=by, at=at, token=token, answer=answer
    )
    _act_on(standing, answer, key, by, at)
    if answer is Answer.YES and driver_name and known.patient_id is not None:
        patients.record_escort(
            key=derived_key(key, "driver"),
            by=by,
            at=at,
            patient_id=known.patient_id,
            name=driver_name,
            phone=driver_phone,
            source="the link of a message",
        )
    return used


@action
def answer_offer(*, key: UUID, by: Actor, at: datetime, token: str, answer: Answer) -> LinkUse:
    """Take an offered time, or leave it to others. The first to take it through the book has it.

    Whether it was to be had stands in the offer afterwards.

    :raises Refused: the link was used, or the offer has run out
    :raises NotFound: no link has this secret
    """
    known = _open_link(token, at)
    act = scheduling.accept_offer if answer is Answer.YES else scheduling.decline_offer
    act(key=derived_key(key, "offer"), by=by, at=at, offer_id=known.subject_id)
    return messaging.use_answer(
        key=derived_key(key, "answer"), by=by, at=at, token=token, answer=answer
    )


def _act_on(standing: VisitFact, answer: Answer, key: UUID, by: Actor, at: datetime) -> None:
    if answer is Answer.CANNOT_COME:
        scheduling.cancel_appointment(
            key=derived_key(key, "cancel"),
            by=by,
            at=at,
            appointment_id=standing.appointment_id,
            reason=CANNOT_COME,
        )
    elif answer is Answer.YES and standing.state is AppointmentState.BOOKED:
        scheduling.confirm(
            key=derived_key(key, "confirm"),
            by=by,
            at=at,
            appointment_id=standing.appointment_id,
        )
    elif answer is Answer.CALL_ME:
        scheduling.ask_for_call(
            key=derived_key(key, "call"),
            by=by,
            at=at,
            appointment_id=standing.appointment_id,
        )


def _open_link(token: str, at: datetime) -> messages.AnswerFact:
    known = messages.answer_for(token)
    if known.answer is not None or not known.is_open(at):
        raise Refused("Call the clinic: this link is no longer open.")
    return known
