"""Where the model of levels ends: people outside those it came from, and what was measured."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pharmacokinetics import library, observed
from pharmacokinetics.observed import Observation
from serein.core.findings import Finding, Weight
from serein.core.quantities import shown

CONTENT = Path(__file__).parents[1] / "content" / "level_medicines.toml"
OBSERVED_ORDER = (Decimal("0.5"), 40)
"""mg/kg and minutes after which patients and volunteers were measured."""

RANGE_SOURCE = "the models come from people of 53 to 93 kg; limits: clinic default, review"
AGE_SOURCE = "no age was kept in the model; limit: clinic default, review"


@dataclass(frozen=True, slots=True)
class LevelMedicine:
    """Medicines that may change ketamine levels in one way."""

    code: str
    because: str
    source: str
    ingredients: tuple[str, ...]


@cache
def level_medicines() -> tuple[LevelMedicine, ...]:
    """The reviewed list of medicines, from ``content/level_medicines.toml``."""
    content = tomllib.loads(CONTENT.read_text(encoding="utf-8"))
    return tuple(
        LevelMedicine(**{**entry, "ingredients": tuple(entry["ingredients"])})
        for entry in content["medicines"]
    )


def observed_for(mg_per_kg: Decimal, minutes: int) -> tuple[Observation, ...]:
    """The levels published after the same order; after another dose they say nothing about it."""
    if (mg_per_kg, minutes) != OBSERVED_ORDER:
        return ()
    return observed.zarate(), observed.krystal()


def level_findings(
    *, weight_kg: Decimal, age_years: int, ingredients: Iterable[str]
) -> tuple[Finding, ...]:
    """Say in what a person lies outside the people the model came from; nothing here stops."""
    found = []
    if not library.LIGHTEST_KG <= weight_kg <= library.HEAVIEST_KG:
        low, high = shown(int(library.LIGHTEST_KG)), shown(int(library.HEAVIEST_KG), "kg")
        found.append(
            _note(
                "level-weight",
                f"{shown(weight_kg, 'kg', 1)} lies outside {low} to {high}: the model is stretched "
                "beyond the people it came from.",
                RANGE_SOURCE,
            )
        )
    if age_years > library.OLDEST_YEARS:
        found.append(
            _note(
                "level-age",
                f"Age {age_years} is above {library.OLDEST_YEARS:g}: the model came from younger "
                "people and takes no account of age.",
                AGE_SOURCE,
            )
        )
    taken = set(ingredients)
    for each in level_medicines():
        found += [
            _note(f"level-{each.code}", _medicine_words(name, each), each.source)
            for name in each.ingredients
            if name in taken
        ]
    return tuple(found)


def _medicine_words(name: str, each: LevelMedicine) -> str:
    return f"Takes {name}. {each.because} The model takes no account of this."


def _note(code: str, because: str, source: str) -> Finding:
    return Finding(code, Weight.TO_NOTE, because, source)
