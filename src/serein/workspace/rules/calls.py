"""Whom a flag to act on reaches when nobody at the chair answers it.

A ladder in time (trust reference ALM-6, "clinic default, review"): the nurses, then the prescribers,
then every screen of the clinic. It climbs by the server's clock alone and ends with a person's answer
or with the condition; it is a second pair of eyes in the building, and no alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from serein.accounts.permissions import Role


@dataclass(frozen=True, slots=True)
class Rung:
    """Once a flag has waited so long, these roles are called too; None is everybody."""

    after: timedelta
    roles: frozenset[Role] | None
    words: str


RUNGS = (
    Rung(timedelta(seconds=30), frozenset({Role.NURSE}), "nurses"),
    Rung(timedelta(seconds=90), frozenset({Role.PRESCRIBER, Role.MEDICAL_DIRECTOR}), "prescribers"),
    Rung(timedelta(seconds=180), None, "everybody"),
)
SOURCE = "clinic default, review"


def reaches(role: Role, waited: timedelta) -> bool:
    """Say whether somebody of this role is called about a flag that waited so long."""
    return any(
        waited >= rung.after and (rung.roles is None or role in rung.roles) for rung in RUNGS
    )


def called(waited: timedelta) -> tuple[str, ...]:
    """Name who is called by now."""
    return tuple(rung.words for rung in RUNGS if waited >= rung.after)
