from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.patients.rules import (
    age_years,
    folded,
    is_same_person,
    mrn_from,
    name_likeness,
    search_date,
    search_words,
)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1984, 3, 12), date(2026, 3, 11), 41),
        (date(1984, 3, 12), date(2026, 3, 12), 42),
        (date(2004, 2, 29), date(2022, 2, 28), 17),  # a leap-day birthday falls on 1 March
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2026, 3, 12), date(2026, 3, 12), 0),
    ],
)
def test_age(born: date, on: date, years: int) -> None:
    assert age_years(born, on) == years


def test_no_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_years(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("Nuñez", "nunez"),
        ("Garcia-López", "garcia lopez"),
        ("Łukasz Søren", "lukasz soren"),
        ("Straße", "strasse"),
        ("  Ann   Lee ", "ann lee"),
        ("St. John", "st john"),
        ("مُحَمَّد", "محمد"),
        ("\u202eשרה\u202c", "שרה"),
        ("Zoe\u0301", "zoe"),
        ("<script>", "script"),
        ("%_", ""),
    ],
)
def test_folding(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_search_words_are_few_and_short() -> None:
    assert search_words("Nuñez, Ana") == ("nunez", "ana")
    assert len(search_words("a " * 5000)) == 8
    assert search_words("100012-4") == ("100012", "4")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1984-03-12", date(1984, 3, 12)),
        (" 3/12/1984 ", date(1984, 3, 12)),
        ("13/12/1984", None),
        ("1984-02-30", None),
        ("１９８４-03-12", None),
        ("Reyes", None),
    ],
)
def test_search_by_birth_date(text: str, day: date | None) -> None:
    assert search_date(text) == day


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jordan Reyes", "Jordan Reyes", True),
        ("Jordan Reyes", "JORDAN REYES", True),
        ("Jordan Reyes", "Jordon Reyes", True),
        ("Jordan Reyes", "Reyes Jordan", True),
        ("Ana Nuñez", "Ana Nunez", True),
        ("Sean O'Brien", "Sean OBrien", True),
        ("Kathryn Smith", "Katherine Smith", True),
        ("Jordan Reyes", "Maria Reyes", False),
        ("Jordan Reyes", "Jordan Whitfield", False),
        ("Jordan Reyes", "", False),
    ],
)
def test_same_person(one: str, other: str, same: bool) -> None:
    assert is_same_person(one, other) is same
    assert name_likeness(one, other) == name_likeness(other, one)


def test_record_number_shows_a_slip() -> None:
    assert mrn_from(100001) == "100001-7"
    good = mrn_from(100012)
    number, check = good.split("-")
    for place in range(6):
        for digit in "0123456789":
            wrong = number[:place] + digit + number[place + 1 :]
            if wrong != number:
                assert mrn_from(int(wrong)).split("-")[1] != check
