"""What every device message says before we ask what it means: who, which device, rows, times.

OBX-3 code, OBX-4 place in the device (MDS.VMD.channel.metric), OBX-5 value, OBX-6 unit, OBX-7 the
device's own alarm limits (never a normal range), OBX-8 marks, OBX-11 status, OBX-14 else OBR-7
time, OBX-18 equipment. IHE PCD TF-2 rev. 9, HL7 v2.6 chapter 7.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bedside.codes import Coding
from bedside.hl7 import NULL
from bedside.moments import BadTime, Moment, offset_of, read_moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from bedside.hl7 import Message, Segment

CLOCK_TOLERANCE_S = 30.0
"""A device further from our clock than this is named (trust.md HZ-14; clinic default, review)."""


@dataclass(frozen=True, slots=True)
class PatientFound:
    """Whom the device believes it is attached to: to be compared, never to be trusted alone."""

    identifiers: tuple[tuple[str, str, str], ...] = ()
    """(id, assigning authority, type), as sent; the authority may be missing"""
    family: str = ""
    given: str = ""
    birth_date: str = ""
    """as sent, YYYY[MM[DD]]…"""
    sex: str = ""
    location: str = ""
    """PV1-3: unit, room and bed as sent, joined by a blank"""

    @property
    def is_named(self) -> bool:
        """Whether there is an identifier at all."""
        return bool(self.identifiers)


@dataclass(frozen=True, slots=True)
class Device:
    """Which device; `key` is stable for the same device and sender, `named_in` says from where."""

    key: str
    identifier: str
    named_in: str
    gateway: str
    facility: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The device's clock against ours: `offset_s` is MSH-7 minus the moment of receipt.

    Behind may also mean late: a message kept back while the line was down. Ahead is always a wrong
    clock, theirs or ours.
    """

    sent_at: datetime | None
    received_at: datetime
    offset_s: float | None

    @property
    def judgement(self) -> str:
        """One of: unknown, agrees, ahead, behind or late."""
        if self.offset_s is None:
            return "unknown"
        if abs(self.offset_s) <= CLOCK_TOLERANCE_S:
            return "agrees"
        return "ahead" if self.offset_s > 0 else "behind or late"


@dataclass(slots=True)
class Row:
    """One OBX as sent, with its time resolved; `trouble` says why it cannot be used at all."""

    segment: int
    value_type: str
    codings: tuple[Coding, ...]
    place: str
    values: tuple[str, ...]
    """the repetitions of OBX-5, as plain text"""
    word: str
    """component 2 of OBX-5, where pumps put ^pump-status-infusing"""
    value_system: str
    unit: tuple[Coding, ...]
    limits: str
    marks: tuple[str, ...]
    status: str
    equipment: tuple[str, ...]
    moment: Moment | None
    is_episodic: bool
    trouble: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        """OBX-4 split at its dots."""
        return tuple(self.place.split(".")) if self.place else ()

    @property
    def is_device(self) -> bool:
        """Whether the row names a device, a module or a channel and carries no value.

        Its number may be wrong (real gateways send it without the partition): nothing depends on it.
        """
        names_device = any(coding.name.startswith("MDC_DEV_") for coding in self.codings)
        has_value = any(value not in ("", NULL) for value in self.values) or self.word != ""
        return not has_value and (names_device and self.path[3:] in ((), ("0",)))


@dataclass(frozen=True, slots=True)
class Document:
    """One ORU message, taken apart."""

    kind: str
    control_id: str
    processing: str
    patient: PatientFound
    patients: int
    clock: Clock
    gateway: str
    facility: str
    rows: tuple[Row, ...]
    devices: dict[str, Device]
    """by the first part of OBX-4"""

    def device_of(self, row: Row) -> Device | None:
        """Give the device a row belongs to."""
        first = row.path[0] if row.path else ""
        return self.devices.get(first) or self.devices.get("")


def kind_of(header: Segment) -> str:
    """Name a message as type^event; the event is blank where the sender left it out."""
    return f"{header.text(9, 1)}^{header.text(9, 2)}"


def take_apart(
    message: Message, *, received_at: datetime, device_zone: tzinfo | None = None
) -> Document:
    """Read patient, devices and rows of an ORU message; meaning is left to `monitor` and `pump`.

    Times without an offset take that of MSH-7, then `device_zone`.
    """
    header = message.header
    zone = offset_of(header.text(7))
    sent = _moment(header.text(7), zone, device_zone)[0]
    sent_at = sent.at if sent is not None else None
    rows = tuple(_rows(message, zone, device_zone))
    people = {
        (segment.raw(3), segment.raw(5)) for segment in message.segments if segment.name == "PID"
    }
    gateway = header.text(3, 2) or header.text(3)
    return Document(
        kind=kind_of(header),
        control_id=header.raw(10),
        processing=header.text(11),
        patient=_patient(message),
        patients=len(people),
        clock=Clock(
            sent_at,
            received_at,
            None if sent_at is None else (sent_at - received_at).total_seconds(),
        ),
        gateway=gateway,
        facility=header.text(4),
        rows=rows,
        devices=_devices(rows, gateway, header.text(4)),
    )


def _moment(
    text: str, message_zone: tzinfo | None, device_zone: tzinfo | None
) -> tuple[Moment | None, str]:
    if text in ("", NULL):
        return None, "Send the time in OBX-14 or OBR-7"
    try:
        moment = read_moment(text, message_zone=message_zone, device_zone=device_zone)
    except BadTime as wrong:
        return None, str(wrong)
    if moment.at is None:
        return moment, f"Send time of day and offset, not {moment.text}"
    return moment, ""


def _codings(components: list[str]) -> tuple[Coding, ...]:
    """Read the two triplets of a coded field; an empty one is left out."""
    padded = [*components, "", "", "", "", "", ""]
    triplets = (Coding(*padded[:3]), Coding(*padded[3:6]))
    return tuple(one for one in triplets if one.code or one.name)


def _equipment(segment: Segment) -> tuple[str, ...]:
    """Give each equipment id of OBX-18: the universal id where there is one, else the plain one."""
    found = []
    for number in range(1, len(segment.repetitions(18)) + 1):
        name = segment.text(18, 3, number) or segment.text(18, 1, number)
        if name not in ("", NULL):
            found.append(name)
    return tuple(found)


def _rows(
    message: Message, message_zone: tzinfo | None, device_zone: tzinfo | None
) -> Iterable[Row]:
    order: tuple[Moment | None, str] = _moment("", None, None)
    last: Row | None = None
    for number, segment in enumerate(message.segments, start=1):
        if segment.name == "OBR":
            order, last = _moment(segment.text(7), message_zone, device_zone), None
        elif segment.name == "NTE" and last is not None:
            last.notes.append(segment.text(3))
        elif segment.name == "OBX":
            own = segment.text(14)
            is_episodic = own not in ("", NULL)
            moment, trouble = _moment(own, message_zone, device_zone) if is_episodic else order
            last = _row(segment, number, moment, trouble, is_episodic=is_episodic)
            yield last


def _row(
    segment: Segment, number: int, moment: Moment | None, trouble: str, *, is_episodic: bool
) -> Row:
    values = [segment.components(5, index + 1) for index in range(len(segment.repetitions(5)))]
    sn = segment.text(2) == "SN"
    return Row(
        segment=number,
        value_type=segment.text(2),
        codings=_codings(segment.components(3)),
        place=segment.text(4),
        values=tuple("".join(parts) if sn else parts[0] for parts in values),
        word=segment.text(5, 2),
        value_system=segment.text(5, 3),
        unit=_codings(segment.components(6)),
        limits=segment.text(7),
        marks=tuple(mark for mark in segment.repetitions(8) if mark),
        status=segment.text(11),
        equipment=_equipment(segment),
        moment=moment,
        is_episodic=is_episodic,
        trouble=trouble,
    )


def _devices(rows: tuple[Row, ...], gateway: str, facility: str) -> dict[str, Device]:
    """Name the device of each MDS: from its own row, else from a row under it, else the sender."""
    devices: dict[str, Device] = {}
    firsts = dict.fromkeys(row.path[0] if row.path else "" for row in rows)
    for first in firsts:
        own = [row for row in rows if (row.path[0] if row.path else "") == first]
        top = next((row for row in own if row.path[1:] == ("0", "0", "0") and row.equipment), None)
        under = next((row for row in own if row.equipment), None)
        chosen = top or under
        if chosen is not None:
            name, named_in = chosen.equipment[0], "device" if top else "module"
        elif gateway:
            name, named_in = gateway, "sender"
        else:
            continue
        devices[first] = Device(f"{gateway}/{name}", name, named_in, gateway, facility)
    return devices


def _patient(message: Message) -> PatientFound:
    segment = message.first("PID")
    if segment is None:
        return PatientFound()
    identifiers = []
    for number in range(1, len(segment.repetitions(3)) + 1):
        value = segment.text(3, 1, number)
        if value not in ("", NULL):
            identifiers.append((value, segment.text(3, 4, number), segment.text(3, 5, number)))
    visit = message.first("PV1")
    place = visit.components(3)[:3] if visit is not None else []
    return PatientFound(
        identifiers=tuple(identifiers),
        family=_said(segment.text(5, 1, 1, 1)),
        given=_said(segment.text(5, 2)),
        birth_date=_said(segment.text(7)),
        sex=_said(segment.text(8)),
        location=" ".join(part for part in place if part),
    )


def _said(text: str) -> str:
    return "" if text == NULL else text
