"""Three whole series to choose from, each with a reason, or the limit that leaves none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from serein.scheduling.rules.hours import WEEKDAYS, monday_of
from serein.scheduling.rules.ranking import Ranked, ranked_series
from serein.scheduling.rules.series import Days, Pins, SeriesRules, series_exists
from serein.scheduling.rules.words import (
    day_words,
    listed,
    number_word,
    time_words,
    weekday_words,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LOOK_AT = 40
"""How many patterns of days, cheapest first, are compared for the second and third plan."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One complete legal series: when, in which chairs, and what speaks for it.

    ``reason`` compares it with the others in one line; ``cost`` is what it misses of the wishes, in
    minutes. Chairs and nurses are empty where the search was not told who is free.
    """

    starts: tuple[datetime, ...]
    chair_ids: tuple[Any, ...]
    because: str
    reason: str = ""
    cost: int = 0
    nurse_ids: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What fits. ``because`` is empty when the plan fits as it is, else it names what binds."""

    offers: tuple[Offer, ...]
    fits_as_planned: bool
    because: str = ""


def propose(
    rules: SeriesRules,
    *,
    free: Days,
    unbooked: Days,
    zone: ZoneInfo,
    limit: int = 3,
    pins: Pins | None = None,
    done: Sequence[datetime] = (),
    without_patient: Days | None = None,
) -> Proposal:
    """Propose series for the free starts, the one that suits the wishes best first.

    ``unbooked`` are the starts if nothing were booked, ``without_patient`` those if the patient and
    the driver could come at any time; they serve only to name what binds. ``pins`` hold visits to a
    day or a moment, ``done`` are visits of the series that stand already.
    """
    found = _ranked(rules, free, zone, pins, done)
    if found:
        return Proposal(_chosen(rules, found, zone, limit), fits_as_planned=True)
    because = binding(
        rules,
        free=free,
        unbooked=unbooked,
        zone=zone,
        pins=pins,
        done=done,
        without_patient=without_patient,
    )
    return Proposal(_nearest_offers(rules, free, zone, limit, done), False, because)


def binding(
    rules: SeriesRules,
    *,
    free: Days,
    unbooked: Days,
    zone: ZoneInfo,
    pins: Pins | None = None,
    done: Sequence[datetime] = (),
    without_patient: Days | None = None,
) -> str:
    """Name, in a sentence, the limit without which a series would exist."""

    def fits(which: SeriesRules, days: Days, held: Pins | None = pins) -> bool:
        return series_exists(which, days, zone, pins=held, done=done)

    if not unbooked:
        return "The clinic is not open in these weeks."
    if pins and fits(rules, free, None):
        return "The visits that are held in place leave no way to keep the gaps."
    if without_patient is not None and fits(rules, without_patient):
        return "The times at which the patient and the driver can come leave no complete series."
    if fits(rules, unbooked):
        first, last = day_words(unbooked[0].day), day_words(unbooked[-1].day)
        return (
            f"Every series that would keep the gaps between {first} and {last} meets a chair that "
            f"is already taken."
        )
    for loosened, sentence in _loosenings(rules, unbooked, zone):
        if fits(loosened, unbooked):
            return sentence
    return "There are not enough open days in these weeks for the whole series."


def without_pattern(rules: SeriesRules) -> SeriesRules:
    """Drop the wish for whole weeks and fixed weekdays, and allow two days more from end to end."""
    if rules.calendar_weeks is None:
        return replace(rules, weekdays=None)
    return replace(
        rules, weekdays=None, calendar_weeks=None, span_days=rules.calendar_weeks * 7 + 2
    )


def offer_title(starts: Sequence[datetime], zone: ZoneInfo) -> str:
    """Say on which weekdays a series lies and at what time."""
    days = _days_of(starts, zone)
    weekdays = weekday_words(sorted({day.weekday() for day in days}))
    times = sorted({at.astimezone(zone).time() for at in starts})
    return f"{weekdays} {f'at {time_words(times[0])}' if len(times) == 1 else 'at different times'}"


def offer_words(starts: Sequence[datetime], zone: ZoneInfo) -> str:
    """Say how long a series takes and when it ends."""
    days = _days_of(starts, zone)
    length = (days[-1] - days[0]).days + 1
    return f"{length} days from first to last, ends {day_words(days[-1])}"


def most_in_one_week(rules: SeriesRules, days: Days, zone: ZoneInfo) -> int:
    """Count how many visits of a series one week can hold under the gaps."""
    single = replace(rules, calendar_weeks=1, span_days=None, weekdays=None)
    for count in range(min(rules.visits, len(days)), 0, -1):
        if series_exists(replace(single, visits=count), days, zone):
            return count
    return 0


def _ranked(
    rules: SeriesRules, days: Days, zone: ZoneInfo, pins: Pins | None, done: Sequence[datetime]
) -> list[Ranked]:
    return list(islice(ranked_series(rules, days, zone, pins=pins, done=done), LOOK_AT))


def _chosen(
    rules: SeriesRules, found: Sequence[Ranked], zone: ZoneInfo, limit: int
) -> tuple[Offer, ...]:
    """Choose the cheapest, then series that beat it in one respect, then the next cheapest."""
    best, *rest = found
    picked: dict[int, str] = {}
    for reason, measure in _measures(zone):
        least = min(range(len(rest)), key=lambda n: (measure(rest[n]), n), default=None)
        if least is not None and measure(rest[least]) < measure(best):
            picked.setdefault(least, reason)
    for number in range(len(rest)):
        picked.setdefault(number, "")
    others = sorted(list(picked)[: max(limit - 1, 0)])
    first = _offer(best, zone, _why_first(rules, best, zone))
    return (
        first,
        *(_offer(rest[n], zone, picked[n] or _compared(rest[n], best)) for n in others),
    )[:limit]


def _measures(zone: ZoneInfo) -> list[tuple[str, Callable[[Ranked], tuple[int, ...]]]]:
    """What a series can be better at, each with the reason that says so."""

    def ends(series: Ranked) -> tuple[int, ...]:
        return (series.days[-1].toordinal(),)

    def varies(series: Ranked) -> tuple[int, ...]:
        weekdays = {day.weekday() for day in series.days}
        times = {at.astimezone(zone).time() for at in series.starts}
        return (len(weekdays), len(times))

    def moves(series: Ranked) -> tuple[int, ...]:
        return (len(set(series.chair_ids)),)

    return [
        ("Ends soonest.", ends),
        ("The steadiest rhythm: fewest different weekdays and times.", varies),
        ("Stays in one chair more often.", moves),
    ]


def _why_first(rules: SeriesRules, best: Ranked, zone: ZoneInfo) -> str:
    wishes = rules.wishes
    has_wishes = (
        rules.wished_time
        or wishes.weekdays
        or wishes.spacing_days
        or wishes.same_chair
        or wishes.same_nurse
    )
    if not has_wishes:
        return "The soonest complete series."
    times = {at.astimezone(zone).time() for at in best.starts}
    wish = rules.wished_time
    if wish is not None and times == {wish}:
        return f"Closest to the wishes: every visit at {time_words(wish)}."
    return "Closest to the wishes of all series."


def _compared(series: Ranked, best: Ranked) -> str:
    """Say how a series differs from the best one."""
    later = (series.days[-1] - best.days[-1]).days
    begins = (series.days[0] - best.days[0]).days
    if later > 0:
        return f"Next best: ends {_days_words(later)} later than the first plan."
    if later < 0:
        return f"Next best: ends {_days_words(-later)} sooner than the first plan."
    if begins > 0:
        return f"Next best: begins {_days_words(begins)} later, ends the same day."
    changed = sum(1 for mine, other in zip(series.days, best.days, strict=True) if mine != other)
    noun = "visit lies" if changed == 1 else "visits lie"
    return f"Next best: {number_word(changed)} {noun} on another day."


def _days_words(days: int) -> str:
    return f"{number_word(days)} day{'' if days == 1 else 's'}"


def _loosenings(rules: SeriesRules, days: Days, zone: ZoneInfo) -> list[tuple[SeriesRules, str]]:
    """Pair each limit, taken away, with the sentence that names it."""
    pairs: list[tuple[SeriesRules, str]] = []
    if rules.calendar_weeks is not None:
        weeks = _weeks_sentence(rules, days, zone)
        pairs += [(replace(rules, calendar_weeks=None), weeks), (without_pattern(rules), weeks)]
    if rules.weekdays is not None:
        names = listed([WEEKDAYS[day] for day in sorted(rules.weekdays)])
        text = f"The clinic does not open often enough on {names} alone."
        pairs.append((replace(rules, weekdays=None), text))
    pairs += [
        (replace(rules, **{name: None}), text.format(value))  # type: ignore[arg-type]
        for name, value, text in (
            ("max_gap_days", rules.max_gap_days, _MAX_DAYS),
            ("max_gap_hours", rules.max_gap_hours, _MAX_HOURS),
            ("span_days", rules.span_days, "The series does not fit into {} days."),
        )
        if value is not None
    ]
    if rules.max_per_week is not None:
        count = number_word(rules.max_per_week)
        text = f"More than {count} infusions would be needed in one week."
        pairs.append((replace(rules, max_per_week=None), text))
    if rules.min_gap_hours or rules.min_gap_days > 1:
        text = (
            f"At least {rules.min_gap_hours:g} hours and {rules.min_gap_days} days must lie between "
            f"two infusions, and these weeks are too short for that."
        )
        pairs.append((replace(rules, min_gap_hours=0, min_gap_days=1), text))
    return pairs


_MAX_DAYS = (
    "At most {} days may lie between two infusions, and the clinic is closed for longer than that."
)
_MAX_HOURS = (
    "At most {:g} hours may lie between two infusions, and the clinic does not open in time."
)


def _weeks_sentence(rules: SeriesRules, days: Days, zone: ZoneInfo) -> str:
    weeks = rules.calendar_weeks or 1
    wanted = -(-rules.visits // weeks)
    text = (
        f"{number_word(wanted).capitalize()} infusions in each of {number_word(weeks)} weeks in a "
        f"row do not fit the opening hours"
    )
    opened = [starts for starts in days if starts.ticks]
    for monday in sorted({monday_of(starts.day) for starts in opened})[1:]:
        inside = [starts for starts in opened if monday_of(starts.day) == monday]
        holds = most_in_one_week(rules, inside, zone)
        if holds < wanted:
            names = weekday_words([starts.day.weekday() for starts in inside])
            return (
                f"{text}: the week of {monday.day} {monday:%B} opens {names} and holds "
                f"{number_word(holds)} with {rules.min_gap_hours:g} hours between them."
            )
    return f"{text}."


def _nearest_offers(
    rules: SeriesRules, free: Days, zone: ZoneInfo, limit: int, done: Sequence[datetime]
) -> tuple[Offer, ...]:
    """Offer the tightest series that keep the gaps though not the pattern of the plan."""
    if rules.calendar_weeks is None and rules.weekdays is None:
        return ()
    loose = without_pattern(rules)
    widest = loose.span_days or rules.visits * 7
    found: dict[tuple[date, ...], Ranked] = {}
    for span in range(max(widest - 2, 1), widest + 1):
        spanned = replace(loose, span_days=span)
        for series in islice(ranked_series(spanned, free, zone, done=done), limit):
            found.setdefault(series.days, series)
    ranked = sorted(found.values(), key=_by_length)
    return tuple(_offer(series, zone, "Keeps every gap and comes close.") for series in ranked)[
        :limit
    ]


def _by_length(series: Ranked) -> tuple[int, int]:
    return (series.days[-1] - series.days[0]).days, series.ticks[0]


def _offer(series: Ranked, zone: ZoneInfo, reason: str) -> Offer:
    starts = series.starts
    because = f"{offer_title(starts, zone)}, {offer_words(starts, zone)}"
    return Offer(starts, series.chair_ids, because, reason, series.cost, series.nurse_ids)


def _days_of(starts: Sequence[datetime], zone: ZoneInfo) -> tuple[date, ...]:
    return tuple(at.astimezone(zone).date() for at in starts)
