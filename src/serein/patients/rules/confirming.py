"""A value that is possible but unlikely is stored only when a person confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.errors import Refused
from serein.core.findings import stops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from serein.core.findings import Finding


class Unconfirmed(Refused):
    """Nothing is wrong for certain: the findings must be read and confirmed."""


def confirm(findings: Sequence[Finding], *, field: str, is_confirmed: bool) -> None:
    """Let a value pass when nothing speaks against it, or when somebody confirmed it.

    :raises Refused: a finding stops it, confirmed or not
    :raises Unconfirmed: findings must be confirmed first
    """
    if stops(findings):
        raise Refused(findings[0].because, field=field)
    if findings and not is_confirmed:
        raise Unconfirmed("Confirm this value, or correct it.", findings, field)
