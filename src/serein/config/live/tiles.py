"""The tiles of all chairs, drawn once for everybody who has them open, and sent down their streams.

A change would otherwise let every open page fetch the same tiles: 200 pages, 200 times the work.
Here one drawing serves all readers of a role, at most twice a second, after a change or when time
alone has changed what the tiles say (minutes in, next due, silence).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from serein.workspace.views import tiles_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from serein.core.actors import Actor

DRAW_EVERY_SECONDS = 0.5
"""At most so often, however much is charted."""

LOOK_EVERY_SECONDS = 1.0
"""So often they are drawn without a change; they are sent only where their words differ."""

_BETWEEN_LINES = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The tiles as one event, ready to be sent. Every change up to ``number`` is in them."""

    number: int
    event: bytes
    words: str


def draw(
    readers: Iterable[Actor], number: int, before: dict[tuple[UUID, str], Drawn]
) -> dict[tuple[UUID, str], Drawn]:
    """Draw for each site and role among the readers; what says the same stays the same object."""
    sites: dict[UUID, list[Actor]] = {}
    for reader in readers:
        sites.setdefault(reader.site_id, []).append(reader)
    drawn: dict[tuple[UUID, str], Drawn] = {}
    for site_id, people in sites.items():
        for role, text in tiles_for(readers=people, at=timezone.now()).items():
            words = _BETWEEN_LINES.sub(" ", text.strip())
            known = before.get((site_id, role))
            is_same = known is not None and known.words == words
            drawn[site_id, role] = known if known and is_same else _event(number, words)
    return drawn


def _event(number: int, words: str) -> Drawn:
    return Drawn(number, f"event: part\nid: {number}\ndata: {words}\n\n".encode(), words)
