"""Readings of a patient monitor: IHE PCD-01, ORU^R01.

A reading is what the device says, not a chart entry. Every OBX is accounted for: it is a reading, a
device row, a known text, or set aside with a reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from bedside.codes import Coding, Measure, NotInTable, tables
from bedside.observations import CLOCK_TOLERANCE_S

if TYPE_CHECKING:
    from datetime import datetime

    from bedside.moments import OffsetFrom
    from bedside.observations import Device, Document, Row


class Status(StrEnum):
    """OBX-11 in our words."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered in error"


class Mark(StrEnum):
    """Why a person should look twice before accepting a reading."""

    QUESTIONABLE = "questionable"
    """the device itself doubts the value"""
    NOT_MEASURED = "not measured"
    """the device says there is no measured value: invalid, not available, test or demonstration"""
    IMPLAUSIBLE = "implausible"
    """outside the limits of the table, or systolic not above diastolic"""
    ZERO_UNCLEAR = "zero: none, or no signal"
    STATUS_UNCLEAR = "status not given for a real value"
    CLOCK_AHEAD = "the device's clock is ahead of ours"
    TIME_UNCLEAR = "the clock showed this time twice or never"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value from a device; `value` is None where nothing was measured (`no_signal` says why).

    `observed_at` is the device's own time in UTC; an episodic one (a cuff) may be hours old and comes
    again with each message: `key` is the same then, and another where the value was corrected.
    `limits_as_sent` are the device's alarm limits.
    """

    key: str
    device: Device
    place: str
    chain: tuple[str, ...]
    measure: Measure
    value: Decimal | None
    comparator: str
    no_signal: str
    coding: Coding
    value_as_sent: str
    unit_as_sent: str
    observed_at: datetime
    time_as_sent: str
    offset_from: OffsetFrom
    is_episodic: bool
    status: Status
    marks: frozenset[Mark]
    limits_as_sent: str
    notes: tuple[str, ...]
    segment: int

    @property
    def code(self) -> str:
        """The name of the value in our charts, such as spo2_percent."""
        return self.measure.code

    @property
    def unit(self) -> str:
        """The unit of `value`, UCUM."""
        return self.measure.unit


@dataclass(frozen=True, slots=True)
class SetAside:
    """An OBX nobody should guess at: for the tray."""

    segment: int
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a message of a monitor holds; the four parts add up to its OBX segments."""

    readings: tuple[Reading, ...]
    set_aside: tuple[SetAside, ...]
    device_rows: int
    text_rows: int


class _Aside(ValueError):
    pass


_NUMBER = re.compile(
    r"(?P<comparator><=|>=|<|>|<>|=)?\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))\Z", re.ASCII
)
_STATUS = {
    "R": Status.PRELIMINARY,
    "P": Status.PRELIMINARY,
    "S": Status.PRELIMINARY,
    "F": Status.FINAL,
    "U": Status.FINAL,
    "C": Status.CORRECTED,
    "D": Status.ENTERED_IN_ERROR,
    "W": Status.ENTERED_IN_ERROR,
    "X": Status.PRELIMINARY,
    "": Status.PRELIMINARY,
}
_NUMERIC_TYPES = ("NM", "SN", "ST", "")


def read(document: Document) -> Sheet:
    """Read every OBX of a monitor's message."""
    readings: list[Reading] = []
    aside: list[SetAside] = []
    device_rows = text_rows = 0
    chains = {row.path: row.codings[0].name for row in document.rows if row.is_device}
    for row in document.rows:
        if row.is_device:
            device_rows += 1
        elif any(tables().is_words(coding) for coding in row.codings):
            text_rows += 1
        else:
            try:
                readings.append(_reading(row, document, chains))
            except (_Aside, NotInTable) as reason:
                aside.append(SetAside(row.segment, _name(row), str(reason)))
    return Sheet(tuple(_with_pressures(readings)), tuple(aside), device_rows, text_rows)


def _name(row: Row) -> str:
    return str(row.codings[0]) if row.codings else "OBX without a code"


def _coded(row: Row) -> tuple[Coding, Measure]:
    """Find the measure of a row; where both triplets are known they must agree."""
    found: list[tuple[Coding, Measure]] = []
    first: NotInTable | None = None
    for coding in row.codings:
        if found and coding.system not in ("MDC", "LN"):
            continue
        try:
            found.append((coding, tables().measure(coding)))
        except NotInTable as wrong:
            first = first or wrong
            if coding.system in ("MDC", "LN"):
                raise
    if not found:
        raise first or _Aside("Name what was measured in OBX-3")
    if len({id(measure) for _, measure in found}) > 1:
        raise _Aside("Let both codes in OBX-3 mean the same")
    return found[0]


def _reading(row: Row, document: Document, chains: dict[tuple[str, ...], str]) -> Reading:
    coding, measure = _coded(row)
    device = document.device_of(row)
    if device is None:
        raise _Aside("Name the device in OBX-18 or MSH-3")
    if row.trouble or row.moment is None or row.moment.at is None:
        raise _Aside(row.trouble)
    if row.value_type not in _NUMERIC_TYPES:
        raise _Aside(f"Send a number (NM), not {row.value_type}")
    if len(row.values) > 1:
        raise _Aside("Send one value in each OBX-5")
    status, marks = _status(row)
    value, comparator, no_signal = _value(row, measure, marks)
    at = row.moment.at
    if row.moment.is_ambiguous:
        marks.add(Mark.TIME_UNCLEAR)
    clock = document.clock
    is_future = (at - clock.received_at).total_seconds() > CLOCK_TOLERANCE_S
    if is_future or clock.judgement == "ahead":
        marks.add(Mark.CLOCK_AHEAD)
    return Reading(
        key="/".join((device.key, str(coding), row.place, row.moment.text, row.values[0])),
        device=device,
        place=row.place,
        chain=_chain(row, chains),
        measure=measure,
        value=value,
        comparator=comparator,
        no_signal=no_signal,
        coding=coding,
        value_as_sent=row.values[0] if row.values else "",
        unit_as_sent=str(row.unit[0]) if row.unit else "",
        observed_at=at,
        time_as_sent=row.moment.text,
        offset_from=row.moment.offset_from,
        is_episodic=row.is_episodic,
        status=status,
        marks=frozenset(marks),
        limits_as_sent=row.limits,
        notes=tuple(row.notes),
        segment=row.segment,
    )


def _chain(row: Row, chains: dict[tuple[str, ...], str]) -> tuple[str, ...]:
    """Name device, module and channel above a metric, outermost first."""
    path = row.path
    above = [
        (*path[:depth], *("0" for _ in range(len(path) - depth))) for depth in range(1, len(path))
    ]
    return tuple(chains[place] for place in dict.fromkeys(above) if place in chains)


def _status(row: Row) -> tuple[Status, set[Mark]]:
    marks: set[Mark] = set()
    status = _STATUS.get(row.status)
    if status is None:
        if row.status in ("I", "N", "O"):
            return Status.PRELIMINARY, {Mark.NOT_MEASURED}
        raise _Aside(f"Send a status of HL7 table 0085 in OBX-11, not {row.status}")
    if row.status in ("X", "") and row.values and row.values[0]:
        marks.add(Mark.STATUS_UNCLEAR)
    if any(mark in tables().gone for mark in row.marks):
        marks.add(Mark.NOT_MEASURED)
    elif any(mark in tables().marks for mark in row.marks):
        marks.add(Mark.QUESTIONABLE)
    return status, marks


def _value(row: Row, measure: Measure, marks: set[Mark]) -> tuple[Decimal | None, str, str]:
    """Give value in the unit of the table, comparator, and why nothing was measured if so."""
    text = row.values[0].strip() if row.values else ""
    if text in tables().no_signal_texts:
        return None, "", "no value" if text in ("", '""') else f"sent as {text}"
    if Mark.NOT_MEASURED in marks:
        return None, "", f"marked {', '.join(row.marks) or row.status}"
    found = _NUMBER.match(text)
    if found is None:
        raise _Aside("Send a plain number in OBX-5")
    sent = Decimal(found["number"])
    if sent in tables().no_signal_numbers:
        return None, "", f"sent as {text}"
    if sent == 0 and measure.zero == "no_signal":
        return None, "", "0 sent: no signal"
    value = tables().convert(sent, tables().unit(row.unit), measure.unit)
    if sent == 0 and measure.zero == "unclear":
        marks.add(Mark.ZERO_UNCLEAR)
    elif not measure.low <= value <= measure.high:
        marks.add(Mark.IMPLAUSIBLE)
    return value, found["comparator"] or "", ""


def _with_pressures(readings: list[Reading]) -> list[Reading]:
    """Mark a cuff's set whose systolic is not above its diastolic."""
    sets: dict[tuple[str, datetime], dict[str, Decimal]] = {}
    for reading in readings:
        if reading.code in ("sbp_mmhg", "dbp_mmhg") and reading.value is not None:
            cuff = sets.setdefault((reading.device.key, reading.observed_at), {})
            cuff[reading.code] = reading.value
    wrong = {
        key for key, cuff in sets.items() if len(cuff) == 2 and cuff["sbp_mmhg"] <= cuff["dbp_mmhg"]
    }
    return [
        _implausible(reading)
        if reading.code in ("sbp_mmhg", "dbp_mmhg", "map_mmhg")
        and (reading.device.key, reading.observed_at) in wrong
        else reading
        for reading in readings
    ]


def _implausible(reading: Reading) -> Reading:
    return replace(reading, marks=reading.marks | {Mark.IMPLAUSIBLE})
