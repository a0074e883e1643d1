"""Public holidays that a clinic may tick, and the dates on which it then keeps them.

The list comes from the ``holidays`` package, which is loaded on first use. Whether a ticked holiday
on a weekend is kept on the nearest weekday is the clinic's habit, not the law's, so it is worked out
here: Saturday on the Friday before, Sunday on the Monday after.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

USUAL_HOLIDAYS = (
    "New Year's Day",
    "Memorial Day",
    "Juneteenth National Independence Day",
    "Independence Day",
    "Labor Day",
    "Thanksgiving Day",
    "Christmas Day",
)
"""What the demo clinic ticks (clinic default, review)."""

_FIXED_SINCE = range(2022, 2032)
"""Years compared to tell a holiday with a fixed date from one on the n-th weekday of a month."""


def holiday_names(
    year: int, country: str = "US", subdivision: str | None = None
) -> tuple[str, ...]:
    """List the holidays of a year in order of date, for a clinic to tick."""
    days = sorted((day, name) for name, day in _dates(year, country, subdivision))
    return tuple(dict.fromkeys(name for _, name in days))


def observed_holidays(
    names: Iterable[str],
    years: Iterable[int],
    country: str = "US",
    subdivision: str | None = None,
    *,
    moves_from_weekend: bool = True,
) -> dict[date, str]:
    """Return the dates in these calendar years on which the ticked holidays are kept.

    The New Year after the last year counts too where it is kept on 31 December.
    """
    wanted, kept = set(years), set(names)
    found: dict[date, str] = {}
    for year in sorted(wanted | {year + 1 for year in wanted}):
        for name, day in _named_dates(frozenset(kept), year, country, subdivision):
            day_kept = _kept_on(day) if moves_from_weekend else day
            if day_kept.year in wanted:
                found[day_kept] = name if day_kept == day else f"{name} (observed)"
    return dict(sorted(found.items()))


def _kept_on(day: date) -> date:
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _named_dates(
    names: frozenset[str], year: int, country: str, subdivision: str | None
) -> list[tuple[str, date]]:
    """The ticked holidays of one year; one that law made later is kept on its fixed date too."""
    listed = [(name, day) for name, day in _dates(year, country, subdivision) if name in names]
    for name in sorted(names - {name for name, _ in listed}):
        fixed = _fixed_date(name, country, subdivision)
        if fixed is not None:
            listed.append((name, date(year, *fixed)))
    return listed


def _fixed_date(name: str, country: str, subdivision: str | None) -> tuple[int, int] | None:
    dates = {
        (day.month, day.day)
        for year in _FIXED_SINCE
        for known, day in _dates(year, country, subdivision)
        if known == name
    }
    return next(iter(dates)) if len(dates) == 1 else None


@lru_cache(maxsize=200)
def _dates(year: int, country: str, subdivision: str | None) -> tuple[tuple[str, date], ...]:
    from holidays import country_holidays  # a second to load, seldom needed

    listed = country_holidays(country, subdiv=subdivision, years=year, observed=False)
    return tuple(
        (name, day) for day, joined in sorted(listed.items()) for name in joined.split("; ")
    )
