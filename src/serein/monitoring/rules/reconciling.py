"""Bring the flags that are kept into line with the flags that the readings have.

A kept flag and a raised one are the same flag when they have the same code and the kept one's cause is
among the readings the raised one stands on. What was kept and is no longer raised (a correction, a late
entry between) is withdrawn: it stays on the page until a person has seen it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from serein.monitoring.rules.raising import Raised


@dataclass(frozen=True, slots=True)
class Kept:
    """A flag as it is stored, as far as matching needs it."""

    flag_id: UUID
    code: str
    cause: str
    raised_at: datetime
    is_withdrawn: bool
    is_acknowledged: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What has to be written."""

    new: tuple[Raised, ...]
    same: tuple[tuple[UUID, Raised], ...]
    withdrawn: tuple[UUID, ...]


def reconcile(*, kept: Sequence[Kept], raised: Sequence[Raised]) -> Changes:
    """Match kept flags with raised ones, each at most once.

    A flag that was withdrawn and then acknowledged is finished: should its cause come back, that is a
    new flag.
    """
    free = [k for k in kept if not (k.is_withdrawn and k.is_acknowledged)]
    new: list[Raised] = []
    same: list[tuple[UUID, Raised]] = []
    for flag in sorted(raised, key=lambda r: (r.raised_at, r.code)):
        match = _match(flag, free)
        if match is None:
            new.append(flag)
        else:
            free.remove(match)
            same.append((match.flag_id, flag))
    gone = tuple(k.flag_id for k in free if not k.is_withdrawn)
    return Changes(tuple(new), tuple(same), gone)


def _match(flag: Raised, free: Sequence[Kept]) -> Kept | None:
    alike = [k for k in free if k.code == flag.code and k.cause in flag.roots]
    exact = [k for k in alike if k.cause == flag.cause]
    return min(exact or alike, key=lambda k: (k.raised_at, str(k.flag_id)), default=None)
