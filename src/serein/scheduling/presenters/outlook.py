"""What the clinic could take, in finished words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.scheduling import rules
from serein.scheduling.presenters.searching import how_found, how_sure

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.scheduling.queries import Change, Outlook
    from serein.scheduling.rules import Template


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way the clinic could be, and what it could take then."""

    name: str
    change: Change
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One scenario beside the clinic as it is."""

    name: str
    per_day: str
    more: str
    open_days: int
    wait: str
    total: int


@dataclass(frozen=True, slots=True)
class BestLine:
    """The most an empty day could hold, how that was found, and how sure it is."""

    sentence: str
    method: str
    starts: str


@dataclass(frozen=True, slots=True)
class OutlookPage:
    """Scenarios side by side."""

    lead: str
    lines: tuple[ScenarioLine, ...]
    nurse_note: str
    best: BestLine | None


def outlook_page(
    scenarios: Sequence[Scenario], *, weeks: int, nurses_count: bool, best: BestLine | None
) -> OutlookPage:
    """Put scenarios side by side; the first is the clinic as it is."""
    base = scenarios[0].outlook
    return OutlookPage(
        lead=(
            f"The next {rules.number_word(weeks)} weeks: what is booked stays, and every free place "
            f"is filled with usual infusions, first come, first served."
        ),
        lines=tuple(_line(one, base, is_base=n == 0) for n, one in enumerate(scenarios)),
        nurse_note=""
        if nurses_count
        else "Shifts are not counted yet, so nurses limit nothing in these figures.",
        best=best,
    )


def best_line(template: Template, zone: ZoneInfo) -> BestLine:
    """Say how many visits fit on an empty day, and whether more could."""
    plan = template.plan
    count = len(plan.placed)
    sentence = f"{count} usual infusions fit on an empty open day. {how_sure(plan)}"
    starts = [
        f"{start.count} at {rules.time_words(rules.moment_of(start.tick).astimezone(zone).time())}"
        for start in template.starts
    ]
    return BestLine(sentence, f"{how_found(plan)}.", ", ".join(starts))


def _line(one: Scenario, base: Outlook, *, is_base: bool) -> ScenarioLine:
    outlook = one.outlook
    total = outlook.booked + outlook.more
    gained = total - base.booked - base.more
    return ScenarioLine(
        name=one.name,
        per_day=shown(Decimal(str(round(outlook.per_day, 1)))),
        more="" if is_base else _gained(gained),
        open_days=outlook.open_days,
        wait=_wait(outlook.wait_days),
        total=total,
    )


def _gained(visits: int) -> str:
    if not visits:
        return "no change"
    noun = "visit" if abs(visits) == 1 else "visits"
    return f"{abs(visits)} {noun} {'more' if visits > 0 else 'fewer'}"


def _wait(days: int | None) -> str:
    if days is None:
        return "Nothing is free"
    return f"{days} day{'' if days == 1 else 's'}"
