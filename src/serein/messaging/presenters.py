from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from serein.core.clinic_time import clock
from serein.messaging.rules import CHANNEL_WORDS, KIND_WORDS, Answer, Channel
from serein.messaging.states import MESSAGE, MessageMove, MessageState
from serein.patients.rules import shown_phone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.messaging.queries import AttemptFact, ChannelFact, FeedFact, MessageFact

_STATE_WORDS = {
    MessageState.WAITING: ("wait", "Waiting"),
    MessageState.SENDING: ("wait", "Being sent"),
    MessageState.SENT: ("done", "Sent"),
    MessageState.FAILED: ("look", "Not sent"),
    MessageState.UNSURE: ("look", "Perhaps sent"),
    MessageState.CALLED: ("done", "Called instead"),
    MessageState.VOID: ("plain", "Not needed any more"),
}
_OUTCOME_WORDS = {
    MessageMove.DELIVER.value: "Accepted",
    MessageMove.WAIT.value: "Not accepted, to be tried again",
    MessageMove.GIVE_UP.value: "Not accepted",
    MessageMove.LOSE_SIGHT.value: "Perhaps accepted",
}
ANSWER_WORDS = {
    Answer.YES: "Answered: yes",
    Answer.CANNOT_COME: "Answered: cannot come",
    Answer.CALL_ME: "Answered: please call",
}


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One handing over."""

    when: str
    what: str
    to: str
    because: str
    text: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message in a list."""

    message_id: UUID
    patient_id: UUID | None
    guest_id: UUID | None
    who: str
    kind: str
    way: str
    due: str
    tone: str
    state: str
    because: str
    answer: str
    has_invite: bool
    attempts: tuple[AttemptLine, ...]
    can_try_again: bool
    can_call: bool


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel with the one thing to do about it."""

    channel: str
    name: str
    address: str
    tone: str
    state: str
    note: str
    wish: str
    label: str


def message_rows(
    messages: Sequence[MessageFact], *, at: datetime, zone: ZoneInfo
) -> tuple[MessageRow, ...]:
    """Write a list of messages."""
    return tuple(_row(message, at=at, zone=zone) for message in messages)


def _row(message: MessageFact, *, at: datetime, zone: ZoneInfo) -> MessageRow:
    tone, state = _STATE_WORDS[message.state]
    moves = MESSAGE.moves_from(message.state)
    return MessageRow(
        message_id=message.message_id,
        patient_id=message.patient_id,
        guest_id=message.guest_id,
        who=message.name or "Guest",
        kind=KIND_WORDS[message.kind],
        way=_way(message.channel, message.address),
        due=when(message.due_at, zone),
        tone=tone,
        state=state,
        because=message.because,
        answer=ANSWER_WORDS[message.answer] if message.answer is not None else "",
        has_invite=message.has_invite,
        attempts=tuple(_attempt(each, zone) for each in message.attempts),
        can_try_again=MessageMove.TRY_AGAIN in moves and at <= message.not_after,
        can_call=MessageMove.CALL_INSTEAD in moves,
    )


def _attempt(attempt: AttemptFact, zone: ZoneInfo) -> AttemptLine:
    return AttemptLine(
        when=when(attempt.at, zone),
        what=_OUTCOME_WORDS[attempt.outcome],
        to=_way(attempt.channel, attempt.address),
        because=attempt.because,
        text=attempt.text,
    )


def _way(channel: Channel, address: str) -> str:
    name = CHANNEL_WORDS[channel]
    return f"{name} to {shown_address(channel, address)}" if address else name


def shown_address(channel: Channel, address: str) -> str:
    """Write an address as people read it."""
    return shown_phone(address) if channel is Channel.SMS else address


def veiled(channel: Channel, address: str) -> str:
    """Write as much of an address as its owner needs to know it by."""
    if not address:
        return ""
    if channel is Channel.SMS:
        return f"… {address[-2:]}"
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"


def channel_rows(channels: Sequence[ChannelFact], *, zone: ZoneInfo) -> tuple[ChannelRow, ...]:
    """Write the channels of a patient for staff."""
    return tuple(_channel(each, zone) for each in channels)


def _channel(fact: ChannelFact, zone: ZoneInfo) -> ChannelRow:
    tone, state = _standing(fact)
    note = ""
    if fact.chosen_at is not None:
        note = f"by {fact.chosen_by_name}, {when(fact.chosen_at, zone)}"
    return ChannelRow(
        channel=fact.channel.value,
        name=CHANNEL_WORDS[fact.channel],
        address=shown_address(fact.channel, fact.address),
        tone=tone,
        state=state,
        note=note,
        wish="no" if fact.is_wanted else "yes",
        label="Stop" if fact.is_wanted else "Allow",
    )


def _standing(fact: ChannelFact) -> tuple[str, str]:
    if not fact.is_wanted:
        return "plain", "Stopped"
    if not fact.address:
        return "plain", "Not on record"
    if not fact.may_use:
        return "look", "No message may be left here"
    return "done", "May be used"


def public_channels(channels: Sequence[ChannelFact]) -> tuple[ChannelRow, ...]:
    """Write the channels of a patient for the patient, who came by a link without signing in."""
    names = {Channel.SMS: _("Text messages"), Channel.EMAIL: _("E-mails")}
    return tuple(
        ChannelRow(
            channel=fact.channel.value,
            name=names[fact.channel],
            address=veiled(fact.channel, fact.address),
            tone="done" if fact.is_wanted else "plain",
            state=_("We send these") if fact.is_wanted else _("Stopped"),
            note="",
            wish="no" if fact.is_wanted else "yes",
            label=(_("Stop text messages") if fact.channel is Channel.SMS else _("Stop e-mails"))
            if fact.is_wanted
            else _("Send these again"),
        )
        for fact in channels
        if fact.address
    )


def feed_words(feed: FeedFact | None, *, zone: ZoneInfo) -> str:
    """Say whether a private calendar address is open."""
    if feed is None:
        return "No address is open."
    return f"An address is open since {when(feed.made_at, zone)}, made by {feed.made_by_name}."


def when(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment by the clinic's clock."""
    return f"{at.astimezone(zone):%-d %b %Y}, {clock(at, zone)}"


def overdue_words(since: datetime | None, *, at: datetime) -> str:
    """Say that messages wait longer than a turn of the worker takes, or nothing."""
    minutes = 0 if since is None else int((at - since).total_seconds() // 60)
    if minutes < 5:
        return ""
    if minutes < 120:
        span = f"{minutes} min"
    elif minutes < 48 * 60:
        span = f"{minutes // 60} h"
    else:
        span = f"{minutes // (24 * 60)} days"
    return f"Nothing has been sent for {span} although messages are due. Tell who runs this."
