"""The public words are plain, honest and sourced."""

from __future__ import annotations

import re
from collections.abc import Iterator

from serein.website import presenters

PAGE = presenters.home_page()


def lines() -> Iterator[str]:
    yield from map(str, PAGE.may_suit)
    yield from map(str, PAGE.may_not_suit)
    for _, words in (*PAGE.visit, *PAGE.start):
        yield str(words)
    for card in PAGE.evidence:
        yield str(card.finding)


def test_every_claim_names_its_source_and_size() -> None:
    for card in PAGE.evidence:
        assert card.url.startswith("https://doi.org/10.")
        assert re.search(r"\d+ people", str(card.people))
        assert card.source


def test_the_evidence_holds_the_trial_that_found_nothing() -> None:
    against = [card for card in PAGE.evidence if "Abdallah" in card.source]
    assert len(against) == 1
    assert "No clear help for PTSD" in str(against[0].finding)


def test_nothing_promises_or_cries_out() -> None:
    text = " ".join(lines()).casefold()
    for word in ("!", "cure", "breakthrough", "proven", "guarantee", "successfully"):
        assert word not in text


def test_sentences_are_short() -> None:
    for line in lines():
        for sentence in re.split(r"[.!?;]\s", line):
            assert len(sentence.split()) <= 20, sentence
