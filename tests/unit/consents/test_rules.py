from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from serein.consents import rules
from serein.consents.rules import NameMatch, Signed, Version

SIGNED_AT = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
EXPIRES_AT = SIGNED_AT + timedelta(days=183)
LATER = SIGNED_AT + timedelta(days=30)


def signed(
    *,
    version: str = "1.0",
    signed_at: datetime = SIGNED_AT,
    expires_at: datetime = EXPIRES_AT,
    withdrawn_at: datetime | None = None,
) -> Signed:
    return Signed(version, signed_at, expires_at, withdrawn_at)


@pytest.mark.parametrize(
    ("signature", "in_force", "at", "codes"),
    [
        (signed(), Version("1.0"), LATER, []),
        (signed(), Version("1.0"), SIGNED_AT, []),
        (None, Version("1.0"), LATER, ["consent-missing"]),
        (signed(), Version("1.0"), SIGNED_AT - timedelta(seconds=1), ["consent-missing"]),
        (signed(), None, LATER, ["no-document"]),
        (signed(), Version("1.0"), EXPIRES_AT - timedelta(seconds=1), []),
        (signed(), Version("1.0"), EXPIRES_AT, ["consent-expired"]),
        (signed(), Version("2.0"), LATER, ["consent-old-version"]),
        (signed(), Version("2.0", frozenset({"1.0"})), LATER, []),
        (signed(), Version("2.0", frozenset({"1.1"})), LATER, ["consent-old-version"]),
        (signed(withdrawn_at=LATER), Version("1.0"), LATER, ["consent-withdrawn"]),
        (signed(withdrawn_at=LATER), Version("1.0"), LATER - timedelta(seconds=1), []),
        (
            signed(withdrawn_at=LATER),
            Version("2.0"),
            EXPIRES_AT,
            ["consent-withdrawn", "consent-expired", "consent-old-version"],
        ),
    ],
)
def test_what_a_signature_covers(
    signature: Signed | None, in_force: Version | None, at: datetime, codes: list[str]
) -> None:
    found = rules.consent_findings(signed=signature, in_force=in_force, at=at)
    assert [finding.code for finding in found] == codes
    assert all(finding.because and finding.source for finding in found)


def test_the_end_is_counted_in_days() -> None:
    assert rules.expires_at(signed_at=SIGNED_AT, valid_days=183) == EXPIRES_AT
    with pytest.raises(ValueError, match="at least one day"):
        rules.expires_at(signed_at=SIGNED_AT, valid_days=0)


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("Siobhan O'Brien", NameMatch.SAME),
        ("siobhan o\u2019brien", NameMatch.SAME),
        ("O'BRIEN, Siobhán", NameMatch.SAME),
        ("S. O'Brien", NameMatch.CLOSE),
        ("Siobhan Murphy", NameMatch.CLOSE),
        ("Sho O'Brien", NameMatch.SAME),
        ("Jordan Reyes", NameMatch.DIFFERENT),
        ("x", NameMatch.DIFFERENT),
        ("", NameMatch.DIFFERENT),
        ("---", NameMatch.DIFFERENT),
    ],
)
def test_a_signature_is_compared_loosely(typed: str, match: NameMatch) -> None:
    names = ("Siobhan O'Brien", "Sho O'Brien")
    assert rules.name_match(typed=typed, names=names) is match


def test_text_becomes_headings_paragraphs_and_lists() -> None:
    blocks = rules.blocks_of("## One\n\nFirst line\nsecond line.\n\n- a\n- b\n")
    assert [(block.kind, block.lines) for block in blocks] == [
        ("heading", ("One",)),
        ("paragraph", ("First line second line.",)),
        ("list", ("a", "b")),
    ]
    assert rules.blocks_of("") == ()


def test_the_shipped_document_is_whole() -> None:
    shipped = rules.shipped_document()
    assert shipped.version == "1.0"
    assert shipped.valid_days == rules.VALID_DAYS == 183
    assert isinstance(shipped.issued_date, date)
    assert "not approved" in shipped.text
