"""Taking parts out of a resource without trusting their types."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.fhir.rules.times import TimeUnclear, day_from, when_from
from serein.fhir.rules.units import converted, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from serein.fhir.rules.facts import When
    from serein.fhir.rules.reading import Resource


class NotTaken(Exception):
    """The resource is sound and is left out on purpose."""


class Malformed(Exception):
    """The resource is not as FHIR says it must be, or says too little to be used."""


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of one system, with its words."""

    system: str
    code: str
    display: str


def text_of(holder: Resource, name: str, *, at_most: int = 300) -> str:
    """Return a text, or "" where there is none.

    :raises Malformed: not a text, too long, or with characters that cannot be stored
    """
    value = holder.get(name, "")
    if not isinstance(value, str):
        raise Malformed(f"{name} is not text")
    if len(value) > at_most:
        raise Malformed(f"{name} is longer than {at_most} characters")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t\r" for sign in value):
        raise Malformed(f"{name} holds characters that cannot be stored")
    return unicodedata.normalize("NFC", " ".join(value.split()))


def part_of(holder: Resource, name: str) -> Resource:
    """Return an object, or an empty one.

    :raises Malformed: something else than an object
    """
    value = holder.get(name, {})
    if not isinstance(value, dict):
        raise Malformed(f"{name} is not an object")
    return value


def parts_of(holder: Resource, name: str) -> tuple[Resource, ...]:
    """Return a list of objects, or an empty one.

    :raises Malformed: something else than a list of objects
    """
    value = holder.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(f"{name} is not a list of objects")
    return tuple(value)


def codings_of(concept: Resource) -> tuple[Coding, ...]:
    """Return the codes of a CodeableConcept.

    :raises Malformed: wrong types inside
    """
    return tuple(
        Coding(
            text_of(one, "system", at_most=255),
            text_of(one, "code", at_most=60),
            text_of(one, "display"),
        )
        for one in parts_of(concept, "coding")
    )


def best_coding(concept: Resource, systems: Iterable[str]) -> Coding:
    """Return the code of the first preferred system, else the first code, else an empty one."""
    codings = [one for one in codings_of(concept) if one.code]
    for system in systems:
        for one in codings:
            if one.system == system:
                return one
    return codings[0] if codings else Coding("", "", "")


def words_of(concept: Resource, coding: Coding) -> str:
    """Return what a concept says in words.

    :raises Malformed: neither text nor display
    """
    words = text_of(concept, "text") or coding.display
    if not words:
        raise Malformed("code has neither text nor display")
    return words


def code_in(holder: Resource, name: str) -> str:
    """Return the first code of a CodeableConcept, such as a clinicalStatus."""
    codings = codings_of(part_of(holder, name))
    return codings[0].code if codings else ""


def day_in(holder: Resource, name: str) -> date | None:
    """Return a whole day, or None where it is missing.

    :raises Malformed: no date, or only a part of one
    """
    value = text_of(holder, name, at_most=60)
    if not value:
        return None
    try:
        return day_from(value)
    except TimeUnclear as wrong:
        raise Malformed(f"{name}: {wrong}") from None


def known_day(holder: Resource, name: str) -> date | None:
    """Return a whole day; a missing or partial date is "not known" and never made up."""
    try:
        return day_in(holder, name)
    except Malformed:
        if len(text_of(holder, name, at_most=60)) in {4, 7}:
            return None
        raise


def moment_in(resource: Resource) -> When:
    """Return when something was observed: effectiveDateTime, effectiveInstant or a period's start.

    :raises Malformed: missing or unclear
    """
    for name in ("effectiveDateTime", "effectiveInstant"):
        if value := text_of(resource, name, at_most=60):
            break
    else:
        name = "effectivePeriod.start"
        value = text_of(part_of(resource, "effectivePeriod"), "start", at_most=60)
    if not value:
        raise Malformed("it does not say when it was measured")
    try:
        return when_from(value)
    except TimeUnclear as wrong:
        raise Malformed(f"{name}: {wrong}") from None


def quantity_in(holder: Resource, table: dict[str, Decimal]) -> tuple[Decimal, str]:
    """Return a valueQuantity in the unit of a table, unrounded, and the text that was sent.

    :raises NotTaken: no value, or only a bound
    :raises Malformed: no number, or a unit that is unclear
    """
    quantity = part_of(holder, "valueQuantity")
    if "value" not in quantity:
        raise NotTaken("it has no value")
    value = quantity["value"]
    if not isinstance(value, Decimal):
        raise Malformed("valueQuantity.value is not a number")
    if quantity.get("comparator"):
        raise NotTaken("it gives only a bound, not a value")
    parts = {name: text_of(quantity, name, at_most=120) for name in ("system", "code", "unit")}
    try:
        unit = unit_of(**parts)
        return converted(value, unit, table), f"{value:f} {unit}"[:60]
    except ValueError as wrong:
        raise Malformed(str(wrong)) from None
