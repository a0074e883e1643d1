"""What became of a file: taken, already here, left out and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serein.fhir.rules.facts import LeftOut


@dataclass(slots=True)
class Tally:
    """Counts while a file is stored."""

    taken: Counter[str] = field(default_factory=Counter)
    already: Counter[str] = field(default_factory=Counter)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def report(self) -> dict[str, object]:
        """Say it in plain data: counts by kind, reasons by count, malformed ones one by one."""
        reasons = Counter((one.kind, one.reason) for one in self.left_out if not one.is_malformed)
        return {
            "taken": dict(sorted(self.taken.items())),
            "already_here": dict(sorted(self.already.items())),
            "left_out": [
                {"kind": kind, "reason": reason, "count": count}
                for (kind, reason), count in sorted(reasons.items())
            ],
            "malformed": [
                {"kind": one.kind, "place": one.place, "reason": one.reason}
                for one in self.left_out
                if one.is_malformed
            ],
            "notes": [
                note if count == 1 else f"{note} ({count} times)"
                for note, count in Counter(self.notes).items()
            ],
        }
