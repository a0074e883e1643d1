"""Orders and messages at a chair, in finished words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.clinic_time import clock
from serein.infusions.presenters.words import rate
from serein.infusions.queries.orders_given import notes_to_nurse_of, orders_of
from serein.infusions.rules.orders import ORDER_WORDS, OrderKind, OrderState
from serein.infusions.states import IN_THE_CHAIR, SessionState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession
    from serein.infusions.queries.orders_given import GivenOrder, NurseNote
    from serein.infusions.rules.orders import Said

STATES = {
    OrderState.TO_READ_BACK: ("look", "To be read back"),
    OrderState.MISHEARD: ("act", "Read back wrongly twice: order it again"),
    OrderState.STANDING: ("note", "Order stands, to be carried out"),
    OrderState.DONE: ("done", "Carried out"),
    OrderState.DECLINED: ("look", "Not carried out"),
    OrderState.WITHDRAWN: ("plain", "Taken back"),
    OrderState.REPLACED: ("plain", "Replaced by a later order"),
}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order with what can be done about it; an empty address is not offered."""

    order_id: UUID
    text: str
    note: str
    given: str
    tone: str
    state: str
    detail: str
    read_back_url: str
    done_url: str
    decline_url: str
    withdraw_url: str


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message; ``read`` says who has read it, ``read_url`` marks it as read."""

    note_id: UUID
    text: str
    sent: str
    read: str
    read_url: str


@dataclass(frozen=True, slots=True)
class ChairNotes:
    """What waits at a chair, and what was sent there before."""

    messages: tuple[MessageLine, ...]
    orders: tuple[OrderLine, ...]
    earlier: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever sent."""
        return not (self.messages or self.orders or self.earlier)


def chair_notes(visit: InfusionSession, *, at: datetime, by: Actor) -> ChairNotes:
    """Say what was sent to a chair, for one reader."""
    zone = zone_of(visit.site_id)
    notes, orders = notes_to_nurse_of(visit.pk), orders_of(visit.pk)
    is_here = SessionState(visit.state) in IN_THE_CHAIR
    ids = [visit.patient_id, visit.pk]
    over = sorted(
        [
            *(
                (one.sent_at, f"{_message(one, zone)} {_read(one, zone)}")
                for one in notes
                if one.read_at
            ),
            *((one.given_at, _over(one, zone)) for one in orders if not one.is_open),
        ],
        reverse=True,
    )
    return ChairNotes(
        messages=tuple(
            message_line(one, zone, ids, by) for one in notes if one.read_at is None and is_here
        ),
        orders=tuple(order_line(one, zone, ids, by) for one in orders if one.is_open and is_here),
        earlier=tuple(text for _, text in over),
    )


def said_words(said: Said) -> str:
    """An order in words: "Set the rate to 90 mL/h"."""
    words = ORDER_WORDS[said.kind]
    return f"{words} to {rate(said.rate_ml_per_h)}" if said.kind is OrderKind.RATE else words


def order_line(order: GivenOrder, zone: ZoneInfo, ids: Sequence[UUID], by: Actor) -> OrderLine:
    """Put one order into words, with what this reader can do about it."""
    tone, state = STATES[order.state]
    charts, gives = may(by.role, Act.CHART_SESSION), may(by.role, Act.ORDER_AT_CHAIR)
    to_read = order.state is OrderState.TO_READ_BACK and order.by_id != by.id
    stands = order.state is OrderState.STANDING

    def url(name: str, *, when: bool) -> str:
        return reverse(f"infusions:{name}", args=[*ids, order.order_id]) if when else ""

    return OrderLine(
        order_id=order.order_id,
        text=said_words(order.said),
        note=order.note,
        given=f"{order.by_name}, {clock(order.given_at, zone)}",
        tone=tone,
        state=state,
        detail=_detail(order, zone),
        read_back_url=url("read_back", when=charts and to_read),
        done_url=url("carry_out_order", when=charts and stands),
        decline_url=url("decline_order", when=charts and order.is_open),
        withdraw_url=url("withdraw_order", when=gives and order.is_open),
    )


def message_line(note: NurseNote, zone: ZoneInfo, ids: Sequence[UUID], by: Actor) -> MessageLine:
    """Put one message into words."""
    can = may(by.role, Act.CHART_SESSION) and note.read_at is None
    return MessageLine(
        note_id=note.note_id,
        text=note.text,
        sent=f"{note.by_name}, {clock(note.sent_at, zone)}",
        read=_read(note, zone),
        read_url=reverse("infusions:mark_note_read", args=[*ids, note.note_id]) if can else "",
    )


def _detail(order: GivenOrder, zone: ZoneInfo) -> str:
    if order.read_back_at is not None:
        return f"Read back by {order.read_back_by_name}, {clock(order.read_back_at, zone)}"
    return "Read back wrongly once" if order.wrong else ""


def _over(order: GivenOrder, zone: ZoneInfo) -> str:
    word = STATES[order.state][1].lower()
    ended = f" {clock(order.ended_at, zone)}" if order.ended_at else ""
    why = f": {order.reason}" if order.reason else ""
    given = f"{clock(order.given_at, zone)} {order.by_name} ordered"
    return f"{given}: {said_words(order.said)}. {word.capitalize()}{ended}, {order.ended_by_name}{why}."


def _message(note: NurseNote, zone: ZoneInfo) -> str:
    return f"{clock(note.sent_at, zone)} {note.by_name}: {note.text}"


def _read(note: NurseNote, zone: ZoneInfo) -> str:
    if note.read_at is None:
        return "Not read yet"
    return f"(read by {note.read_by_name}, {clock(note.read_at, zone)})"
