"""Telephone numbers, e-mail and postal addresses in one written form each."""

from __future__ import annotations

import re
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from serein.core.errors import Refused

_REGION = "US"
_EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]+\.[^@\s<>,;\".]{2,}")


class ContactKind(StrEnum):
    """A way to reach someone."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


def normal_phone(text: str) -> str:
    """Write a telephone number in E.164 (+12125550123), numbers without a country as US.

    An extension is kept as ``;ext=12``.

    :raises Refused: when it is no possible number
    """
    try:
        number = phonenumbers.parse(text[:60], _REGION)
    except NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number) or len(text) > 60:
        raise Refused("Enter a phone number with area code, such as (212) 555-0123.")
    plain = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def shown_phone(normal: str) -> str:
    """Write a stored number the way people read it; what cannot be read is shown as it is."""
    try:
        number = phonenumbers.parse(normal.replace(";ext=", " x"), _REGION)
    except NumberParseException:
        return normal
    at_home = number.country_code == phonenumbers.country_code_for_region(_REGION)
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def normal_email(text: str) -> str:
    """Trim an e-mail address and lower its domain.

    :raises Refused: when it has not the shape of an address
    """
    plain = text.strip()
    if len(plain) > 254 or not _EMAIL.fullmatch(plain):
        raise Refused("Enter an e-mail address, such as name@example.org.")
    name, _, domain = plain.rpartition("@")
    return f"{name}@{domain.lower()}"


def normal_contact(kind: ContactKind, text: str) -> str:
    """Write a contact in the one form in which it is stored.

    :raises Refused: when it has not the shape of its kind
    """
    if kind is ContactKind.PHONE:
        return normal_phone(text)
    if kind is ContactKind.EMAIL:
        return normal_email(text)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    plain = "\n".join(line for line in lines if line)
    if not plain:
        raise Refused("Enter the address.")
    if len(plain) > 500:
        raise Refused("Shorten the address to 500 characters or fewer.")
    return plain
