from __future__ import annotations

import pytest

from serein.patients.rules import ingredients_in, joined, split


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("Hydrochlorothiazide 25 MG", ("hydrochlorothiazide",)),
        ("Acetaminophen/Hydrocodone", ("acetaminophen", "hydrocodone")),
        ("diphenhydrAMINE Hydrochloride 25 MG Oral Tablet", ("diphenhydramine",)),
        ("NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector", ("epinephrine",)),
        ("Penicillin V Potassium 500 MG Oral Tablet", ("penicillin V",)),
        ("xanax 0.5 mg at night", ("alprazolam",)),
        ("Spravato 84 mg", ("esketamine",)),
        ("S-ketamine nasal", ("esketamine",)),
        ("ketamine lozenge", ("ketamine",)),
        ("St. John's Wort", ("St John's wort",)),
        ("Tylenol with codeine", ("acetaminophen", "codeine")),
        ("a herbal tea", ()),
        ("", ()),
    ],
)
def test_ingredient_is_found_in_the_product_text(text: str, ingredients: tuple[str, ...]) -> None:
    assert ingredients_in(text) == ingredients


def test_ingredients_can_be_read_back() -> None:
    assert split(joined(("acetaminophen", "hydrocodone"))) == ("acetaminophen", "hydrocodone")
    assert split("") == ()
