"""What there is and what is taken on one local date of one site.

Nurses, in twelfths of one (12 = one nurse for one patient), are counted in one of three ways:

* pool: at every tick the loads of all visits are at most 12 for each nurse on duty. With ratios of
  1:1 to 1:4 such loads can always be dealt out to nurses if hand-over is allowed.
* named: one nurse keeps the whole visit; at every tick the loads of her visits are at most 12. A 1:1
  phase therefore leaves her no other patient.
* float: the 1:1 phases (IV start, discharge) go to the float nurses, who are pooled among
  themselves; the rest of a visit goes to one monitor nurse, who carries at most 12. A site names its
  float nurses; otherwise the first two of four or more, the first of two or three. One nurse alone
  works as ``named``. Nurses who are only counted, not named, are a pool in any mode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from serein.scheduling.rules.phases import Id, Kind, Taken
from serein.scheduling.rules.ticks import TickSpan

TAIL_TICKS = 36
"""How far beyond closing a chair is followed, unless a book says otherwise: three hours."""


class CoverMode(StrEnum):
    """How the nurses of a site share their patients."""

    NAMED = "named"
    FLOAT = "float"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class Cover:
    """The way a site covers its visits; ``float_ids`` are its float nurses, where it names them."""

    mode: CoverMode = CoverMode.FLOAT
    float_ids: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Away:
    """A stretch of ticks for which a unit is not there: leave, break, repair, calibration due."""

    start: int
    end: int
    because: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One chair, room, person or device. Without shifts it is there whenever the clinic is open."""

    id: Id
    kind: Kind
    name: str = ""
    on_duty: tuple[TickSpan, ...] | None = None
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class DayBook:
    """One local date of one site: when it opens, what it has, what is taken.

    ``pools`` counts what has no identity. ``unlimited`` names the kinds of which the site does not
    keep track; a kind in none of the three is not there at all.
    """

    day: date
    windows: tuple[TickSpan, ...]
    units: tuple[Unit, ...] = ()
    taken: Sequence[Taken] = ()
    pools: Mapping[Kind, int] = field(default_factory=dict)
    cover: Cover = Cover()
    unlimited: frozenset[Kind] = frozenset()
    tail_ticks: int = TAIL_TICKS


def float_nurses(cover: Cover, nurse_ids: Sequence[Id]) -> tuple[Id, ...]:
    """Name the float nurses among those of a day; none where only one nurse works."""
    if len(nurse_ids) < 2:
        return ()
    named = tuple(nurse for nurse in nurse_ids if nurse in cover.float_ids)
    if named and len(named) < len(nurse_ids):
        return named
    return tuple(nurse_ids[: 2 if len(nurse_ids) >= 4 else 1])
