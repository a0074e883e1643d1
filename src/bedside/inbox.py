"""One message: accepted, quarantined or refused, and why. Pure; the caller has stored it already.

accepted     a monitor's readings or a pump's event, at least one of them understood
quarantined  ours by its kind, and yet not understood, of a test system, or not to be trusted: a
             person looks at it
refused      not a message this system takes; nothing of it is read
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bedside import hl7, monitor, pump
from bedside.acknowledgement import (
    ErrorCode,
    Outcome,
    Problem,
    Signature,
    acknowledge,
    answer_unreadable,
    is_acknowledgement,
)
from bedside.observations import kind_of, take_apart

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bedside.monitor import Reading, SetAside
    from bedside.observations import Clock, Document, PatientFound
    from bedside.pump import PumpEvent


class Verdict(StrEnum):
    """What becomes of a message."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything one message says, and the verdict on it.

    `outcome` and `problem` are what `acknowledgement.acknowledge` wants. A quarantined message is
    acknowledged (it is safe with us) unless its characters could not be read.
    """

    verdict: Verdict
    reason: str
    outcome: Outcome
    problem: Problem | None = None
    kind: str = ""
    control_id: str = ""
    document: Document | None = None
    readings: tuple[Reading, ...] = ()
    events: tuple[PumpEvent, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def patient(self) -> PatientFound | None:
        """Whom the device believes it is attached to."""
        return None if self.document is None else self.document.patient

    @property
    def clock(self) -> Clock | None:
        """The device's clock against ours."""
        return None if self.document is None else self.document.clock


TAKEN = ("ORU^R01", "ORU^R42")


def _refused(
    reason: str, code: ErrorCode, location: str = "", *, kind: str = "", control_id: str = ""
) -> Receipt:
    problem = Problem(code, reason, location)
    return Receipt(Verdict.REFUSED, reason, Outcome.REFUSED, problem, kind, control_id)


def receive(data: bytes, *, received_at: datetime, device_zone: tzinfo | None = None) -> Receipt:
    """Read one message.

    `device_zone` is the zone set up for the sending device, for times that come without an offset
    (and whose MSH-7 has none). Never raises for anything the bytes hold.
    """
    try:
        message = hl7.parse(data)
    except hl7.WrongCharacters as wrong:
        problem = Problem(ErrorCode.TABLE_VALUE, str(wrong), "MSH^1^18")
        return Receipt(Verdict.QUARANTINED, str(wrong), Outcome.FAILED, problem)
    except hl7.NotHl7 as wrong:
        return _refused(str(wrong), ErrorCode.SEGMENT_SEQUENCE)
    header = message.header
    known = {"kind": kind_of(header), "control_id": header.raw(10)}
    if is_acknowledgement(data):
        return _refused(
            "Send acknowledgements to whoever asked", ErrorCode.MESSAGE_TYPE, "MSH^1^9", **known
        )
    if known["kind"] not in TAKEN:
        return _refused(
            f"Send ORU^R01 or ORU^R42, not {known['kind']}",
            ErrorCode.MESSAGE_TYPE,
            "MSH^1^9",
            **known,
        )
    if not header.raw(10):
        return _refused("Give the message an id", ErrorCode.FIELD_MISSING, "MSH^1^10", **known)
    document = take_apart(message, received_at=received_at, device_zone=device_zone)
    return _judge(message, document)


def _doubt(message: hl7.Message, document: Document) -> str:
    """Say why a whole message is not to be read, or nothing."""
    if message.has_hidden_segment:
        return "End every segment the same way: a line feed hides a segment"
    if document.processing != "P":
        return f"Send P in MSH-11: {document.processing or 'nothing'} is no live message"
    if document.patients > 1:
        return "Send one patient in each message"
    if not document.rows:
        return "Send at least one OBX"
    if not document.devices:
        return "Name the device in OBX-18 or MSH-3"
    return ""


def _judge(message: hl7.Message, document: Document) -> Receipt:
    doubt = _doubt(message, document)
    if doubt:
        return _receipt(Verdict.QUARANTINED, doubt, document)
    if pump.is_pump(document):
        pumped = pump.read(document)
        if pumped.events:
            return _receipt(
                Verdict.ACCEPTED, "", document, events=pumped.events, set_aside=pumped.set_aside
            )
        return _receipt(
            Verdict.QUARANTINED,
            pumped.set_aside[-1].reason if pumped.set_aside else "Send at least one value",
            document,
            set_aside=pumped.set_aside,
        )
    sheet = monitor.read(document)
    if sheet.readings:
        return _receipt(
            Verdict.ACCEPTED, "", document, readings=sheet.readings, set_aside=sheet.set_aside
        )
    reason = sheet.set_aside[0].reason if sheet.set_aside else "Send at least one value"
    return _receipt(Verdict.QUARANTINED, reason, document, set_aside=sheet.set_aside)


def _receipt(
    verdict: Verdict,
    reason: str,
    document: Document,
    *,
    readings: tuple[Reading, ...] = (),
    events: tuple[PumpEvent, ...] = (),
    set_aside: tuple[SetAside, ...] = (),
) -> Receipt:
    return Receipt(
        verdict,
        reason,
        Outcome.STORED,
        kind=document.kind,
        control_id=document.control_id,
        document=document,
        readings=readings,
        events=events,
        set_aside=set_aside,
    )


def answer(
    data: bytes, receipt: Receipt, *, by: Signature, control_id: str, at: datetime
) -> bytes | None:
    """Write what is due to the sender of a message that has been stored, or None.

    Never raises for anything the bytes hold. `control_id` is ours and new each time.
    """
    try:
        return acknowledge(
            data, receipt.outcome, by=by, control_id=control_id, at=at, problem=receipt.problem
        )
    except hl7.NotHl7:
        problem = receipt.problem or Problem(ErrorCode.INTERNAL, receipt.reason)
        return answer_unreadable(
            data, receipt.outcome, by=by, control_id=control_id, at=at, problem=problem
        )
