"""Orders and messages sent to a chair, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.errors import NotFound
from serein.infusions.models import ChairOrder, NurseMessage
from serein.infusions.rules.orders import (
    OPEN,
    OrderEnding,
    OrderKind,
    OrderState,
    Said,
    order_state,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class GivenOrder:
    """One order to a chair as it stands."""

    order_id: UUID
    session_id: UUID
    said: Said
    note: str
    given_at: datetime
    by_id: str
    by_name: str
    state: OrderState
    wrong: int
    read_back_at: datetime | None
    read_back_by_name: str
    ended_at: datetime | None
    ended_by_name: str
    reason: str

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class NurseNote:
    """One message to a chair, and who marked it as read."""

    note_id: UUID
    session_id: UUID
    text: str
    sent_at: datetime
    by_name: str
    read_at: datetime | None
    read_by_name: str


def orders_of_sessions(session_ids: Iterable[UUID]) -> dict[UUID, tuple[GivenOrder, ...]]:
    """List the orders given to several visits, oldest first, in constant queries."""
    rows = ChairOrder.objects.filter(session_id__in=list(session_ids))
    found: dict[UUID, tuple[GivenOrder, ...]] = {}
    for row in rows.select_related("end").prefetch_related("read_backs").order_by("at", "pk"):
        found[row.session_id] = (*found.get(row.session_id, ()), _order(row))
    return found


def orders_of(session_id: UUID) -> tuple[GivenOrder, ...]:
    """List the orders given to a visit, oldest first."""
    return orders_of_sessions([session_id]).get(session_id, ())


def given_order(session_id: UUID, order_id: UUID) -> GivenOrder:
    """Return one order of a visit.

    :raises NotFound: not of this visit
    """
    found = next((one for one in orders_of(session_id) if one.order_id == order_id), None)
    if found is None:
        raise NotFound
    return found


def notes_of_sessions(session_ids: Iterable[UUID]) -> dict[UUID, tuple[NurseNote, ...]]:
    """List the messages to several visits, oldest first, in one question."""
    rows = NurseMessage.objects.filter(session_id__in=list(session_ids)).select_related("read")
    found: dict[UUID, tuple[NurseNote, ...]] = {}
    for row in rows.order_by("at", "pk"):
        found[row.session_id] = (*found.get(row.session_id, ()), _note(row))
    return found


def notes_to_nurse_of(session_id: UUID) -> tuple[NurseNote, ...]:
    """List the messages to a visit, oldest first."""
    return notes_of_sessions([session_id]).get(session_id, ())


def _order(row: ChairOrder) -> GivenOrder:
    backs = list(row.read_backs.all())
    right = next((one for one in backs if one.is_match), None)
    end = getattr(row, "end", None)
    wrong = sum(1 for one in backs if not one.is_match)
    return GivenOrder(
        order_id=row.pk,
        session_id=row.session_id,
        said=Said(OrderKind(row.kind), row.rate_ml_per_h),
        note=row.note,
        given_at=row.at,
        by_id=row.by_id,
        by_name=row.by_name,
        state=order_state(
            wrong=wrong,
            is_read_back=right is not None,
            ending=OrderEnding(end.how) if end is not None else None,
        ),
        wrong=wrong,
        read_back_at=right.at if right is not None else None,
        read_back_by_name=right.by_name if right is not None else "",
        ended_at=end.at if end is not None else None,
        ended_by_name=end.by_name if end is not None else "",
        reason=end.reason if end is not None else "",
    )


def _note(row: NurseMessage) -> NurseNote:
    read = getattr(row, "read", None)
    return NurseNote(
        note_id=row.pk,
        session_id=row.session_id,
        text=row.text,
        sent_at=row.at,
        by_name=row.by_name,
        read_at=read.at if read is not None else None,
        read_by_name=read.by_name if read is not None else "",
    )
