"""What messages say: times by the clinic's clock, and nothing that tells why somebody comes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import serein.messaging
from serein.accounts.models import Site
from serein.messaging.queries import ClinicalWord, Links, Words, words_for
from serein.messaging.rules import (
    ANSWERS,
    Channel,
    Given,
    Kind,
    clinical_words_in,
    read_arguments,
    stored_arguments,
)

TEMPLATES = Path(serein.messaging.__file__).parent / "templates" / "messaging" / "words"
FILES = sorted(TEMPLATES.glob("*.txt"))
TUESDAY = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 11, 18, 30, tzinfo=UTC)
CHANNELS = [Channel.SMS, Channel.EMAIL]


def clinic(name: str = "Stillwater Clinic") -> Site:
    return Site(name=name, timezone="America/New_York", phone="(540) 555-0142", opened_at=TUESDAY)


def arguments(kind: Kind, *, full: bool = True) -> dict[str, Given]:
    given: dict[str, Given] = {"starts_at": TUESDAY}
    if kind is Kind.MOVED or (kind is Kind.OFFER and full):
        given["was_at"] = WEDNESDAY
    if kind is Kind.OFFER:
        given["answer_by"] = WEDNESDAY
    if full and kind in (Kind.PREPARE, Kind.CONFIRM, Kind.REMIND, Kind.TODAY):
        given["needs_driver"] = True
    if full and kind is Kind.BOOKED:
        return {"times": [WEDNESDAY, TUESDAY]}
    return given


def written(kind: Kind, channel: Channel, *, full: bool = True, site: Site | None = None) -> Words:
    links = Links(
        answer_url="https://clinic.example/a/abc/" if kind in ANSWERS else "",
        stop_url="https://clinic.example/stop/xyz/",
    )
    return words_for(
        kind=kind, channel=channel, given=arguments(kind, full=full), site=site or clinic(),
        links=links,
    )  # fmt: skip


def test_every_kind_has_its_words_on_every_channel() -> None:
    wanted = {f"{kind}.{channel}.txt" for kind in [*Kind, "_stop"] for channel in CHANNELS}
    assert {path.name for path in FILES} == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_template_holds_a_clinical_word(path: Path) -> None:
    assert clinical_words_in(path.read_text()) == ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    text = re.sub(
        r"\{% blocktranslate.*?endblocktranslate %\}", "", path.read_text(), flags=re.DOTALL
    )
    left = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\?answer=\w+", "", text)
    assert re.findall(r"[A-Za-z]+", left) == []


@pytest.mark.parametrize(
    "words",
    [
        "ketamine", "Your infusion is tomorrow", "PTSD", "a psychiatric visit", "Dose 2 of 6",
        "your treatment", "IV therapy", "Take your medication", "Trauma group", "medical",
    ],
)  # fmt: skip
def test_the_check_knows_words_that_tell_too_much(words: str) -> None:
    assert clinical_words_in(words)


def test_the_check_leaves_plain_words_alone() -> None:
    assert (
        clinical_words_in("Your visit at Stillwater Clinic, drive and ivy, Ivan lives here") == ()
    )
    assert clinical_words_in("https://ketamine.example/a/1/ is the operator's own address") == ()


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("full", [True, False])
def test_a_written_message_is_plain_and_whole(kind: Kind, channel: Channel, full: bool) -> None:
    words = written(kind, channel, full=full)
    text = f"{words.subject}\n{words.text}"
    assert clinical_words_in(text) == ()
    assert "10:00" in text
    assert "New York time" in text
    assert "Stillwater Clinic" in text
    assert "{" not in text
    assert "&#" not in text
    assert "https://clinic.example/stop/xyz/" in text
    assert bool(words.subject) == (channel is Channel.EMAIL)
    if kind in ANSWERS:
        assert "https://clinic.example/a/abc/" in text
    if channel is Channel.SMS:
        assert "\n" not in words.text
        assert len(words.text) <= 320 + len("https://clinic.example/stop/xyz/")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("kind", list(Kind))
def test_sentences_are_short_enough_for_everybody(kind: Kind, channel: Channel) -> None:
    """Seventh-grade reading: no sentence above 22 words, few long words."""
    text = re.sub(r"https?://\S+", "", written(kind, channel).text)
    sentences = [each for each in re.split(r"[.?!:\n;]", text) if each.strip()]
    assert max(len(each.split()) for each in sentences) <= 22
    words = re.findall(r"[A-Za-z']+", text)
    assert sum(len(word) > 9 for word in words) / len(words) < 0.1


def test_the_driver_is_named_only_where_one_is_needed() -> None:
    with_driver = written(Kind.CONFIRM, Channel.SMS)
    without = written(Kind.CONFIRM, Channel.SMS, full=False)
    assert "takes you home" in with_driver.text
    assert "home" not in without.text


def test_a_series_is_told_in_one_message_in_order() -> None:
    text = written(Kind.BOOKED, Channel.EMAIL).text
    assert text.index("Tuesday, March 10, 10:00") < text.index("Wednesday, March 11, 14:30")


def test_a_moved_visit_names_both_times() -> None:
    text = written(Kind.MOVED, Channel.SMS).text
    assert "moved to Tuesday, March 10, 10:00" in text
    assert "It was Wednesday, March 11, 14:30" in text


@pytest.mark.parametrize("name", ["Blue Ridge Ketamine", "Trauma & PTSD Center"])
def test_a_clinic_whose_name_tells_too_much_is_not_named(name: str) -> None:
    text = written(Kind.REMIND, Channel.SMS, site=clinic(name)).text
    assert name not in text
    assert "Your clinic:" in text


def test_a_message_that_would_tell_too_much_is_not_written() -> None:
    site = clinic()
    site.phone = "the infusion desk"
    with pytest.raises(ClinicalWord):
        written(Kind.REMIND, Channel.SMS, site=site)


@pytest.mark.parametrize("kind", list(Kind))
def test_arguments_come_back_as_they_were_given(kind: Kind) -> None:
    given = arguments(kind)
    assert read_arguments(kind, stored_arguments(kind, given)) == given


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Kind.REMIND, {}),
        (Kind.REMIND, {"starts_at": TUESDAY, "note": True}),
        (Kind.MOVED, {"starts_at": TUESDAY}),
        (Kind.REMIND, {"starts_at": datetime(2026, 3, 10)}),  # noqa: DTZ001 - the fault itself
        (Kind.REMIND, {"starts_at": "ketamine at ten"}),
        (Kind.BOOKED, {"times": TUESDAY}),
    ],
)
def test_free_text_and_half_facts_are_refused(kind: Kind, given: dict[str, Given]) -> None:
    with pytest.raises((ValueError, TypeError)):
        stored_arguments(kind, given)
