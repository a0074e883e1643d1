"""Refusals that people can mend.

::

    Refused             what was asked cannot be done; the message says what would mend it
    ├── SomeoneActedFirst   the thing changed since the page was opened
    └── MoveNotAllowed      its state does not allow that move
    NotFound            no such thing, or not theirs to see
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serein.core.findings import Finding


class Refused(Exception):
    """An anticipated no. The message begins with the verb that mends it and is fit to be shown.

    ``field`` names the form field that the message belongs to, if there is one.
    """

    def __init__(
        self, message: str, findings: Iterable[Finding] = (), field: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.findings = tuple(findings)
        self.field = field


class SomeoneActedFirst(Refused):
    """The row changed since this page was opened."""

    def __init__(self, message: str = "Reload the page: someone else changed this first.") -> None:
        super().__init__(message)


class MoveNotAllowed(Refused):
    """The state table has no such move from here."""


class NotFound(Exception):
    """There is no such thing, or it is not this person's to see. Answered with 404."""
