"""What people do: patients answer and stop messages, staff try again or call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, hold_chain, move, record
from serein.core.errors import Refused
from serein.messaging import queries, rules
from serein.messaging.models import CalendarFeed, ChannelChoice, FeedEnd, LinkUse, Message
from serein.messaging.rules import ANSWERS, Answer, Channel
from serein.messaging.states import MESSAGE, MessageMove
from serein.patients import queries as patients

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def use_answer(*, key: UUID, by: Actor, at: datetime, token: str, answer: Answer) -> LinkUse:
    """Keep what a patient answered by a link. One link takes one answer.

    :raises Refused: it was used, its time has run out, or something newer was said
    :raises NotFound: no link has this secret
    """
    known = queries.answer_for(token)
    if known.answer is not None:
        raise Refused("Call the clinic to change your answer: this link was used.")
    if not known.is_open(at):
        raise Refused("Call the clinic: this link is no longer open.")
    if answer not in ANSWERS[known.kind]:
        raise Refused("Choose one of the answers.", field="answer")
    link = queries.link_row(token, "answer")
    use, is_first = LinkUse.objects.get_or_create(
        link=link, defaults={"answer": Answer(answer).value, "at": at}
    )
    if not is_first:
        raise Refused("Call the clinic to change your answer: this link was used.")
    record(
        by=by,
        at=at,
        verb="use_answer",
        subject=link.message,
        patient_id=known.patient_id,
        details={"answer": use.answer},
    )
    return use


@action
def choose_channel(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    channel: Channel,
    is_wanted: bool,
    patient_id: UUID | None = None,
    guest_id: UUID | None = None,
) -> ChannelChoice:
    """Keep whether a patient or guest wants messages on a channel; what waits takes another way.

    :raises ValueError: it is for nobody
    :raises NotFound: the patient is not of this site
    """
    if patient_id is not None:
        patients.patient_for(by.site_id, patient_id)
    reader = rules.Reader(patient_id, guest_id)
    choice = ChannelChoice(
        patient_id=reader.patient_id,
        guest_id=None if reader.patient_id else reader.guest_id,
        channel=Channel(channel).value,
        is_wanted=is_wanted,
        at=at,
        by_id=by.id,
        by_name=by.name,
    )
    choice.save()
    record(
        by=by,
        at=at,
        verb="choose_channel",
        subject=choice,
        patient_id=reader.patient_id,
        details={"channel": choice.channel, "is_wanted": is_wanted},
    )
    return choice


@action
def try_again(*, key: UUID, by: Actor, at: datetime, message_id: UUID) -> Message:
    """Send a message that failed, or may not have arrived, once more.

    :raises Refused: its time has run out, or there is no way to the patient
    :raises MoveNotAllowed: it neither failed nor is unsure
    """
    hold_chain()
    message = queries.message_row(by.site_id, message_id)
    if at > message.not_after:
        raise Refused("Call instead: the time for this message has run out.")
    if not queries.ways_of(message.reader):
        raise Refused("Enter a phone number or an e-mail first, or call: there is no way to send.")
    move(
        subject=message,
        table=MESSAGE,
        move=MessageMove.TRY_AGAIN,
        by=by,
        at=at,
        patient_id=message.patient_id,
        also={
            "state_at": at,
            "because": "",
            "next_try_at": at,
            "tries_before": message.tries,
        },
    )
    return message


@action
def called_instead(*, key: UUID, by: Actor, at: datetime, message_id: UUID) -> Message:
    """Say that the patient was told by telephone.

    :raises MoveNotAllowed: the message neither failed nor is unsure
    """
    hold_chain()
    message = queries.message_row(by.site_id, message_id)
    because = f"{by.name} called"
    move(
        subject=message,
        table=MESSAGE,
        move=MessageMove.CALL_INSTEAD,
        by=by,
        at=at,
        patient_id=message.patient_id,
        also={"state_at": at, "because": because[:200]},
    )
    return message


@action
def open_feed(*, key: UUID, by: Actor, at: datetime, patient_id: UUID) -> CalendarFeed:
    """Make a private calendar address; an address that was open before ends.

    The row carries its secret as ``token`` this once; the database keeps only a hash.

    :raises NotFound: the patient is not of this site
    """
    patient = patients.patient_for(by.site_id, patient_id)
    _end_feeds(patient.pk, by=by, at=at)
    feed = CalendarFeed(patient=patient, at=at, by_id=by.id, by_name=by.name)
    feed.token = queries.secret_of("feed", feed.pk)
    feed.token_hash = rules.token_hash(feed.token)
    feed.save()
    record(by=by, at=at, verb="open_feed", subject=feed, patient_id=patient.pk)
    return feed


@action
def close_feed(*, key: UUID, by: Actor, at: datetime, patient_id: UUID) -> FeedEnd:
    """End the private calendar address of a patient.

    :raises Refused: none is open
    :raises NotFound: the patient is not of this site
    """
    patient = patients.patient_for(by.site_id, patient_id)
    ends = _end_feeds(patient.pk, by=by, at=at)
    if not ends:
        raise Refused("Reload the page: no calendar address is open.")
    record(by=by, at=at, verb="close_feed", subject=ends[-1], patient_id=patient.pk)
    return ends[-1]


def _end_feeds(patient_id: UUID, *, by: Actor, at: datetime) -> list[FeedEnd]:
    ends = []
    for feed in queries.open_feed_rows(patient_id):
        end = FeedEnd(feed=feed, at=at, by_id=by.id, by_name=by.name)
        end.save()
        ends.append(end)
    return ends
