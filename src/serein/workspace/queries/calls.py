"""Flags to act on that nobody at the chair has answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.accounts.permissions import Role
from serein.audit import queries as audit
from serein.infusions import queries as infusions
from serein.monitoring import queries as monitoring
from serein.monitoring.rules import Rank
from serein.workspace.rules.calls import reaches

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.monitoring.queries import FlagFact


@dataclass(frozen=True, slots=True)
class CallFact:
    """One unanswered flag, at which chair, and for how long it has waited."""

    flag: FlagFact
    session_id: UUID
    patient_id: UUID
    chair_name: str
    waited: timedelta


@dataclass(frozen=True, slots=True)
class Calls:
    """What calls a reader, the longest wait first. ``is_alone``: nobody else has a live page open."""

    waiting: tuple[CallFact, ...] = ()
    is_alone: bool = False


def calls_for(*, reader: Actor, at: datetime) -> Calls:
    """Gather what reaches this reader now; mostly nothing, told by one question."""
    role = Role(reader.role)
    flags = {
        flag.period_id: flag
        for flag in reversed(monitoring.standing_flags(reader.site_id))
        if _is_urgent(flag) and reaches(role, at - _since(flag))
    }
    if not flags:
        return Calls()
    found = tuple(
        CallFact(flag, one.session_id, one.patient_id, one.chair_name, at - _since(flag))
        for one in infusions.open_sessions(reader.site_id, at=at)
        if (flag := flags.get(one.period_id)) is not None
    )
    others = {str(who.staff_id) for who in audit.looking(reader.site_id, at)} - {reader.id}
    return Calls(tuple(sorted(found, key=lambda one: one.waited, reverse=True)), not others)


def _is_urgent(flag: FlagFact) -> bool:
    return flag.rank is Rank.ACT_NOW and flag.ended_at is None and flag.withdrawn_at is None


def _since(flag: FlagFact) -> datetime:
    """Since when it waits: shown the first time, or asking again after its answer."""
    return flag.shown_at if flag.acknowledged_at is None else flag.latest_at
