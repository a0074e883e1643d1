"""From bytes to resources: what is no JSON, no FHIR, or no bundle we read stops the whole file."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from serein.core.errors import Refused

Resource = dict[str, Any]

BUNDLE_TYPES = ("transaction", "collection", "searchset")
MAX_BYTES = 64 * 1024 * 1024
_MAX_DIGITS = 40


class BadFile(Refused):
    """The file as a whole cannot be read. The message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource with the address it goes by and the place where it stands."""

    place: str
    full_url: str
    resource: Resource

    @property
    def where(self) -> str:
        """The place, with the resource's own id where it has one."""
        given = self.resource.get("id")
        return f"{self.place} ({given[:64]})" if isinstance(given, str) and given else self.place


@dataclass(frozen=True, slots=True)
class Document:
    """Everything in a file; ``broken`` lists (place, reason) of entries that hold no resource."""

    entries: tuple[Entry, ...]
    broken: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def read_document(raw: bytes) -> Document:
    """Read a FHIR R4 JSON file: a bundle of a known type, or a single resource.

    Numbers become Decimal, so that no digit is lost.

    :raises BadFile: empty, too large, truncated, not UTF-8, not JSON, not FHIR, or another bundle
    """
    root = _parsed(_text(raw))
    notes = ("The byte-order mark at the start was ignored.",) if _has_mark(raw) else ()
    if not isinstance(root, dict) or not isinstance(root.get("resourceType"), str):
        raise BadFile("Give a FHIR R4 file: this JSON has no resourceType.")
    if root["resourceType"] != "Bundle":
        return Document((Entry("the resource", "", root),), (), notes)
    kind = root.get("type")
    if kind not in BUNDLE_TYPES:
        known = ", ".join(BUNDLE_TYPES)
        raise BadFile(f"Give a bundle of one of these types: {known}. This one is {_short(kind)}.")
    listed = root.get("entry", [])
    if not isinstance(listed, list):
        raise BadFile("Check the bundle: its “entry” is not a list.")
    if not listed:
        raise BadFile("Give a bundle with entries: this one is empty.")
    return _entries(listed, notes)


def _entries(listed: list[Any], notes: tuple[str, ...]) -> Document:
    entries, broken = [], []
    for number, item in enumerate(listed, start=1):
        place = f"entry {number}"
        resource = item.get("resource") if isinstance(item, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            broken.append((place, "it holds no resource with a resourceType"))
            continue
        full_url = item.get("fullUrl", "")
        if not isinstance(full_url, str) or len(full_url) > 400:
            broken.append((place, "its fullUrl is not an address"))
            continue
        entries.append(Entry(place, full_url, resource))
    return Document(tuple(entries), tuple(broken), notes)


def _has_mark(raw: bytes) -> bool:
    return raw.startswith(codecs.BOM_UTF8)


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise BadFile(f"Split the file: it is larger than {MAX_BYTES // 1024 // 1024} MB.")
    if not raw.strip():
        raise BadFile("Give a file with content: this one is empty.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("Save the file as UTF-8: it holds bytes that are not.") from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_number,
            object_pairs_hook=_once_each,
        )
    except json.JSONDecodeError as wrong:
        if wrong.pos >= len(text.rstrip()) - 1 or wrong.msg.startswith("Unterminated"):
            raise BadFile(f"Fetch the file again: it breaks off in line {wrong.lineno}.") from None
        raise BadFile(
            f"Check the file: it is no JSON at line {wrong.lineno}, column {wrong.colno}."
        ) from None
    except RecursionError:
        raise BadFile("Check the file: it is nested too deep to be FHIR.") from None


def _number(text: str) -> Decimal:
    if len(text) > _MAX_DIGITS:
        raise BadFile(f"Check the numbers: one has more than {_MAX_DIGITS} digits.")
    return Decimal(text)


def _no_number(word: str) -> NoReturn:
    raise BadFile(f"Check the numbers: {word} is not allowed in JSON.")


def _once_each(pairs: list[tuple[str, Any]]) -> Resource:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadFile("Check the file: a field is given twice in one object.")
    return made


def _short(value: object) -> str:
    return f"“{value[:40]}”" if isinstance(value, str) else "not named"
