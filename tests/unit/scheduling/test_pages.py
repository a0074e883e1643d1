"""Pages: what is free on a day as text, and when such a text counts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serein.scheduling.rules import (
    Cover,
    CoverMode,
    DayBook,
    Job,
    Kind,
    Unit,
    day_masks,
    find_starts,
    infusion_type,
)
from serein.scheduling.rules.fit import place
from serein.scheduling.rules.pages import Page, Seal, read, written

DAY = date(2026, 3, 10)
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
OPENS = 5_899_000
VISIT = infusion_type()


def _day(seed: int, cover: CoverMode) -> DayBook:
    """A day of a small clinic, booked by chance."""
    chance = Random(seed)
    sizes = ((Kind.CHAIR, 4), (Kind.NURSE, 4), (Kind.PRESCRIBER, 2), (Kind.PUMP, 3))
    units = tuple(
        Unit(UUID(int=chance.getrandbits(128)), kind) for kind, size in sizes for _ in range(size)
    )
    book = DayBook(
        DAY, ((OPENS, OPENS + 40), (OPENS + 50, OPENS + 102)), units, cover=Cover(cover),
        unlimited=frozenset({Kind.MONITOR, Kind.ROOM, Kind.RECOVERY}),
    )  # fmt: skip
    for number in range(chance.randrange(6)):
        starts = find_starts(VISIT, [day_masks(book)], zone=ZONE)
        done = place(book, Job(number, VISIT), chance.choice(starts).tick) if starts else None
        book = done[0] if done else book
    return book


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from(CoverMode), st.booleans())
def test_a_page_says_what_was_written(seed: int, cover: CoverMode, is_held: bool) -> None:
    seal = Seal(uuid4(), seed, NOW + timedelta(microseconds=seed) if is_held else None)
    page = Page(seal, day_masks(_day(seed, cover)))
    assert read(written(page)) == page


def test_a_closed_day_has_a_page_too() -> None:
    page = Page(Seal(None, 0), day_masks(DayBook(DAY, ())))
    assert read(written(page)) == page
    assert page.masks.length == 0


def test_a_page_of_another_form_is_not_read() -> None:
    text = written(Page(Seal(None, 1), day_masks(_day(1, CoverMode.POOL))))
    older = json.dumps({**json.loads(text), "form": 0})
    assert read(text) is not None
    assert read(older) is None
    assert read("") is None


@pytest.mark.parametrize(("seconds", "holds"), [(-1, True), (0, False), (1, False)])
def test_a_page_ends_with_the_first_hold_that_it_counts(seconds: int, holds: bool) -> None:
    stamp = uuid4()
    seal = Seal(stamp, 3, until=NOW)
    assert seal.holds(stamp, 3, NOW + timedelta(seconds=seconds)) is holds
