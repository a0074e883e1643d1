"""The infusion as a bar: what has gone in, at which rates, and what is left of the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.clinic_time import clock
from serein.core.quantities import round_to
from serein.infusions.presenters.words import mg, rate
from serein.infusions.rules.delivered import EventKind, PumpEvent, delivered

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.infusions.models import InfusionSession
    from serein.infusions.rules.delivered import Delivered

WIDTH = Decimal(1000)
PLACES = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What went in at one rate; ``x`` and ``width`` in thousandths of the order."""

    x: str
    width: str
    words: str


@dataclass(frozen=True, slots=True)
class PumpBar:
    """``given_mg`` and ``mg_per_s`` let the screen count on by itself; the server has the last word."""

    given: str
    left: str
    left_word: str
    order: str
    detail: str
    rate: str
    tone: str
    ordered_mg: str
    given_mg: str
    mg_per_s: str
    computed_at: str
    stretches: tuple[Stretch, ...]
    words: str


def pump_bar(
    visit: InfusionSession,
    log: Sequence[PumpEvent],
    total: Delivered,
    *,
    at: datetime,
    zone: ZoneInfo,
) -> PumpBar | None:
    """Draw what of the order has gone in; None before the start."""
    if visit.started_at is None:
        return None
    is_over = visit.stopped_at is not None
    speed = total.rate_ml_per_h if total.rate_ml_per_h and not is_over else Decimal(0)
    left_word = "not given" if is_over else "left"
    return PumpBar(
        given=mg(total.mg),
        left=mg(total.remaining_mg),
        left_word=left_word,
        order=mg(visit.ordered_mg),
        detail=_detail(visit, total, zone),
        rate=rate(speed) if speed else ("Stopped" if is_over else "Paused"),
        tone="act" if total.is_above_order else ("look" if not speed and not is_over else ""),
        ordered_mg=f"{visit.ordered_mg:f}",
        given_mg=f"{total.mg:f}",
        mg_per_s=f"{speed * visit.bag_mg_per_ml / 3600:.6f}",
        computed_at=at.isoformat(),
        stretches=_stretches(visit, log, at),
        words=f"{mg(total.mg)} of {mg(visit.ordered_mg)} given, {mg(total.remaining_mg)} {left_word}",
    )


def _detail(visit: InfusionSession, total: Delivered, zone: ZoneInfo) -> str:
    if visit.stopped_at is not None:
        return f"stopped {clock(visit.stopped_at, zone)}"
    return f"done about {clock(total.finish_at, zone)}" if total.finish_at else "pump stands still"


def _stretches(
    visit: InfusionSession, log: Sequence[PumpEvent], at: datetime
) -> tuple[Stretch, ...]:
    """Cut the bar where the rate changed; a pause has no width, for nothing goes in."""
    found = []
    for place, begun in enumerate(log):
        if begun.kind in {EventKind.STOP, EventKind.PAUSE}:
            continue
        until_at = log[place + 1].occurred_at if place + 1 < len(log) else at
        before, after = (_mg(visit, log, moment) for moment in (begun.occurred_at, until_at))
        found.append(
            Stretch(
                x=_share(visit, before),
                width=_share(visit, after - before),
                words=f"{mg(after - before)} at {rate(begun.rate_ml_per_h)}",
            )
        )
    return tuple(found)


def _mg(visit: InfusionSession, log: Sequence[PumpEvent], at: datetime) -> Decimal:
    return delivered(log, bag_mg_per_ml=visit.bag_mg_per_ml, ordered_mg=visit.ordered_mg, at=at).mg


def _share(visit: InfusionSession, value: Decimal) -> str:
    share = min(WIDTH, value * WIDTH / visit.ordered_mg)
    return f"{round_to(share, PLACES):f}"
