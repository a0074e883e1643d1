"""A day's masks as one line of text, with what they were worked out from.

Such a page may be read instead of the day's visits, shifts and things only while its seal is the one
that the day has now: the stamp of its site, its version, and no hold on it that has run out since.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from serein.scheduling.rules.book import CoverMode
from serein.scheduling.rules.day import DayMasks
from serein.scheduling.rules.phases import Kind

FORM = 1
"""Counts up with the meaning of masks, so that a newer program never reads an older page."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a page was worked out from, and the first end of a hold that it counts."""

    stamp: UUID | None
    version: int
    until: datetime | None = None

    def holds(self, stamp: UUID | None, version: int, at: datetime) -> bool:
        """Say whether nothing has changed since."""
        alive = self.until is None or at < self.until
        return alive and (self.stamp, self.version) == (stamp, version)


@dataclass(frozen=True, slots=True)
class Page:
    """The masks of a day under their seal."""

    seal: Seal
    masks: DayMasks


def written(page: Page) -> str:
    """Return a page as text. Its units must be named by UUIDs, as those of a clinic are."""
    seal, masks = page.seal, page.masks
    return json.dumps(
        {
            "form": FORM,
            "stamp": seal.stamp and str(seal.stamp),
            "version": seal.version,
            "until": seal.until and seal.until.isoformat(),
            "day": masks.day.isoformat(),
            "origin": masks.origin,
            "length": masks.length,
            "blocks": masks.blocks,
            "free": {
                kind: {str(u): free for u, free in units} for kind, units in masks.free.items()
            },
            "counts": {kind: counts.hex() for kind, counts in masks.counts.items()},
            "cover": masks.cover,
            "nurses": {str(nurse): free.hex() for nurse, free in masks.nurses},
            "relief": masks.relief.hex(),
            "on_site": masks.on_site,
            "unlimited": sorted(masks.unlimited),
        },
        separators=(",", ":"),
    )


def read(text: str) -> Page | None:
    """Return the page that a text holds; None if there is none, or one of another form."""
    if not text:
        return None
    found: dict[str, Any] = json.loads(text)
    if found["form"] != FORM:
        return None
    until, stamp = found["until"], found["stamp"]
    return Page(
        Seal(
            stamp and _known_id(stamp),
            found["version"],
            until and datetime.fromisoformat(until),
        ),
        DayMasks(
            day=date.fromisoformat(found["day"]),
            origin=found["origin"],
            length=found["length"],
            blocks=tuple((opens, closes) for opens, closes in found["blocks"]),
            free={
                Kind(kind): tuple([(_known_id(unit), free) for unit, free in units.items()])
                for kind, units in found["free"].items()
            },
            counts={Kind(kind): bytes.fromhex(row) for kind, row in found["counts"].items()},
            cover=CoverMode(found["cover"]),
            nurses=tuple(
                (_known_id(who), bytes.fromhex(row)) for who, row in found["nurses"].items()
            ),
            relief=bytes.fromhex(found["relief"]),
            on_site=found["on_site"],
            unlimited=frozenset(Kind(kind) for kind in found["unlimited"]),
        ),
    )


_ids: dict[str, UUID] = {}


def _known_id(text: str) -> UUID:
    """The id that a text names; the same few units stand on every page."""
    if text not in _ids:
        _ids[text] = UUID(text)
    return _ids[text]
