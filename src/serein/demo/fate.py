"""What is decided beforehand about one person's way through the demo clinic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a way ends, if it ends early, and visits that were fixed beforehand."""

    ends_at: str = ""
    in_danger: bool = False
    protocol: str = "B"
    fixed_starts: Sequence[Sequence[datetime]] = ()
    """Whole series to choose from; the first that is still free is booked."""
    stays: bool = False
