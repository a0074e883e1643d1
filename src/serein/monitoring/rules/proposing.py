"""Which of a device's readings are proposed as a set, and which set comes first.

A set holds what was measured together: a cuff with the probes within a minute of it, or the probes
alone. The cuff nearest the next due time comes first, because a due set asks for a blood pressure.
Nothing here charts anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from serein.monitoring.rules.charting import doubts
from serein.monitoring.rules.incoming import DOUBTED, LEFT_OUT
from serein.monitoring.rules.readings import Values

TOGETHER = timedelta(seconds=60)
"""Values further apart than this are not one set (clinic default, review)."""

STRUCK_AFTER = timedelta(minutes=15)
"""A value older than this is no longer proposed (clinic default, review)."""

DUE_WINDOW = timedelta(minutes=5)
"""How long after a due time a cuff is still offered for it (clinic default, review)."""

MOST_SETS = 3
SOURCES: dict[str, tuple[str, ...]] = {
    "hr_bpm": ("hr_per_min", "pulse_oximeter_per_min", "pulse_per_min", "pulse_cuff_per_min"),
    "spo2_percent": ("spo2_percent",),
    "rr_per_min": ("rr_per_min",),
    "temperature_c": ("temp_c",),
}
"""Which codes of a device may fill a field of a set, the best first."""

SBP, DBP = "sbp_mmhg", "dbp_mmhg"
PROBES = frozenset(code for codes in SOURCES.values() for code in codes)
PROPOSABLE = PROBES | {SBP, DBP}


@dataclass(frozen=True, slots=True)
class Pending:
    """A reading that nobody has decided about. ``value`` None was not measured."""

    reading_id: UUID
    device_name: str
    code: str
    value: Decimal | None
    at: datetime
    marks: frozenset[str] = frozenset()
    no_signal: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether it may stand in a set."""
        return self.value is not None and self.code in PROPOSABLE and not self.marks & LEFT_OUT


@dataclass(frozen=True, slots=True)
class Proposed:
    """One set on offer: which reading would fill which field."""

    at: datetime
    due_at: datetime | None
    fields: tuple[tuple[str, Pending], ...]

    @property
    def values(self) -> Values:
        """The set as it would be charted."""
        return values_from(self.fields)

    @property
    def asks(self) -> tuple[str, ...]:
        """What a person has to look at again before accepting; empty for one tap."""
        doubted = {mark for _, reading in self.fields for mark in reading.marks if mark in DOUBTED}
        marked = [f"Check the patient: the device says {mark}." for mark in sorted(doubted)]
        return (*doubts(self.values), *marked)

    @property
    def reading_ids(self) -> tuple[UUID, ...]:
        """The readings in it."""
        return tuple(reading.reading_id for _, reading in self.fields)


def values_from(fields: Iterable[tuple[str, Pending]]) -> Values:
    """Turn chosen readings into the values of a set: whole numbers, temperature to 0.1 °C."""
    found: dict[str, int | Decimal] = {}
    for name, reading in fields:
        value = reading.value or Decimal(0)
        if name == "temperature_c":
            found[name] = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
        else:
            found[name] = int(value.quantize(Decimal(1), ROUND_HALF_UP))
    return Values(**found)  # type: ignore[arg-type]


def propose(
    pending: Sequence[Pending],
    *,
    due_at: datetime | None,
    at: datetime,
    after: datetime | None,
    early: timedelta = DUE_WINDOW,
) -> tuple[Proposed, ...]:
    """List the sets on offer, the one for the next due time first, then the newest.

    ``after`` is the moment of the newest reading that was decided about: older ones were passed over.
    ``early`` is how long before the due time a set may be taken and still count for it.
    """
    usable = [
        reading
        for reading in pending
        if reading.is_usable
        and at - reading.at <= STRUCK_AFTER
        and (after is None or reading.at > after)
    ]
    anchors = _anchors(usable, due_at, early)
    sets: list[Proposed] = []
    used: set[UUID] = set()
    for anchor, due in anchors:
        made = _set_at(anchor, due, usable)
        if made is not None and not used & set(made.reading_ids):
            sets.append(made)
            used |= set(made.reading_ids)
        if len(sets) == MOST_SETS:
            break
    return tuple(sets)


def _anchors(
    usable: Sequence[Pending], due_at: datetime | None, early: timedelta
) -> list[tuple[datetime, datetime | None]]:
    """Moments to build sets around: the cuff for the due time, the newest cuff, the newest probes."""
    cuffs = sorted({r.at for r in usable if r.code == SBP}, reverse=True)
    probes = sorted({r.at for r in usable if r.code in PROBES}, reverse=True)
    found: list[tuple[datetime, datetime | None]] = []
    if due_at is not None:
        near = [m for m in cuffs if due_at - early <= m <= due_at + DUE_WINDOW]
        found = [(m, due_at) for m in sorted(near, key=lambda m: abs(m - due_at))[:1]]
    found += [(moment, None) for moment in cuffs[:1]]
    newest = [m for m in probes[:1] if all(abs(m - anchor) > TOGETHER for anchor, _ in found)]
    return found + [(moment, None) for moment in newest]


def _set_at(
    anchor: datetime, due_at: datetime | None, usable: Sequence[Pending]
) -> Proposed | None:
    near = [r for r in usable if abs(r.at - anchor) <= TOGETHER]
    fields: list[tuple[str, Pending]] = []
    pressure = {r.code: r for r in near if r.at == anchor and r.code in {SBP, DBP}}
    if len(pressure) == 2 and (pressure[SBP].value or 0) > (pressure[DBP].value or 0):
        fields += [(SBP, pressure[SBP]), (DBP, pressure[DBP])]
    for name, codes in SOURCES.items():
        for code in codes:
            fitting = [r for r in near if r.code == code]
            if fitting:
                fields.append((name, min(fitting, key=lambda r: abs(r.at - anchor))))
                break
    return Proposed(anchor, due_at, tuple(fields)) if fields else None


def fields_for(chosen: Sequence[Pending]) -> tuple[tuple[str, Pending], ...]:
    """Which field each of some chosen readings fills; readings that fill none are left out."""
    named = {code: name for name, codes in SOURCES.items() for code in codes}
    named |= {SBP: SBP, DBP: DBP}
    found: dict[str, Pending] = {}
    for reading in chosen:
        name = named.get(reading.code)
        if name is not None and name not in found:
            found[name] = reading
    return tuple(found.items())
