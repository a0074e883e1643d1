"""Visit types in finished words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.scheduling.rules import FULL_LOAD

if TYPE_CHECKING:
    from serein.scheduling.queries import TypeFact
    from serein.scheduling.rules import Phase


WORDS = {"check_in": "Check-in", "iv_start": "IV start"}


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """One phase of a kind of visit."""

    name: str
    minutes: str
    needs: str


@dataclass(frozen=True, slots=True)
class TypeLine:
    """One kind of visit."""

    name: str
    detail: str
    url: str
    phases: tuple[PhaseLine, ...]


def type_lines(types: Iterable[TypeFact]) -> tuple[TypeLine, ...]:
    """Write the kinds of visit with their phases."""
    return tuple(
        TypeLine(
            fact.name,
            f"{fact.visit.patient_minutes}\u202fmin with the patient, "
            + (f"version {fact.version}" if fact.version else "as shipped: clinic default, review")
            + (", the public may book it" if fact.is_public else ""),
            reverse("scheduling:edit_type", args=[fact.code]),
            tuple(_phase(phase) for phase in fact.visit.phases),
        )
        for fact in types
    )


def _phase(phase: Phase) -> PhaseLine:
    needs = [phase.seat.value.replace("_", " ")] if phase.seat.value != "none" else []
    if phase.nurse_load:
        needs.append(f"nurse 1:{FULL_LOAD // phase.nurse_load}")
    needs += [word for word, has in (("pump", phase.pump), ("monitor", phase.monitor)) if has]
    if phase.prescriber_last_minutes:
        needs.append(f"prescriber, last {phase.prescriber_last_minutes}\u202fmin")
    if phase.prescriber_on_site:
        needs.append("prescriber in the house")
    if not phase.with_patient:
        needs.append("without the patient")
    name = WORDS.get(phase.name) or phase.name.replace("_", " ").capitalize()
    return PhaseLine(name, f"{phase.minutes}\u202fmin", ", ".join(needs))
