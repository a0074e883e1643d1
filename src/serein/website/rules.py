"""How the buttons of the booking pages write a moment. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

_MOMENT = "%Y%m%dT%H%MZ"


def moment_text(at: datetime) -> str:
    """Write a moment as the buttons send it: UTC, to the minute."""
    return at.astimezone(UTC).strftime(_MOMENT)


def moment_in(text: str) -> datetime:
    """Read a moment that a button sent.

    :raises ValueError: it is none
    """
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
