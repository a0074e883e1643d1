from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.accounts.permissions import Role
from serein.accounts.rules import SWITCHES
from serein.core.clinic_time import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from serein.accounts.queries import StaffFact, SwitchFact
    from serein.audit.queries import AccessFact


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One row of the staff list."""

    staff_id: str
    name: str
    role: str
    email: str
    is_active: bool
    answers_safety: bool
    may_answer_safety: bool


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One row of the audit list."""

    seq: int
    at: str
    who: str
    what: str
    patient_id: str
    is_denied: bool


@dataclass(frozen=True, slots=True)
class SwitchLine:
    """One switch in words."""

    code: str
    title: str
    does: str
    is_on: bool
    since: str


_ANSWER_SAFETY = {Role.PRESCRIBER, Role.THERAPIST, Role.MEDICAL_DIRECTOR}


def staff_lines(staff: Iterable[StaffFact], safety_id: str) -> tuple[StaffLine, ...]:
    """Put the staff list into words."""
    return tuple(
        StaffLine(
            staff_id=str(fact.staff_id),
            name=fact.name,
            role=fact.role.words.capitalize(),
            email=fact.email,
            is_active=fact.is_active,
            answers_safety=str(fact.staff_id) == safety_id,
            may_answer_safety=fact.is_active and fact.role in _ANSWER_SAFETY,
        )
        for fact in staff
    )


def access_lines(facts: Iterable[AccessFact], zone: ZoneInfo) -> tuple[AccessLine, ...]:
    """Put audit rows into words, in the clinic's time."""
    return tuple(
        AccessLine(
            seq=fact.seq,
            at=f"{local_day(fact.at, zone):%-d %b %Y} {fact.at.astimezone(zone):%H:%M:%S}",
            who=f"{fact.actor_name}, {fact.actor_role.replace('_', ' ')}",
            what=f"{fact.verb.replace('_', ' ')} · {fact.subject_type}",
            patient_id=str(fact.patient_id or ""),
            is_denied=fact.outcome == "denied",
        )
        for fact in facts
    )


def switch_lines(facts: Iterable[SwitchFact], zone: ZoneInfo) -> tuple[SwitchLine, ...]:
    """Put the switches into words."""
    return tuple(
        SwitchLine(
            code=fact.switch.value,
            title=SWITCHES[fact.switch].title,
            does=SWITCHES[fact.switch].does,
            is_on=fact.is_on,
            since=(
                f"Turned {'on' if fact.is_on else 'off'} by {fact.by_name} on "
                f"{fact.at.astimezone(zone):%-d %B %Y, %H:%M}"
                if fact.at
                else "Never turned on"
            ),
        )
        for fact in facts
    )
