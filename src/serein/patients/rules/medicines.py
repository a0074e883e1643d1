"""Which substances a medicine contains, so that rules match the ingredient and not the brand."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from serein.patients.rules.identity import folded

_TABLE = Path(__file__).parent.parent / "content" / "ingredients.toml"
_BETWEEN = " + "


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return each ingredient with the names it goes by, as whole words."""
    table: dict[str, list[str]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["ingredients"]
    found = []
    for ingredient, names in table.items():
        words = sorted({folded(name) for name in (ingredient, *names)}, key=len, reverse=True)
        found.append((ingredient, re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")))
    return tuple(found)


def ingredients_in(text: str) -> tuple[str, ...]:
    """Name the known ingredients in a product text, in the order they are written.

    An empty answer means "not known", never "none".
    """
    plain = folded(text[:500])
    places = {}
    for ingredient, pattern in _patterns():
        if hit := pattern.search(plain):
            places[ingredient] = hit.span()
    kept = [name for name, span in places.items() if not _inside_longer(span, places)]
    return tuple(sorted(kept, key=lambda name: places[name][0]))


def _inside_longer(span: tuple[int, int], places: dict[str, tuple[int, int]]) -> bool:
    """Say whether a hit is only part of a longer name ("ketamine" inside "s ketamine")."""
    return any(
        other != span and other[0] <= span[0] and span[1] <= other[1] for other in places.values()
    )


def joined(ingredients: tuple[str, ...]) -> str:
    """Write several ingredients in one text: "acetaminophen + hydrocodone"."""
    return _BETWEEN.join(ingredients)


def split(ingredient: str) -> tuple[str, ...]:
    """Read that text again."""
    return tuple(part for part in ingredient.split(_BETWEEN) if part)
