"""What was sent to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import QueryDict

    from serein.accounts.requests import ClinicRequest


def sent(request: ClinicRequest) -> QueryDict | None:
    """Return what a form sent, even if it was empty; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None
