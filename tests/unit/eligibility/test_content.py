"""The clinical content is checked when it is loaded."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from serein.eligibility.rules import ContentError, rule_set_version, screening
from serein.eligibility.rules.content import classes_from, medicine_classes, screening_from

GOOD: dict[str, Any] = {
    "version": "1",
    "section": [{"code": "mind", "name": "Mind"}],
    "question": [
        {
            "code": "psychosis",
            "section": "mind",
            "requires": "No psychosis",
            "asks": "Is there psychosis?",
            "concern": "Psychosis",
            "safe": "no",
            "weight": "stops",
            "class": "avoid",
            "valid_days": 90,
            "source": "A source",
        }
    ],
}


def test_the_content_in_use_is_well_formed_and_cites_a_source_everywhere() -> None:
    content = screening()

    assert {q.section for q in content.questions} <= {s.code for s in content.sections}
    assert all(q.source for q in content.questions)
    assert all(item.source and item.ingredients for item in medicine_classes())
    assert content.version in rule_set_version()


def test_every_absolute_contraindication_is_asked_about() -> None:
    assert {q.code for q in screening().questions} >= {
        "hypersensitivity",
        "pressure_hazard",
        "aneurysm",
        "cardiovascular",
        "psychosis",
        "mania",
        "suicide_risk",
        "substance_use",
        "liver",
        "pressure_head_eye",
        "head_injury_dementia",
        "pregnancy",
    }


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("code", "No Psychosis", "lower-case"),
        ("section", "nowhere", "nowhere"),
        ("safe", "maybe", "safe"),
        ("weight", "alarming", "alarming"),
        ("class", "bad", "bad"),
        ("valid_days", 0, "valid_days"),
        ("valid_days", "90", "valid_days"),
        ("source", "", "source"),
        ("contradicts", {"snomed": ["12"]}, "SNOMED"),
        ("contradicts", {"icd10": ["71.4"]}, "ICD-10"),
        ("opens_task", "urgent", "opens_task"),
        ("related", {"words": ["Aneurysm"]}, "lower case"),
    ],
)
def test_a_mistake_in_a_question_is_named(field: str, value: object, says: str) -> None:
    raw = copy.deepcopy(GOOD)
    raw["question"][0][field] = value

    with pytest.raises(ContentError, match=says):
        screening_from(raw)


def test_a_question_twice_or_none_at_all_is_refused() -> None:
    twice = {**GOOD, "question": GOOD["question"] * 2}

    with pytest.raises(ContentError, match="twice"):
        screening_from(twice)
    with pytest.raises(ContentError, match="at least one"):
        screening_from({**GOOD, "question": []})


def test_an_ingredient_belongs_to_one_class() -> None:
    item = {
        "code": "a",
        "name": "A",
        "weight": "to_note",
        "because": "b",
        "source": "s",
        "ingredients": ["x"],
    }

    with pytest.raises(ContentError, match="'x' is there twice"):
        classes_from({"class": [item, {**item, "code": "c"}]})
