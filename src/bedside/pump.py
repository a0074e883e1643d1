"""Events of an infusion pump: IHE PCD-10 (ORU^R42), and a pump's state in PCD-01 (ORU^R01).

A delivery segment runs from a start to the next stop or completion. IPEC sends a rate change as a
stop "transitioning" followed by a start at the new rate, and does not tell a pause from a stop:
`course` puts that together from all events of one pump, by the time of the event and never by the
order of arrival. IHE supplement IPEC rev. 1.5, X.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from bedside.codes import Coding, NotInTable, tables
from bedside.monitor import SetAside

if TYPE_CHECKING:
    from datetime import datetime

    from bedside.codes import Parameter
    from bedside.observations import Device, Document, Row

STATUS = "status"
"""The kind of an event that only tells how things stand."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class PumpEvent:
    """One event of one source of a pump. Numbers are as the pump counts them, in the unit named.

    `kind` is one of the kinds of `content/devices.toml`, or `status`. A dose rate, a concentration
    and a weight are what was programmed on the pump: never derived here from each other.
    """

    key: str
    device: Device
    kind: str
    source: str
    observed_at: datetime
    time_as_sent: str
    numbers: dict[str, Decimal]
    words: dict[str, str]
    segment: int

    @property
    def flow_ml_per_h(self) -> Decimal | None:
        """What the pump moves now, else what is programmed."""
        return self.numbers.get("flow_ml_per_h", self.numbers.get("programmed_ml_per_h"))

    @property
    def delivered_ml(self) -> Decimal | None:
        """The pump's own counter since it was cleared."""
        return self.numbers.get("delivered_ml")

    @property
    def drug(self) -> str:
        """The label of the drug library, as sent."""
        return self.words.get("drug", "")

    @property
    def is_transition(self) -> bool:
        """Whether a stop only closes a segment and delivery goes on."""
        return self.words.get("delivery_status") == "pump-delivery-status-transitioning"

    @property
    def is_keeping_open(self) -> bool:
        """Whether the pump runs at the rate that keeps the vein open."""
        return self.words.get("delivery_status") == "pump-delivery-status-kvo"


@dataclass(frozen=True, slots=True)
class PumpSheet:
    """What a message of a pump holds; rows used, device rows and rows set aside add up."""

    events: tuple[PumpEvent, ...]
    set_aside: tuple[SetAside, ...]
    device_rows: int
    used_rows: int


@dataclass(slots=True)
class _Gathered:
    numbers: dict[str, Decimal] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    used: int = 0


def is_pump(document: Document) -> bool:
    """Say whether the rows describe a pump."""
    return any(
        coding.name.startswith("MDC_DEV_PUMP_") for row in document.rows for coding in row.codings
    )


def read(document: Document) -> PumpSheet:
    """Read a pump's message: one event, from the rows of the source it names."""
    aside: list[SetAside] = []
    device_rows = [row for row in document.rows if row.is_device]
    rows = [row for row in document.rows if not row.is_device]
    named: dict[str, Row] = {}
    known: list[tuple[Row, Parameter]] = []
    for row in rows:
        try:
            parameter = _parameter(row)
        except NotInTable as reason:
            aside.append(_aside(row, reason))
            continue
        known.append((row, parameter))
        named.setdefault(parameter.code, row)
    event = named.get("event")
    source = named["event_source"].values[0] if "event_source" in named else ""
    gathered = _gather(known, source, aside)
    try:
        kind = STATUS if event is None else _kind(event)
        made = _event(document, kind, source, event or next(iter(rows), None), gathered)
    except NotInTable as reason:
        already = {one.segment for one in aside}
        aside += [_aside(row, reason) for row in rows if row.segment not in already]
        return PumpSheet((), tuple(aside), len(device_rows), 0)
    return PumpSheet((made,), tuple(aside), len(device_rows), gathered.used)


def _aside(row: Row, reason: NotInTable) -> SetAside:
    return SetAside(row.segment, str(row.codings[0]) if row.codings else "OBX", str(reason))


def _parameter(row: Row) -> Parameter:
    if not row.codings:
        raise NotInTable("Name the parameter in OBX-3")
    return tables().parameter(row.codings[0])


def _gather(known: list[tuple[Row, Parameter]], source: str, aside: list[SetAside]) -> _Gathered:
    """Collect what belongs to the source of the event and to the pump as a whole."""
    gathered = _Gathered()
    channel = source.rsplit(".", 1)[0] if source else ""
    for row, parameter in known:
        is_here = not channel or not _is_source(row) or row.place.startswith(channel + ".")
        try:
            if not is_here:
                raise NotInTable("Send one event for one source: this row is of another")
            if parameter.unit:
                gathered.numbers.setdefault(parameter.code, _number(row, parameter))
            else:
                gathered.words.setdefault(parameter.code, row.word or row.values[0])
        except NotInTable as reason:
            aside.append(_aside(row, reason))
        else:
            gathered.used += 1
    return gathered


def _is_source(row: Row) -> bool:
    """Say whether a row stands in a channel; x.y.1.n is the pump's own delivery information."""
    return len(row.path) == 4 and row.path[2] not in ("0", "1")


def _number(row: Row, parameter: Parameter) -> Decimal:
    text = row.values[0].strip() if row.values else ""
    if not _NUMBER.match(text):
        raise NotInTable(f"Send a plain number for {parameter.code}")
    return tables().convert(Decimal(text), tables().unit(row.unit), parameter.unit)


def _kind(row: Row) -> str:
    return tables().event(Coding(row.values[0], row.word, row.value_system))


def _event(
    document: Document, kind: str, source: str, row: Row | None, gathered: _Gathered
) -> PumpEvent:
    if row is None:
        raise NotInTable("Send at least one value of the pump")
    device = document.device_of(row)
    if device is None:
        raise NotInTable("Name the device in OBX-18 or MSH-3")
    if row.trouble or row.moment is None or row.moment.at is None:
        raise NotInTable(row.trouble)
    return PumpEvent(
        key="/".join((device.key, kind, source, row.moment.text, str(gathered.numbers))),
        device=device,
        kind=kind,
        source=source,
        observed_at=row.moment.at,
        time_as_sent=row.moment.text,
        numbers=gathered.numbers,
        words=gathered.words,
        segment=row.segment,
    )
