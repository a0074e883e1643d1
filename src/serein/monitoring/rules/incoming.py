"""One message as it comes off the line, read once, before anything is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from bedside import hl7
from bedside.acknowledgement import Identity, identify
from bedside.inbox import Receipt, Verdict, receive
from bedside.monitor import Mark, Reading, Status
from bedside.pump import PumpEvent
from serein.monitoring.rules.feed import Claim

LARGEST = Decimal("1e12")
"""A number of this size or more is no measurement; it is kept as "no signal"."""

UNITS = {
    "ml_per_h": "mL/h",
    "ml": "mL",
    "min": "min",
    "mg_per_ml": "mg/mL",
    "ug_per_kg_per_min": "ug/kg/min",
    "kg": "kg",
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message with its sender, its identity where it has one, and what was read in it."""

    data: bytes
    received_at: datetime
    peer: str
    identity: Identity | None
    receipt: Receipt

    @property
    def digest(self) -> str:
        """What tells its content from another's; for a message with an identity, without MSH-7."""
        if self.identity is not None:
            return self.identity.digest
        return hashlib.sha256(self.data).hexdigest()

    @property
    def name(self) -> tuple[str, str, str] | None:
        """Sender and id; None where the message has no id, and so is stored each time."""
        known = self.identity
        if known is None or not known.control_id:
            return None
        return known.application[:200], known.facility[:200], known.control_id[:200]

    @property
    def device_identifier(self) -> str:
        """The device as sent; empty where none is named."""
        receipt = self.receipt
        devices = [reading.device for reading in receipt.readings]
        devices += [event.device for event in receipt.events]
        return devices[0].identifier if devices else ""

    @property
    def known_as(self) -> str:
        """By what a device is looked up: itself, or the sender of what was not understood."""
        return (self.device_identifier or self.sender).casefold()

    @property
    def sender(self) -> str:
        """The sender in words: the device, else the sending application, else the address."""
        if self.device_identifier:
            return self.device_identifier
        application = self.identity.application if self.identity is not None else ""
        return application.split("^")[0] or self.peer

    @property
    def claim(self) -> Claim:
        """Whom and where the device believes it is."""
        patient = self.receipt.patient
        if patient is None:
            return Claim()
        return Claim(
            tuple(number for number, _, _ in patient.identifiers),
            patient.birth_date,
            patient.location,
        )

    @property
    def offset_s(self) -> float | None:
        """The device's clock minus ours when the message came."""
        clock = self.receipt.clock
        return None if clock is None else clock.offset_s


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a device, of a monitor or a pump alike."""

    key: str
    place: str
    code: str
    value: Decimal | None
    unit: str
    no_signal: str
    marks: str
    is_episodic: bool
    is_correction: bool
    is_charted: bool
    observed_at: datetime


def take_in(data: bytes, *, received_at: datetime, peer: str, zone: tzinfo) -> Incoming:
    """Read a message. ``zone`` is for times without an offset. Never raises for what the bytes hold."""
    try:
        identity = identify(data)
    except hl7.NotHl7:
        identity = None
    receipt = receive(data, received_at=received_at, device_zone=zone)
    return Incoming(data, received_at, peer, identity, receipt)


def values_of(receipt: Receipt) -> tuple[Value, ...]:
    """List what a message says, each value with a key that is the same when it comes again."""
    if receipt.verdict is not Verdict.ACCEPTED:
        return ()
    read = [_of_monitor(reading) for reading in receipt.readings]
    return (*read, *(value for event in receipt.events for value in _of_pump(event)))


def _of_monitor(reading: Reading) -> Value:
    value, no_signal = _storable(reading.value, reading.no_signal)
    if reading.comparator:
        no_signal = f"{reading.comparator} {reading.value_as_sent}".strip()
        value = None
    return Value(
        key=_key(reading.key),
        place=reading.place[:40],
        code=reading.code,
        value=value,
        unit=reading.unit[:30],
        no_signal=no_signal[:200],
        marks="; ".join(sorted(mark.value for mark in reading.marks))[:300],
        is_episodic=reading.is_episodic,
        is_correction=reading.status in {Status.CORRECTED, Status.ENTERED_IN_ERROR},
        is_charted=reading.measure.is_charted,
        observed_at=reading.observed_at,
    )


def _of_pump(event: PumpEvent) -> Iterator[Value]:
    for code, number in sorted(event.numbers.items()):
        value, no_signal = _storable(number, "")
        yield Value(
            key=_key(f"{event.key}/{code}"),
            place=event.source[:40],
            code=code[:60],
            value=value,
            unit=_unit(code),
            no_signal=no_signal,
            marks="",
            is_episodic=False,
            is_correction=False,
            is_charted=False,
            observed_at=event.observed_at,
        )


def _storable(value: Decimal | None, no_signal: str) -> tuple[Decimal | None, str]:
    if value is None:
        return None, no_signal or "no value"
    if not value.is_finite() or abs(value) >= LARGEST:
        return None, "number out of range"
    return round(value, 6), ""


def _unit(code: str) -> str:
    endings: Sequence[str] = sorted(UNITS, key=len, reverse=True)
    return next((UNITS[ending] for ending in endings if code.endswith(f"_{ending}")), "")


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


DOUBTED = frozenset({Mark.QUESTIONABLE.value, Mark.STATUS_UNCLEAR.value})
"""Marks with which a value is proposed, and asked about once."""

LEFT_OUT = frozenset(
    {
        Mark.NOT_MEASURED.value,
        Mark.IMPLAUSIBLE.value,
        Mark.ZERO_UNCLEAR.value,
        Mark.TIME_UNCLEAR.value,
    }
)
"""Marks with which a value is shown and never proposed."""
