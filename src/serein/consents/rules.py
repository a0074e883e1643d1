"""When a signed consent covers an infusion, and whose name counts as a signature.

The elements of the document follow docs/science/references.md (S1-S8, S21, S30, S55). How long a
signature holds has no published source: 183 days is a clinic default, to be reviewed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from serein.core.findings import Finding, Weight

CLINIC_DEFAULT = "clinic default, review"
VALID_DAYS = 183
SHIPPED = Path(__file__).parent / "content" / "iv-ketamine-v1.toml"


class Method(StrEnum):
    """How the patient signed."""

    IN_PERSON = "in_person"
    ON_PAPER = "on_paper"


class NameMatch(StrEnum):
    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of the document."""

    version: str
    keeps_valid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature as it stands."""

    version: str
    signed_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shipped:
    """A document that comes with the program, ready to be published."""

    version: str
    title: str
    text: str
    issued_date: date
    valid_days: int


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document: a heading, a paragraph or a list."""

    kind: str  # "heading", "paragraph" or "list"
    lines: tuple[str, ...]


def consent_findings(
    *, signed: Signed | None, in_force: Version | None, at: datetime
) -> tuple[Finding, ...]:
    """List why a signature does not cover an infusion at this moment; none means it does."""
    if in_force is None:
        return (_stop("no-document", "Publish a consent document first: none is in force."),)
    if signed is None or signed.signed_at > at:
        return (_stop("consent-missing", "Ask the patient to sign the consent: none is signed."),)
    found: list[Finding] = []
    if signed.withdrawn_at is not None and signed.withdrawn_at <= at:
        found.append(
            _stop("consent-withdrawn", f"Withdrawn on {_day(signed.withdrawn_at)}. Ask again.")
        )
    if signed.expires_at <= at:
        found.append(_stop("consent-expired", f"Expired on {_day(signed.expires_at)}. Sign again."))
    if signed.version != in_force.version and signed.version not in in_force.keeps_valid:
        found.append(
            _stop(
                "consent-old-version",
                f"Signed version {signed.version}; version {in_force.version} is in force. "
                "Sign the new version.",
            )
        )
    return tuple(found)


def expires_at(*, signed_at: datetime, valid_days: int) -> datetime:
    """Say when a signature ends.

    :raises ValueError: ``valid_days`` is below 1
    """
    if valid_days < 1:
        raise ValueError("a consent is valid for at least one day")
    return signed_at + timedelta(days=valid_days)


def name_match(*, typed: str, names: Sequence[str]) -> NameMatch:
    """Compare a typed signature with the names on the record.

    Case, accents, punctuation and word order do not count. "Close" means that the names share a
    word, for example a family name with another first name or initial.
    """
    signature = _words(typed)
    if not signature:
        return NameMatch.DIFFERENT
    known = [_words(name) for name in names if _words(name)]
    if any(signature == name for name in known):
        return NameMatch.SAME
    if any(signature & name for name in known):
        return NameMatch.CLOSE
    return NameMatch.DIFFERENT


def blocks_of(text: str) -> tuple[Block, ...]:
    """Split a document into headings ("## "), lists ("- ") and paragraphs."""
    blocks: list[Block] = []
    for chunk in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            blocks.append(Block("heading", (lines[0].removeprefix("## "),)))
            lines = lines[1:]
        items = tuple(line.removeprefix("- ") for line in lines if line.startswith("- "))
        prose = " ".join(line for line in lines if not line.startswith("- "))
        if prose:
            blocks.append(Block("paragraph", (prose,)))
        if items:
            blocks.append(Block("list", items))
    return tuple(blocks)


def shipped_document(path: Path = SHIPPED) -> Shipped:
    """Read the consent document that comes with the program.

    :raises KeyError: a part of the file is missing
    """
    with path.open("rb") as source:
        content = tomllib.load(source)
    parts = [_part(section) for section in content["section"]]
    parts.append(_sources(content["sources"]))
    return Shipped(
        version=content["version"],
        title=content["title"],
        text="\n\n".join(parts),
        issued_date=content["issued_date"],
        valid_days=content["valid_days"],
    )


def _part(section: Mapping[str, str]) -> str:
    return f"## {section['heading']}\n\n{section['text'].strip()}"


def _sources(sources: Mapping[str, str]) -> str:
    lines = "\n".join(f"- [{key}] {words}" for key, words in sources.items())
    return f"## Where this comes from\n\n{lines}"


def _words(name: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFKD", name.replace("'", "").replace("\u2019", "")).casefold()
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return frozenset(re.findall(r"[^\W_]+", plain))


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _stop(code: str, because: str) -> Finding:
    return Finding(code=code, weight=Weight.STOPS, because=because, source=CLINIC_DEFAULT)
