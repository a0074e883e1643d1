"""How messages leave: claimed by one worker, handed over once, and answered for.

A claim is committed before the message is handed over, and what came of it afterwards. A worker
that dies in between leaves a message that was perhaps sent: it becomes "unsure" and people decide.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import IntegrityError

from serein.audit.actions import action, hold_chain, move, record
from serein.core.actors import Actor
from serein.core.errors import Refused, SomeoneActedFirst
from serein.messaging import queries, rules
from serein.messaging.actions.queueing import NO_WAY
from serein.messaging.actions.senders import MaybeDelivered, NotDelivered, Parcel, sender_for
from serein.messaging.models import DeliveryAttempt, Message, MessageLink
from serein.messaging.rules import ANSWERS, Channel, Kind, Way
from serein.messaging.states import MESSAGE, MessageMove, MessageState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

log = logging.getLogger("serein.messages")

LEFT_OUT = "[link]"
_STILL_OURS = {MessageState.SENDING.value, MessageState.UNSURE.value}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages left, wait for another try, failed, or are unsure after one turn."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unsure: int = 0
    void: int = 0


def deliver_due(*, clock: Callable[[], datetime], limit: int = 100) -> Tally:
    """Send what is due, oldest first; several workers may do this at once.

    ``clock`` is asked before every message, so that a slow mail server cannot carry one into the
    quiet hours.
    """
    ends: list[str] = []
    for site_id, message_id in queries.lost(clock() - rules.LOST_AFTER):
        ends.append(_quietly(lose_sight, site_id, message_id, clock()))
    for site_id, message_id in queries.due(clock(), limit=limit):
        if _quietly(claim, site_id, message_id, clock()) == MessageState.SENDING.value:
            ends.append(_hand_over(site_id, message_id, clock))
    counted = {state.value: ends.count(state.value) for state in MessageState}
    return Tally(
        sent=counted["sent"],
        waiting=counted["waiting"],
        failed=counted["failed"],
        unsure=counted["unsure"],
        void=counted["void"],
    )


def _quietly(act: Callable[..., Message], site_id: UUID, message_id: UUID, at: datetime) -> str:
    by = Actor.system(site_id, "Messages")
    try:
        return act(key=uuid.uuid4(), by=by, at=at, message_id=message_id).state
    except Refused:
        return ""
    except IntegrityError:
        log.exception("a message stays where it is, the others go on")
        return ""


@action
def claim(*, key: UUID, by: Actor, at: datetime, message_id: UUID) -> Message:
    """Take a waiting message for this worker, or end it when it must not leave any more.

    Afterwards its state is sending, void (something newer was said, or the patient has died) or
    failed (too late, or no way is left). The address is looked up again, so that nothing goes to
    one that was corrected.

    :raises SomeoneActedFirst: another worker was faster
    :raises Refused: the clinic is in its quiet hours
    """
    hold_chain()
    message = queries.message_row(by.site_id, message_id)
    if message.state != MessageState.WAITING.value:
        raise SomeoneActedFirst
    step, because = _before_leaving(message, at)
    if step is None and rules.is_quiet(at, ZoneInfo(message.site.timezone)):
        raise Refused("Wait for the end of the quiet hours.")
    way = None if step else _way_now(message)
    if not step and way is None:
        step, because = MessageMove.GIVE_UP, NO_WAY
    also: dict[str, object] = {"state_at": at, "because": because}
    if way is not None:
        also |= {
            "claimed_at": at,
            "tries": message.tries + 1,
            "channel": way.channel.value,
            "address": way.address,
        }
    move(
        subject=message, table=MESSAGE, move=step or MessageMove.CLAIM, by=by, at=at,
        reason=because, patient_id=message.patient_id, also=also,
    )  # fmt: skip
    if way is not None:
        _make_links(message, at)
    return message


def _before_leaving(message: Message, at: datetime) -> tuple[MessageMove | None, str]:
    if queries.is_voided(message.subject_id, message.revision):
        return MessageMove.VOID, "Something newer was said"
    if message.patient is not None and message.patient.is_deceased:
        return MessageMove.VOID, "The patient has died"
    if at > message.not_after:
        return MessageMove.GIVE_UP, "Too late to be of use"
    return None, ""


def _way_now(message: Message) -> Way | None:
    ways = {way.channel: way for way in queries.ways_of(message.reader)}
    own = ways.get(Channel(message.channel))
    if own is not None:
        return own
    about = queries.messages_about(message.subject_id, message.revision, Kind(message.kind))
    taken = {each.channel for each in about}
    return next((way for channel, way in ways.items() if channel.value not in taken), None)


def _make_links(message: Message, at: datetime) -> None:
    purposes = ["stop", "answer"] if Kind(message.kind) in ANSWERS else ["stop"]
    known = set(message.links.values_list("purpose", flat=True))
    for purpose in purposes:
        if purpose not in known:
            link = MessageLink(message=message, purpose=purpose, made_at=at)
            link.token_hash = rules.token_hash(queries.secret_of(purpose, link.pk))
            link.save()


def _hand_over(site_id: UUID, message_id: UUID, clock: Callable[[], datetime]) -> str:
    message = queries.message_row(site_id, message_id)
    text, move_on, because = "", MessageMove.DELIVER, ""
    try:
        parcel, text = _parcel(message)
        sender_for(Channel(message.channel)).send(parcel)
    except queries.ClinicalWord:
        move_on, because = MessageMove.GIVE_UP, "The words would tell too much"
    except NotDelivered as refusal:
        move_on = MessageMove.GIVE_UP if refusal.is_final else MessageMove.WAIT
        because = refusal.because
    except MaybeDelivered:
        move_on, because = MessageMove.LOSE_SIGHT, "The line broke while it was handed over"
    answered = answer_for_attempt(
        key=uuid.uuid4(),
        by=Actor.system(site_id, "Messages"),
        at=clock(),
        message_id=message_id,
        number=message.tries,
        outcome=move_on,
        because=because[:200],
        text=text,
    )
    log.info("message", extra={"outcome": answered.outcome, "channel": answered.channel})
    return queries.message_row(site_id, message_id).state


def _parcel(message: Message) -> tuple[Parcel, str]:
    secrets = {
        link.purpose: queries.secret_of(link.purpose, link.pk) for link in message.links.all()
    }
    kind, channel = Kind(message.kind), Channel(message.channel)
    links = queries.Links(
        answer_url=queries.answer_url(secrets["answer"]) if "answer" in secrets else "",
        stop_url=queries.stop_url(secrets["stop"]),
    )
    words = queries.words_for(
        kind=kind,
        channel=channel,
        given=rules.read_arguments(kind, message.arguments),
        site=message.site,
        links=links,
    )
    calendar, method = b"", ""
    if message.invite_id is not None and channel is Channel.EMAIL:
        calendar, method = queries.invite_bytes(message)
    kept = words.text
    for secret in secrets.values():
        kept = kept.replace(secret, LEFT_OUT)
    parcel = Parcel(
        message_id=message.pk,
        number=message.tries,
        address=message.address,
        subject=words.subject,
        text=words.text,
        stop_url=links.stop_url,
        calendar=calendar,
        method=str(method),
    )
    return parcel, f"{words.subject}\n\n{kept}".strip()


@action
def answer_for_attempt(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    message_id: UUID,
    number: int,
    outcome: MessageMove,
    because: str,
    text: str,
) -> DeliveryAttempt:
    """Keep what came of one attempt and take the message on: sent, another try, failed, unsure.

    An answer that comes after the message went on without it is kept and changes nothing.
    """
    hold_chain()
    message = queries.message_row(by.site_id, message_id)
    step, again = _after(message, outcome, at)
    attempt = DeliveryAttempt(
        message=message,
        number=number,
        channel=message.channel,
        address=message.address,
        outcome=step.value,
        because=because,
        text=text,
        at=at,
    )
    attempt.save()
    record(
        by=by, at=at, verb="attempt", subject=message, patient_id=message.patient_id,
        details={"number": number, "outcome": step.value},
    )  # fmt: skip
    is_ours = message.tries == number and message.state in _STILL_OURS
    if is_ours and (MessageState(message.state), step) in MESSAGE.moves:
        also: dict[str, object] = {"state_at": at, "because": because}
        if again is not None:
            also["next_try_at"] = again
        move(
            subject=message, table=MESSAGE, move=step, by=by, at=at, reason=because,
            patient_id=message.patient_id, also=also,
        )  # fmt: skip
    return attempt


def _after(
    message: Message, outcome: MessageMove, at: datetime
) -> tuple[MessageMove, datetime | None]:
    if outcome is not MessageMove.WAIT:
        return outcome, None
    again = rules.next_try_at(
        tries=message.tries - message.tries_before, at=at, not_after=message.not_after
    )
    return (MessageMove.WAIT, again) if again is not None else (MessageMove.GIVE_UP, None)


@action
def lose_sight(*, key: UUID, by: Actor, at: datetime, message_id: UUID) -> Message:
    """Mark a message that was handed over and never answered for; people decide what to do.

    :raises SomeoneActedFirst: it was answered for meanwhile
    """
    hold_chain()
    message = queries.message_row(by.site_id, message_id)
    if message.state != MessageState.SENDING.value:
        raise SomeoneActedFirst
    because = "The sending was interrupted"
    move(
        subject=message, table=MESSAGE, move=MessageMove.LOSE_SIGHT, by=by, at=at, reason=because,
        patient_id=message.patient_id, also={"state_at": at, "because": because},
    )  # fmt: skip
    return message
