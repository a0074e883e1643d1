"""HL7 v2 messages: bytes in, fields out, the same bytes back.

A message is split into segments once and into fields only where somebody looks; that is what makes
it quick. Raw text keeps its escapes; `text` methods resolve them after splitting, as the standard
wants. HL7 v2.6 chapter 2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bedside.text import STANDARD, Delimiters, codec, escape, unescape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADERS = frozenset({"MSH", "FHS", "BHS"})
NULL = '""'
"""What a sender writes to empty a field; an empty field means no change."""

_BOM = b"\xef\xbb\xbf"
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}\Z")
_HIDDEN_SEGMENT = re.compile(r"\n[A-Z][A-Z0-9]{2}(?=[^A-Za-z0-9\s])")


class NotHl7(ValueError):
    """The bytes are no HL7 v2 message; `position` is the byte (or character) where that shows."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at {position})")
        self.position = position


class WrongCharacters(NotHl7):
    """The bytes do not fit the character set that MSH-18 names."""


class Segment:
    """One segment, split into fields on first use. Fields, components … count from 1."""

    __slots__ = ("_fields", "delimiters", "encoding", "line", "name")

    def __init__(self, line: str, delimiters: Delimiters, encoding: str) -> None:
        self.line = line
        self.name = line[:3]
        self.delimiters = delimiters
        self.encoding = encoding
        self._fields: list[str] | None = None

    @property
    def fields(self) -> list[str]:
        """Raw fields, the name at 0; in MSH, FHS and BHS field 1 is the separator itself."""
        if self._fields is None:
            separator = self.delimiters.field
            self._fields = self.line.split(separator)
            if self.name in HEADERS:
                self._fields.insert(1, separator)
        return self._fields

    def raw(self, field: int) -> str:
        """Give a field as it came, escapes and all; empty where the segment is shorter."""
        fields = self.fields
        return fields[field] if field < len(fields) else ""

    def repetitions(self, field: int) -> list[str]:
        """Split a raw field at the repetition sign; MSH-2 is never split."""
        raw = self.raw(field)
        if field <= 2 and self.name in HEADERS:
            return [raw]
        return raw.split(self.delimiters.repetition)

    def components(self, field: int, repetition: int = 1) -> list[str]:
        """Give the components of one repetition as plain text."""
        raw = self.raw(field)
        delimiters = self.delimiters
        if field <= 2 and self.name in HEADERS:
            return [raw]
        if repetition > 1 or delimiters.repetition in raw:
            parts = raw.split(delimiters.repetition)
            if repetition > len(parts):
                return []
            raw = parts[repetition - 1]
        found = raw.split(delimiters.component)
        if raw.isascii() and delimiters.escape not in raw:
            return found
        return [unescape(part, delimiters, self.encoding) for part in found]

    def text(
        self, field: int, component: int = 1, repetition: int = 1, subcomponent: int = 0
    ) -> str:
        """Give one component as plain text, empty where there is none.

        `subcomponent` 0 takes the component whole; 1 and more take a part of it.
        """
        fields = self.fields
        if field >= len(fields):
            return ""
        raw = fields[field]
        if field <= 2 and self.name in HEADERS:
            return raw
        delimiters = self.delimiters
        if repetition > 1 or delimiters.repetition in raw:
            raw = _part(raw, delimiters.repetition, repetition)
        if component > 1 or delimiters.component in raw:
            raw = _part(raw, delimiters.component, component)
        if subcomponent:
            raw = _part(raw, delimiters.subcomponent, subcomponent)
        if raw.isascii() and delimiters.escape not in raw:
            return raw
        return unescape(raw, delimiters, self.encoding)


def _part(raw: str, sign: str, number: int) -> str:
    if sign not in raw:
        return raw if number == 1 else ""
    parts = raw.split(sign, number)
    return parts[number - 1] if number <= len(parts) else ""


class Message:
    """One message. `lines` are the raw segments in the order they came."""

    __slots__ = ("_segments", "delimiters", "encoding", "lines")

    def __init__(self, lines: list[str], delimiters: Delimiters, encoding: str) -> None:
        self.lines = lines
        self.delimiters = delimiters
        self.encoding = encoding
        self._segments: tuple[Segment, ...] | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All segments in order."""
        if self._segments is None:
            self._segments = tuple(
                Segment(line, self.delimiters, self.encoding) for line in self.lines
            )
        return self._segments

    @property
    def header(self) -> Segment:
        """The MSH segment."""
        return self.segments[0]

    @property
    def has_hidden_segment(self) -> bool:
        """Whether a bare line feed inside a field is followed by what looks like a segment.

        In a message whose segments end with CR a line feed is data; a sender that mixes both ends
        would lose a segment that way, and a person should look.
        """
        return any("\n" in line and _HIDDEN_SEGMENT.search(line) for line in self.lines)

    def all(self, name: str) -> list[Segment]:
        """Give every segment of a name, in order."""
        return [segment for segment in self.segments if segment.name == name]

    def first(self, name: str) -> Segment | None:
        """Give the first segment of a name."""
        return next((segment for segment in self.segments if segment.name == name), None)

    def rows(self, name: str) -> list[list[str]]:
        """Give the raw fields of every segment of a name: the quickest way to many of them.

        The name stands at 0, so row[3] is field 3 (for MSH, FHS and BHS use `Segment.raw`).
        """
        separator = self.delimiters.field
        return [line.split(separator) for line in self.lines if line[:3] == name]

    def text(self, name: str, field: int, component: int = 1, repetition: int = 1) -> str:
        """Give one component of the first segment of a name; empty where there is none."""
        segment = self.first(name)
        return "" if segment is None else segment.text(field, component, repetition)

    def encode(self) -> bytes:
        """Write the message in its own character set, each segment ended by CR."""
        return ("\r".join(self.lines) + "\r").encode(self.encoding)


def _delimiters(head: str) -> Delimiters:
    separator = head[3:4]
    if not separator or separator.isalnum() or separator.isspace() or not separator.isprintable():
        raise NotHl7("Name the field separator right after MSH", 3)
    marks = head[4:].split(separator, 1)[0]
    if len(marks) == 5 and marks[2] == marks[3]:
        marks = marks[:3] + marks[4:]  # some senders double the escape sign
    if not 4 <= len(marks) <= 5 or len({*marks, separator}) != len(marks) + 1:
        raise NotHl7("Give four different encoding characters in MSH-2", 4)
    if any(mark.isalnum() or mark.isspace() or not mark.isprintable() for mark in marks):
        raise NotHl7("Use signs, not letters or blanks, in MSH-2", 4)
    return Delimiters(separator, marks[0], marks[1], marks[2], marks[3], marks[4:])


_known: dict[str, Delimiters] = {"MSH|^~\\&|": STANDARD}


def read_header(data: bytes) -> Segment:
    """Read MSH alone, byte for byte (as Latin-1), so that even a broken message can be answered.

    Raises `NotHl7` where there is no MSH or no usable delimiters.
    """
    if data.startswith(_BOM):
        data = data[3:]
    if not data.startswith(b"MSH"):
        raise NotHl7("Start the message with MSH", 0)
    ends = [end for end in (data.find(b"\r"), data.find(b"\n")) if end >= 0]
    head = data[: min(ends, default=len(data))].decode("latin-1")
    delimiters = _known.get(head[:9]) or _delimiters(head)
    return Segment(head, delimiters, "latin-1")


def _encoding(header: Segment, data: bytes, *, has_bom: bool) -> str:
    raw = header.raw(18)
    if not raw:
        if has_bom:
            return "utf-8"
        return "ascii"
    named = raw.split(header.delimiters.repetition, 1)[0]
    encoding = codec(named)
    if encoding is None:
        position = data.find(named.encode("latin-1"))
        raise WrongCharacters("Name a character set in MSH-18 that is read here", position)
    return encoding


def _lines(text: str) -> list[str]:
    if "\r" not in text:
        return text.split("\n")
    if "\n" in text:
        text = text.replace("\r\n", "\r")
    return text.split("\r")


def parse(data: bytes) -> Message:
    """Read one message.

    Segments may end with CR, LF or CRLF; in a message that has CR, a bare LF is data. A UTF-8 mark
    in front is taken off. Raises `NotHl7` with the byte where the trouble starts, and
    `WrongCharacters` where the bytes do not fit MSH-18 (empty there means ASCII).
    """
    header = read_header(data)
    has_bom = data.startswith(_BOM)
    if has_bom:
        data = data[3:]
    encoding = _encoding(header, data, has_bom=has_bom)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        named = header.raw(18) or "nothing, so ASCII"
        raise WrongCharacters(
            f"Name the true character set in MSH-18: it says {named}", wrong.start
        ) from None
    lines = _lines(text)
    second = max(text.find("\rMSH"), text.find("\nMSH"))
    if second >= 0:
        raise NotHl7("Send one message in each frame", second + 1)
    starts = {line[:4] for line in lines}
    if "" in starts:
        lines = [line for line in lines if line]
        starts.discard("")
    for start in starts:
        if not _NAME.match(start[:3]) or start[3:] not in ("", header.delimiters.field):
            _refuse_segment(text, lines, start)
    return Message(lines, header.delimiters, encoding)


def _refuse_segment(text: str, lines: list[str], start: str) -> None:
    number = next(index for index, line in enumerate(lines) if line[:4] == start)
    position = max(text.find(lines[number]), 0)
    raise NotHl7(f"Begin segment {number + 1} with a name of three letters", position)


def compose(
    segments: Iterable[Sequence[str | Sequence[str]]],
    delimiters: Delimiters = STANDARD,
    encoding: str = "utf-8",
) -> bytes:
    """Write a message: each segment is its name and its fields, each field a text or its components.

    Texts are escaped. In MSH the first field given is MSH-3: both delimiter fields are ours.
    Trailing empty fields are left off. Raises `UnicodeEncodeError` where `encoding` lacks a letter.
    """
    lines = []
    for name, *fields in segments:
        written = [
            escape(field, delimiters)
            if isinstance(field, str)
            else delimiters.component.join(escape(part, delimiters) for part in field).rstrip(
                delimiters.component
            )
            for field in fields
        ]
        start = [str(name), delimiters.msh_2] if name in HEADERS else [str(name)]
        lines.append(delimiters.field.join([*start, *written]).rstrip(delimiters.field))
    return ("\r".join(lines) + "\r").encode(encoding)
