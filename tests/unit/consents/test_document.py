"""The document as a patient meets it: every element present, every source named, plain words."""

from __future__ import annotations

import re

import pytest

from serein.consents import rules

TEXT = rules.shipped_document().text
BODY, SOURCES = TEXT.split("## Where this comes from")


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ("off-label status", "has not approved it for PTSD"),
        ("compounded drug warning", "special pharmacies"),
        ("positive evidence", "30 people"),
        ("negative trial in veterans", "no clear help for PTSD"),
        ("small pooled effect", "small effect"),
        ("relapse", "4 to 6 weeks"),
        ("getting worse", "Some people feel worse"),
        ("talk therapy first", "first choice"),
        ("approved drugs", "sertraline and paroxetine"),
        ("no treatment", "no treatment now"),
        ("dose", "half a milligram for each kilogram"),
        ("number and duration", "6 to 8 visits over 2 to 4 weeks"),
        ("costs", "full price in writing"),
        ("dissociation", "far from your body"),
        ("blood pressure", "Higher blood pressure"),
        ("nausea", "sick to the stomach"),
        ("sight", "double vision"),
        ("anxiety", "panic"),
        ("dreams", "Vivid dreams"),
        ("breathing", "weak breathing"),
        ("bladder", "Bladder"),
        ("liver", "Liver"),
        ("thinking", "Memory and thinking"),
        ("dependence", "crave"),
        ("pregnancy", "pregnant"),
        ("other drugs", "Opioids"),
        ("driving", "Do not drive"),
        ("escort", "An adult must come"),
        ("right to stop", "You can stop during a visit"),
        ("data", "Each look at your record is logged"),
        ("recording", "do not record"),
        ("touch", "touch you only for care"),
        ("photos", "no photos"),
        ("computer programs", "No computer program decides"),
        ("emergency", "call 911"),
        ("crisis line", "text 988"),
        ("family contact", "family"),
        ("teach-back", "in your own words"),
    ],
)
def test_every_element_is_there(element: str, words: str) -> None:
    assert words in BODY, element


def test_every_key_names_a_source_and_every_source_is_used() -> None:
    used = set(re.findall(r"\[([SC]\d+)\]", BODY))
    listed = set(re.findall(r"\[([SC]\d+)\]", SOURCES))
    assert used == listed


def test_it_reads_at_grade_seven_or_below() -> None:
    assert grade(BODY) <= 7.0


@pytest.mark.parametrize("block", rules.blocks_of(BODY))
def test_no_sentence_is_long(block: rules.Block) -> None:
    for line in block.lines:
        assert all(len(words(sentence)) <= 25 for sentence in sentences(line)), line


def sentences(text: str) -> list[str]:
    plain = re.sub(r"\[[SC]\d+\]|\"", "", text)
    return [part for part in re.split(r"[.!?:]+\s|\n", plain + "\n") if words(part)]


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z']+", text)


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level: 0.39 words/sentence + 11.8 syllables/word - 15.59."""
    parts = sentences(text)
    said = words(re.sub(r"\[[SC]\d+\]", "", text))
    return 0.39 * len(said) / len(parts) + 11.8 * sum(map(syllables, said)) / len(said) - 15.59
