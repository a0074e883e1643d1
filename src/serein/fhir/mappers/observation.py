"""Observation: weight, height and blood pressure. Everything else is left out by name."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from serein.core.quantities import shown
from serein.fhir.mappers.parts import (
    Malformed,
    NotTaken,
    codings_of,
    moment_in,
    part_of,
    parts_of,
    quantity_in,
    text_of,
)
from serein.fhir.mappers.references import source_of
from serein.fhir.rules.facts import BodyTaken, PressureTaken
from serein.fhir.rules.units import TO_CM, TO_KG, TO_MMHG, to_tenth, to_whole

if TYPE_CHECKING:
    from serein.fhir.mappers.references import Index
    from serein.fhir.rules.reading import Entry, Resource

LOINC = "http://loinc.org"
WEIGHT, HEIGHT = "29463-7", "8302-2"
PRESSURES = frozenset({"85354-9", "55284-4"})
"""The panel in use, and its older name in files from before 2020."""

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
_FINAL = frozenset({"final", "amended", "corrected"})


def observation(entry: Entry, index: Index) -> BodyTaken | PressureTaken:
    """Read a weight, a height or a blood pressure.

    :raises NotTaken: another observation, not final, or without a value
    :raises Malformed: no patient, no time, an unclear unit or wrong types
    """
    resource = entry.resource
    codes = _codes(part_of(resource, "code"))
    if not codes & {WEIGHT, HEIGHT, *PRESSURES}:
        raise NotTaken("not a weight, a height or a blood pressure")
    status = text_of(resource, "status", at_most=40)
    if status not in _FINAL:
        raise NotTaken(f"its status is {status or 'not given'}")
    if WEIGHT in codes:
        return _body(entry, index, "weight", TO_KG)
    if HEIGHT in codes:
        return _body(entry, index, "height", TO_CM)
    return _pressure(entry, index)


def _codes(concept: Resource) -> set[str]:
    return {one.code for one in codings_of(concept) if one.system == LOINC}


def _body(
    entry: Entry, index: Index, what: Literal["weight", "height"], table: dict[str, Decimal]
) -> BodyTaken:
    value, as_sent = quantity_in(entry.resource, table)
    subject = index.subject(entry.resource, "subject")
    return BodyTaken(
        source=source_of(entry, within=subject.key),
        subject=subject,
        what=what,
        value=to_tenth(value),
        as_sent=as_sent,
        measured=moment_in(entry.resource),
    )


def _pressure(entry: Entry, index: Index) -> PressureTaken:
    values = {}
    for component in parts_of(entry.resource, "component"):
        for code in _codes(part_of(component, "code")) & {SYSTOLIC, DIASTOLIC}:
            if code in values:
                raise Malformed("a component is given twice")
            values[code] = to_whole(_mmhg(component))
    if len(values) != 2:
        raise NotTaken("its systolic or diastolic value is missing")
    subject = index.subject(entry.resource, "subject")
    return PressureTaken(
        source=source_of(entry, within=subject.key),
        subject=subject,
        sbp_mmhg=values[SYSTOLIC],
        dbp_mmhg=values[DIASTOLIC],
        measured=moment_in(entry.resource),
    )


def _mmhg(component: Resource) -> Decimal:
    value, _ = quantity_in(component, TO_MMHG)
    if not 0 < value < 1000:
        raise Malformed(f"{shown(value, places=1)} is no blood pressure")
    return value
