from __future__ import annotations

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.core.errors import Refused
from serein.fhir import mappers
from serein.fhir.rules.reading import BadFile, read_document

PATIENT = {
    "resourceType": "Patient",
    "id": "ana",
    "identifier": [{"system": "http://other.example", "value": "A1"}],
    "name": [{"family": "Nuñez"}],
    "birthDate": "1984-02-29",
}
WEIGHT = {
    "resourceType": "Observation",
    "id": "w",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/ana"},
    "effectiveDateTime": "2025-01-02",
    "valueQuantity": {"value": 80, "unit": "kg"},
}

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*PATIENT, *WEIGHT, "value", "coding", "use", "given", "family"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def bundle(*resources: object) -> bytes:
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def test_numbers_keep_every_digit() -> None:
    (entry,) = read_document(b'{"resourceType": "X", "n": 0.50, "i": 7}').entries
    assert str(entry.resource["n"]) == "0.50"
    assert entry.resource["i"] == Decimal(7)


def test_resources_without_full_url_refer_to_each_other() -> None:
    reading = mappers.read_file(bundle(WEIGHT, PATIENT))
    (patient,), (weight,) = reading.patients, reading.entries
    assert weight.subject.key == patient.source.key == "http://other.example|A1|Patient/ana"
    versioned = {**WEIGHT, "subject": {"reference": "Patient/ana/_history/3"}}
    (again,) = mappers.read_file(bundle(PATIENT, versioned)).entries
    assert again.subject == weight.subject


def test_the_same_file_reads_the_same_twice() -> None:
    assert mappers.read_file(bundle(PATIENT, WEIGHT)) == mappers.read_file(bundle(PATIENT, WEIGHT))


def test_a_cut_file_never_reads() -> None:
    whole = bundle(PATIENT, WEIGHT)
    for end in range(len(whole)):
        with pytest.raises(BadFile):
            read_document(whole[:end])


def test_sex_for_clinical_use_asks_where_two_answers_differ() -> None:
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
    birth = [{"url": url, "valueCode": "F"}]
    for gender, sex in (
        ("female", "female"),
        ("male", "unknown"),
        ("other", "female"),
        ("", "female"),
    ):
        given = {**PATIENT, "gender": gender, "extension": birth}
        assert mappers.read_file(bundle(given)).patients[0].sex == sex
    assert mappers.read_file(bundle({**PATIENT, "gender": "other"})).patients[0].sex == "unknown"


def test_the_current_official_name_is_taken() -> None:
    names = [
        {"use": "maiden", "family": "Old"},
        {"use": "nickname", "given": ["Annie"]},
        {"use": "usual", "family": "Usual"},
        {"use": "official", "family": "Nuñez", "given": ["Ana", "María"]},
    ]
    (patient,) = mappers.read_file(bundle({**PATIENT, "name": names})).patients
    assert (patient.given_name, patient.family_name) == ("Ana María", "Nuñez")
    assert patient.preferred_name == "Annie"


def test_a_dose_is_said_and_never_worked_out() -> None:
    order = {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/ana"}, "medicationCodeableConcept": {"text": "Sertraline"},
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1}}],
                "asNeededBoolean": True,
            }
        ],
    }  # fmt: skip
    (taken,) = mappers.read_file(bundle(PATIENT, order)).entries
    assert getattr(taken, "dose_text", "") == "1 (unit not given), 2 times every day, as needed"


@given(_json)
def test_whatever_json_comes_is_read_or_refused(document: object) -> None:
    with contextlib.suppress(Refused):
        mappers.read_file(json.dumps(document).encode())


@given(st.sampled_from(sorted(WEIGHT)), _json)
def test_whatever_stands_in_a_field_is_taken_or_left_out(field: str, value: object) -> None:
    try:
        reading = mappers.read_file(bundle(PATIENT, {**WEIGHT, field: value}))
    except Refused:
        return
    assert len(reading.entries) + len(reading.left_out) + len(reading.patients) == 2


@given(st.sampled_from(sorted(PATIENT)), _json)
def test_whatever_stands_in_a_patient_is_taken_or_refused(field: str, value: object) -> None:
    with contextlib.suppress(Refused):
        reading = mappers.read_file(bundle({**PATIENT, field: value}))
        assert all(one.family_name for one in reading.patients)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        mappers.read_file(raw)
