"""Patient: who is to be registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.errors import Refused
from serein.fhir.mappers.parts import (
    Malformed,
    code_in,
    day_in,
    known_day,
    parts_of,
    text_of,
)
from serein.fhir.mappers.references import source_of
from serein.fhir.rules.facts import PatientTaken
from serein.patients.rules import normal_email, normal_phone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from serein.fhir.rules.reading import Entry, Resource

NOT_KEPT = frozenset({"SS", "SB", "DL", "PPN", "TAX", "NI"})
"""Government numbers (v2 table 0203): not needed for care, so not kept."""

_SSN = "http://hl7.org/fhir/sid/us-ssn"
_BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
_SEX = {"F": "female", "M": "male", "female": "female", "male": "male"}
_NAME_RANK = {"official": 0, "usual": 1}
_OLD_NAMES = frozenset({"old", "maiden", "anonymous", "temp"})


def patient(entry: Entry) -> PatientTaken:
    """Read a person, or say why they cannot be registered.

    :raises Malformed: no name, no full birth date, or nothing that would find them again
    """
    resource = entry.resource
    identifiers, notes = _identifiers(resource)
    birth_date = day_in(resource, "birthDate")
    if birth_date is None:
        raise Malformed("it has no birthDate")
    if not identifiers and not entry.full_url:
        raise Malformed("it has neither an identifier with system and value nor a fullUrl")
    given, family, preferred = _name(resource)
    sex, sex_notes = _sex(resource)
    phones, emails, contact_notes = _telecom(resource)
    within = "|".join(identifiers[0]) if identifiers else entry.full_url
    is_deceased, deceased_date = _death(resource)
    return PatientTaken(
        source=source_of(entry, within=within),
        identifiers=identifiers,
        given_name=given,
        family_name=family,
        preferred_name=preferred,
        birth_date=birth_date,
        sex=sex,
        phones=phones,
        emails=emails,
        addresses=_addresses(resource),
        is_deceased=is_deceased,
        deceased_date=deceased_date,
        notes=(*notes, *sex_notes, *contact_notes),
    )


def _identifiers(resource: Resource) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    kept: dict[tuple[str, str], None] = {}
    skipped = 0
    for one in parts_of(resource, "identifier"):
        pair = (text_of(one, "system", at_most=255), text_of(one, "value", at_most=120))
        if pair[0] == _SSN or code_in(one, "type") in NOT_KEPT:
            skipped += 1
        elif all(pair) and _use(one) != "old":
            kept.setdefault(pair)
    notes = [f"{skipped} government numbers were not kept."] if skipped else []
    return tuple(kept), notes


def _name(resource: Resource) -> tuple[str, str, str]:
    names = parts_of(resource, "name")
    current = [one for one in names if _use(one) not in {*_OLD_NAMES, "nickname"}]
    ranked = sorted(current, key=lambda one: _NAME_RANK.get(_use(one), 2))
    preferred = next((_given(one) for one in names if _use(one) == "nickname"), "")
    for one in ranked:
        given = _given(one)
        family = text_of(one, "family", at_most=120) or text_of(one, "text", at_most=120)
        if family or given:
            return (given, family, preferred) if family else ("", given, preferred)
    raise Malformed("it has no current name")


def _use(part: Resource) -> str:
    return text_of(part, "use", at_most=20)


def _given(name: Resource) -> str:
    parts = name.get("given", [])
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise Malformed("name.given is not a list of texts")
    return text_of({"given": " ".join(parts)}, "given", at_most=120)


def _sex(resource: Resource) -> tuple[str, list[str]]:
    """Take the recorded birth sex for clinical use, else gender; where they differ, ask."""
    gender = _SEX.get(text_of(resource, "gender", at_most=20), "unknown")
    for extension in parts_of(resource, "extension"):
        if extension.get("url") == _BIRTH_SEX:
            birth = _SEX.get(text_of(extension, "valueCode", at_most=20), "unknown")
            if "unknown" not in {birth, gender} and birth != gender:
                return "unknown", ["Ask for the sex for clinical use: gender and birth sex differ."]
            return (birth if birth != "unknown" else gender), []
    return gender, []


def _telecom(resource: Resource) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    rules: dict[str, Callable[[str], str]] = {
        "phone": normal_phone, "sms": normal_phone, "email": normal_email
    }  # fmt: skip
    found: dict[str, dict[str, None]] = {"phone": {}, "email": {}}
    notes = []
    for one in parts_of(resource, "telecom"):
        system = text_of(one, "system", at_most=20)
        if system not in rules or _use(one) == "old":
            continue
        try:
            value = rules[system](text_of(one, "value", at_most=254))
        except Refused:
            notes.append(f"A contact was left out: it is no usable {system}.")
            continue
        found["email" if system == "email" else "phone"].setdefault(value)
    return tuple(found["phone"]), tuple(found["email"]), notes


def _addresses(resource: Resource) -> tuple[str, ...]:
    written: dict[str, None] = {}
    for one in parts_of(resource, "address"):
        lines = one.get("line", [])
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            raise Malformed("address.line is not a list of texts")
        if _use(one) == "old":
            continue
        town = " ".join(text_of(one, name, at_most=100) for name in ("city", "state", "postalCode"))
        parts = [*(text_of({"line": line}, "line", at_most=200) for line in lines), town.strip()]
        plain = "\n".join(part for part in parts if part) or text_of(one, "text", at_most=500)
        if plain:
            written.setdefault(plain[:500])
    return tuple(written)


def _death(resource: Resource) -> tuple[bool, date | None]:
    told = resource.get("deceasedBoolean", False)
    if not isinstance(told, bool):
        raise Malformed("deceasedBoolean is not true or false")
    died = bool(text_of(resource, "deceasedDateTime", at_most=60))
    return told or died, known_day(resource, "deceasedDateTime")
