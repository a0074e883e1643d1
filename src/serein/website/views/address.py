"""How much one address may send, without keeping the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import salted_hmac

from serein.intake import queries, rules

if TYPE_CHECKING:
    from serein.accounts.requests import ClinicRequest


def too_many(request: ClinicRequest, *, is_danger: bool = False) -> bool:
    """Say whether this address has sent more than the forms take in a quarter of an hour."""
    since = request.at - rules.SENDING_WINDOW
    sent = queries.sent_from(address_digest(request), since=since)
    return rules.too_many(sent=sent, is_danger=is_danger)


def address_digest(request: ClinicRequest) -> str:
    """Name an address without keeping it."""
    address = request.META.get("REMOTE_ADDR", "")
    return salted_hmac("serein.website.ask", address, settings.SECRET_KEY).hexdigest()
