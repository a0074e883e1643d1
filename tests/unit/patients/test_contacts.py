from __future__ import annotations

import pytest

from serein.core.errors import Refused
from serein.patients.rules import ContactKind, normal_contact, normal_phone, shown_phone


@pytest.mark.parametrize(
    ("typed", "normal", "read"),
    [
        ("(212) 555-0123", "+12125550123", "(212) 555-0123"),
        ("212.555.0123", "+12125550123", "(212) 555-0123"),
        ("+1 212 555 0123", "+12125550123", "(212) 555-0123"),
        ("212-555-0123 x45", "+12125550123;ext=45", "(212) 555-0123 ext. 45"),
        ("+44 20 7946 0018", "+442079460018", "+44 20 7946 0018"),
        ("555-397-1190", "+15553971190", "(555) 397-1190"),
        ("２１２-555-0123", "+12125550123", "(212) 555-0123"),
    ],
)
def test_phone(typed: str, normal: str, read: str) -> None:
    assert normal_phone(typed) == normal
    assert shown_phone(normal) == read
    assert normal_phone(normal) == normal


@pytest.mark.parametrize(
    "typed", ["", "12", "call me", "<script>", "9" * 10_000, "212555012345678"]
)
def test_no_phone(typed: str) -> None:
    with pytest.raises(Refused, match="Enter a phone number"):
        normal_phone(typed)


def test_what_cannot_be_read_is_shown_as_it_is() -> None:
    assert shown_phone("ask her sister") == "ask her sister"


def test_email() -> None:
    assert normal_contact(ContactKind.EMAIL, " Ann.Lee@Example.ORG ") == "Ann.Lee@example.org"
    for wrong in ("ann", "ann@", "ann@example", "a b@example.org", "a@b@example.org", "a" * 300):
        with pytest.raises(Refused, match="Enter an e-mail address"):
            normal_contact(ContactKind.EMAIL, wrong)


def test_address_keeps_its_lines() -> None:
    assert normal_contact(ContactKind.ADDRESS, " 1  Main St \n\n Salem ") == "1 Main St\nSalem"
    with pytest.raises(Refused, match="Enter the address"):
        normal_contact(ContactKind.ADDRESS, " \n ")
    with pytest.raises(Refused, match="Shorten"):
        normal_contact(ContactKind.ADDRESS, "a" * 501)
