"""Medicines that interact with ketamine, one line for each class that the person takes."""

from __future__ import annotations

from collections.abc import Iterable

from serein.core.findings import Weight
from serein.eligibility.rules.content import MedicineClass
from serein.eligibility.rules.facts import Facts
from serein.eligibility.rules.lines import RuleLine, Verdict
from serein.eligibility.rules.matching import classes_of


def medicine_lines(facts: Facts, classes: Iterable[MedicineClass]) -> tuple[RuleLine, ...]:
    """List the interacting classes that are taken, or one line that says none was found.

    Whether the list is complete is its own requirement, “All medicines have been reviewed”.
    """
    classes = tuple(classes)
    found = tuple(
        _taken(item, names) for item in classes if (names := _names_in(item, classes, facts))
    )
    return found or (_none(facts, len(classes)),)


def _names_in(
    item: MedicineClass, classes: tuple[MedicineClass, ...], facts: Facts
) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            medicine.name for medicine in facts.medicines if item in classes_of(medicine, classes)
        )
    )


def _taken(item: MedicineClass, names: tuple[str, ...]) -> RuleLine:
    return RuleLine(
        code=f"medicine.{item.code}",
        name=f"Not taking: {item.name}",
        verdict=Verdict.NOT_MET,
        fact=", ".join(names),
        fact_at=None,
        source=item.source,
        because=item.because,
        weight=item.weight,
        fact_source="list of medicines",
        section="substances",
    )


def _none(facts: Facts, classes: int) -> RuleLine:
    active = sum(medicine.is_active for medicine in facts.medicines)
    count = "1 medicine" if active == 1 else f"{active} medicines"
    return RuleLine(
        code="medicine.none_found",
        name="No interacting medicine on the list",
        verdict=Verdict.MET,
        fact=f"{count} on the list",
        fact_at=None,
        source="medicine classes of this rule set",
        because=f"Checked against {classes} classes by ingredient.",
        weight=Weight.TO_NOTE,
        fact_source="list of medicines",
        section="substances",
    )
