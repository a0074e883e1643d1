"""What to answer to a message, and whether it came before.

MSH-15 or MSH-16 filled means enhanced mode: an accept acknowledgement (CA, CE, CR) says whether the
message is safely stored. Both empty means original mode: AA, AE, AR. IHE PCD TF-2 asks for MSH-15
AL and MSH-16 NE. HL7 v2.6 chapter 2.9; tables 0008, 0155, 0357, 0516.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bedside.hl7 import Segment, read_header
from bedside.text import STANDARD, Delimiters, escape

if TYPE_CHECKING:
    from datetime import datetime


class Outcome(StrEnum):
    """What became of a message here."""

    STORED = "stored"
    """committed, understood or kept for people to look at: the sender may forget it"""
    FAILED = "failed"
    """not stored, or not readable as sent: the sender should send it again, or mend it"""
    REFUSED = "refused"
    """of a kind that is not taken here: sending it again is of no use"""


class Repeat(StrEnum):
    """Whether a message came before."""

    NEW = "new"
    SAME = "same"
    """the sender did not hear our answer: answer again, store nothing"""
    CONFLICT = "conflict"
    """same id, other content: answer an error, keep both, tell somebody"""


class ErrorCode(StrEnum):
    """HL7 table 0357, the codes used here."""

    SEGMENT_SEQUENCE = "100"
    FIELD_MISSING = "101"
    DATA_TYPE = "102"
    TABLE_VALUE = "103"
    MESSAGE_TYPE = "200"
    DUPLICATE = "205"
    INTERNAL = "207"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer is not an acceptance; `words` are ours and hold nothing of the patient."""

    code: ErrorCode
    words: str
    location: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """How our own messages are signed."""

    application: str = "SEREIN"
    facility: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes two messages the same one: the sender's names and its own message id.

    `digest` covers everything but the time in MSH-7, which some senders renew on a retry.
    """

    application: str
    facility: str
    control_id: str
    digest: str


def identify(data: bytes) -> Identity:
    """Give the identity of a message. Raises `NotHl7` where there is no MSH."""
    header = read_header(data)
    fields = [field for number, field in enumerate(header.fields) if number != 7]
    body = data.lstrip(b"\xef\xbb\xbf")[len(header.line) :]
    plain = re.sub(rb"[\r\n]+", b"\r", body).strip(b"\r")
    digest = hashlib.sha256("\x1f".join(fields).encode("latin-1") + b"\r" + plain)
    return Identity(header.raw(3), header.raw(4), header.raw(10), digest.hexdigest())


def compare(new: Identity, known_digest: str | None) -> Repeat:
    """Compare with the digest stored under the same application, facility and id, if any."""
    if known_digest is None:
        return Repeat.NEW
    return Repeat.SAME if known_digest == new.digest else Repeat.CONFLICT


def is_enhanced(header: Segment) -> bool:
    """Say which mode the sender speaks."""
    return bool(header.raw(15) or header.raw(16))


_ENHANCED = {Outcome.STORED: "CA", Outcome.FAILED: "CE", Outcome.REFUSED: "CR"}
_ORIGINAL = {Outcome.STORED: "AA", Outcome.FAILED: "AE", Outcome.REFUSED: "AR"}


def _is_wanted(condition: str, outcome: Outcome) -> bool:
    """Apply table 0155: AL always, NE never, ER on error or refusal, SU on success."""
    if condition == "NE":
        return False
    if condition in ("ER", "SU"):
        return (outcome is Outcome.STORED) == (condition == "SU")
    return True


def code_for(header: Segment, outcome: Outcome) -> str | None:
    """Give the code of the acknowledgement, or None where the sender wants none.

    An acknowledgement is never acknowledged: the caller asks only for other messages. Where only
    MSH-16 asks, the application code is sent; where both ask, the accept code alone, because
    nothing is applied to a chart before a person accepts it.
    """
    if not is_enhanced(header):
        return _ORIGINAL[outcome]
    if _is_wanted(header.raw(15) or "NE", outcome):
        return _ENHANCED[outcome]
    if header.raw(15) in ("", "NE") and _is_wanted(header.raw(16) or "NE", outcome):
        return _ORIGINAL[outcome]
    return None


def is_acknowledgement(data: bytes) -> bool:
    """Say whether the bytes are themselves an answer (an MSA segment stands in them)."""
    return re.search(rb"[\r\n]MSA[^A-Za-z0-9\s]", data) is not None


def acknowledge(
    data: bytes,
    outcome: Outcome,
    *,
    by: Signature,
    control_id: str,
    at: datetime,
    problem: Problem | None = None,
) -> bytes | None:
    """Write the answer to a message, or None where none is due.

    MSA-2 is the sender's MSH-10 byte for byte, in the sender's delimiters; `control_id` is ours and
    must be new each time; `at` must have a time zone. Raises `NotHl7` where there is no MSH (then
    `answer_unreadable` answers).
    """
    header = read_header(data)
    if is_acknowledgement(data):
        return None
    code = code_for(header, outcome)
    if code is None:
        return None
    return _write(header, code, by=by, control_id=control_id, at=at, problem=problem)


def answer_unreadable(
    data: bytes,
    outcome: Outcome,
    *,
    by: Signature,
    control_id: str,
    at: datetime,
    problem: Problem,
) -> bytes:
    """Answer a damaged frame or one without MSH, so that it is not dropped in silence.

    FAILED asks for a damaged frame again; REFUSED ends it for what is no HL7 at all. Where the
    beginning still shows a header, its mode and id are used; else the id stays empty.
    """
    try:
        header = read_header(data)
    except ValueError:
        header = Segment("MSH|^~\\&", STANDARD, "latin-1")
    code = (_ENHANCED if is_enhanced(header) else _ORIGINAL)[outcome]
    return _write(header, code, by=by, control_id=control_id, at=at, problem=problem)


def _write(
    header: Segment,
    code: str,
    *,
    by: Signature,
    control_id: str,
    at: datetime,
    problem: Problem | None,
) -> bytes:
    if at.tzinfo is None:
        raise ValueError("Give the moment of the answer with its time zone")
    marks = header.delimiters
    event = header.raw(9).split(marks.component)
    kind = marks.component.join(["ACK", *([event[1], "ACK"] if len(event) > 1 else [])])
    fields = [
        "MSH",
        marks.msh_2,
        _plain(by.application, marks),
        _plain(by.facility, marks),
        header.raw(3),
        header.raw(4),
        at.strftime("%Y%m%d%H%M%S%z"),
        "",
        kind,
        _plain(control_id, marks),
        header.raw(11) or "P",
        header.raw(12) or "2.6",
        *["", "", "", "", "", header.raw(18)],
    ]
    segments = [fields, ["MSA", code, header.raw(10)]]
    if problem is not None:
        words = _plain(problem.words, marks)
        location = _plain(problem.location, marks).replace(
            f"{marks.escape}S{marks.escape}", marks.component
        )
        segments.append(["ERR", "", location, problem.code, "E", "", "", "", words])
    lines = [marks.field.join(parts).rstrip(marks.field) for parts in segments]
    return ("\r".join(lines) + "\r").encode("latin-1")


def _plain(words: str, marks: Delimiters) -> str:
    return escape(words.encode("ascii", "replace").decode("ascii"), marks)


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement read: `is_final` when the sender need not send again."""

    code: str
    control_id: str
    words: str

    @property
    def is_accepted(self) -> bool:
        """AA or CA."""
        return self.code in ("AA", "CA")

    @property
    def is_final(self) -> bool:
        """Accepted or refused for good; an error asks to send again."""
        return self.code in ("AA", "CA", "AR", "CR")


def read_answer(data: bytes) -> Answer | None:
    """Read an acknowledgement, or None where the bytes are none. MSA-2 may be missing."""
    try:
        header = read_header(data)
    except ValueError:
        return None
    separator = header.delimiters.field
    for line in re.split(r"[\r\n]+", data.decode("latin-1")):
        if line.startswith("MSA" + separator):
            fields = [*line.split(separator), "", "", ""]
            return Answer(fields[1], fields[2], fields[3])
    return None
