"""What the pump did, as validated breakpoints.

Rules: entries are sorted by time and sequence number; of several rates at one instant the last
wins; a rate holds until the next entry; boluses are added to the running rate; a log that does not
end with rate 0 is open and everything after its last entry is an assumption; a silence (no word
from the pump) keeps the last rate and is shown as assumed, never as zero. Rates that are negative,
not numbers or above the pump's limit are refused by the entry that holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from pharmacokinetics.errors import PumpLogError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rate:
    """From this minute on the pump gives rate_mg_per_min of ketamine base. 0 is a stop."""

    minute: float
    rate_mg_per_min: float
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Bolus:
    """At this minute dose_mg of ketamine base is given at once."""

    minute: float
    dose_mg: float
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """From this minute until the next rate entry nothing was heard from the pump."""

    minute: float
    sequence: int = 0


Entry = Rate | Bolus | Silence


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PumpLog:
    """Breakpoints in order: from minutes[i] on, rates[i] mg/min; boluses[i] mg at minutes[i].

    All arrays (B,), minutes strictly rising; before minutes[0] nothing was given. gaps: stretches
    (from, to) in which the rate is assumed because the pump was silent; to is infinite where it
    never spoke again.
    """

    minutes: Array
    rates_mg_per_min: Array
    boluses_mg: Array
    gaps: tuple[tuple[float, float], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the pump still runs after the last entry: no stop was recorded."""
        return bool(self.rates_mg_per_min.size and self.rates_mg_per_min[-1] > 0.0)

    @property
    def assumption(self) -> str | None:
        """What is assumed beyond the entries, in a sentence; None where nothing is."""
        if self.is_open:
            return (
                f"No stop is recorded: after minute {self.minutes[-1]:g} the rate of "
                f"{self.rates_mg_per_min[-1]:g} mg/min is assumed to go on."
            )
        if self.gaps:
            return "The pump was silent for a while: the last rate is assumed to have gone on."
        return None

    def assumed(self, times_min: Array) -> NDArray[np.bool_]:
        """Which of these times (T,) rest on an assumption: in or after a gap, or an open end."""
        times = np.asarray(times_min, dtype=np.float64)
        first = min((start for start, _ in self.gaps), default=inf)
        if self.is_open:
            first = min(first, float(self.minutes[-1]))
        return times > first

    def rate_at(self, minute: float) -> float:
        """The rate in mg/min just after this minute."""
        index = int(np.searchsorted(self.minutes, minute, side="right")) - 1
        return float(self.rates_mg_per_min[index]) if index >= 0 else 0.0

    def given_mg(self, until_min: float) -> float:
        """Ketamine base given up to and with this minute, mg."""
        ends = np.append(self.minutes[1:], inf)
        spans = np.clip(np.minimum(ends, until_min) - self.minutes, 0.0, None)
        running = self.rates_mg_per_min > 0.0
        infused = self.rates_mg_per_min[running] @ spans[running]
        return float(infused + self.boluses_mg[self.minutes <= until_min].sum())

    def until(self, minute: float) -> PumpLog:
        """The same log as known at this minute: what was entered later is left out."""
        known = self.minutes <= minute
        return PumpLog(
            minutes=self.minutes[known],
            rates_mg_per_min=self.rates_mg_per_min[known],
            boluses_mg=self.boluses_mg[known],
            gaps=tuple((a, b if b <= minute else inf) for a, b in self.gaps if a <= minute),
        )

    def delayed_by(self, minutes: float) -> PumpLog:
        """The same log later, for a line that drug must first travel through."""
        return PumpLog(
            minutes=self.minutes + minutes,
            rates_mg_per_min=self.rates_mg_per_min,
            boluses_mg=self.boluses_mg,
            gaps=tuple((start + minutes, stop + minutes) for start, stop in self.gaps),
        )


def from_entries(entries: Iterable[Entry], *, max_rate_mg_per_min: float | None = None) -> PumpLog:
    """Validated breakpoints from entries in any order.

    Entries at one time keep the order of their sequence numbers, then of their place. Raises
    PumpLogError naming the entry by its place (from 1) and minute.
    """
    given = list(entries)
    for place, entry in enumerate(given, start=1):
        _check(entry, place, max_rate_mg_per_min)
    given.sort(key=lambda one: (one.minute, one.sequence))
    minutes = sorted({entry.minute for entry in given})
    rates, boluses = [], []
    rate = 0.0
    for minute in minutes:
        here = [one for one in given if one.minute == minute]
        rate = next((one.rate_mg_per_min for one in reversed(here) if isinstance(one, Rate)), rate)
        rates.append(rate)
        boluses.append(sum(one.dose_mg for one in here if isinstance(one, Bolus)))
    return PumpLog(
        minutes=np.array(minutes, dtype=np.float64),
        rates_mg_per_min=np.array(rates, dtype=np.float64),
        boluses_mg=np.array(boluses, dtype=np.float64),
        gaps=_gaps(given),
    )


def _check(entry: Entry, place: int, limit: float | None) -> None:
    if not isfinite(entry.minute):
        raise PumpLogError(f"Enter the time of entry {place}; it says {entry.minute}.")
    where = f"entry {place} (minute {entry.minute:g})"
    if isinstance(entry, Rate):
        rate = entry.rate_mg_per_min
        if not (isfinite(rate) and rate >= 0.0):
            raise PumpLogError(f"Enter a rate of 0 mg/min or more in {where}; it says {rate:g}.")
        if limit is not None and rate > limit:
            raise PumpLogError(
                f"Check the rate and its unit in {where}: {rate:g} mg/min is above the limit of "
                f"{limit:g} mg/min."
            )
    elif isinstance(entry, Bolus) and not (isfinite(entry.dose_mg) and entry.dose_mg >= 0.0):
        raise PumpLogError(f"Enter a dose of 0 mg or more in {where}; it says {entry.dose_mg:g}.")


def _gaps(ordered: Sequence[Entry]) -> tuple[tuple[float, float], ...]:
    gaps = []
    since: float | None = None
    for entry in ordered:
        if isinstance(entry, Silence) and since is None:
            since = entry.minute
        elif isinstance(entry, Rate) and since is not None:
            gaps.append((since, entry.minute))
            since = None
    if since is not None:
        gaps.append((since, inf))
    return tuple((start, stop) for start, stop in gaps if stop > start)


@dataclass(frozen=True, slots=True)
class Infusion:
    """One planned infusion: constant rate between two minutes."""

    start_min: float
    stop_min: float
    rate_mg_per_min: float


def from_infusions(
    infusions: Iterable[Infusion], *, max_rate_mg_per_min: float | None = None
) -> PumpLog:
    """The log of infusions that one pump gives one after another.

    Raises PumpLogError where one ends before it starts, or two of them overlap: one pump has one
    rate, and two are never silently added.
    """
    ordered = sorted(infusions, key=lambda one: one.start_min)
    entries: list[Entry] = []
    for place, one in enumerate(ordered, start=1):
        if not one.stop_min > one.start_min:
            raise PumpLogError(
                f"Enter a stop after the start of infusion {place} (minute {one.start_min:g})."
            )
        if place > 1 and one.start_min < ordered[place - 2].stop_min:
            raise PumpLogError(
                f"Separate infusions {place - 1} and {place}: the first still runs at minute "
                f"{one.start_min:g}."
            )
        entries += [
            Rate(one.start_min, one.rate_mg_per_min, sequence=2 * place),
            Rate(one.stop_min, 0.0, sequence=2 * place + 1),
        ]
    return from_entries(entries, max_rate_mg_per_min=max_rate_mg_per_min)


def read(rates: str, boluses: str = "", *, max_rate_mg_per_min: float | None = None) -> PumpLog:
    """A log from `minute:mg_per_min` pairs and `minute:mg` pairs, parted by semicolons.

    Raises PumpLogError naming the pair that cannot be read.
    """
    entries: list[Entry] = [
        Rate(minute, value, sequence=place)
        for place, (minute, value) in enumerate(_pairs(rates, "rate"))
    ]
    entries += [
        Bolus(minute, value, sequence=place)
        for place, (minute, value) in enumerate(_pairs(boluses, "bolus"))
    ]
    return from_entries(entries, max_rate_mg_per_min=max_rate_mg_per_min)


def _pairs(text: str, kind: str) -> list[tuple[float, float]]:
    pairs = []
    for place, part in enumerate(text.split(";"), start=1):
        if not part.strip():
            continue
        minute, colon, value = part.partition(":")
        try:
            if not colon:
                raise ValueError
            pairs.append((float(minute), float(value)))
        except ValueError:
            raise PumpLogError(
                f"Write {kind} entry {place} as minute:amount; it says “{part.strip()}”."
            ) from None
    return pairs


def elapsed_min(at: datetime, since: datetime) -> float:
    """Minutes between two instants, whatever their zones and whatever the clocks on the wall did.

    Raises PumpLogError for a moment without a zone.
    """
    for moment in (at, since):
        if moment.utcoffset() is None:
            raise PumpLogError(f"Give {moment:%Y-%m-%d %H:%M} its time zone.")
    return (at.timestamp() - since.timestamp()) / 60.0
