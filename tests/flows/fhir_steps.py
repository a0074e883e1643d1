"""Small bundles made in code, and the import of a file."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from serein.fhir.models import ImportedResource
from serein.patients import models

RECORD = (
    models.Patient, models.Identifier, models.ContactPoint, models.Condition, models.Medication,
    models.Allergy, models.AllergyReview, models.Weight, models.Height, models.BloodPressure,
)  # fmt: skip
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"


def counts() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in (*RECORD, ImportedResource)}


def run(*args: object) -> str:
    out = io.StringIO()
    call_command("import_fhir", *map(str, args), stdout=out)
    return out.getvalue()


def fails(*args: object) -> str:
    out = io.StringIO()
    before = counts()
    with pytest.raises(CommandError, match="Check the files"):
        call_command("import_fhir", *map(str, args), stdout=out)
    assert counts() == before
    return out.getvalue()


def entry(name: str, kind: str, /, **fields: Any) -> dict[str, Any]:
    resource = {"resourceType": kind, "id": name, **fields}
    return {"fullUrl": f"urn:uuid:{name}", "resource": resource}


def ana(**fields: Any) -> dict[str, Any]:
    return entry(
        "ana",
        "Patient",
        **{
            "identifier": [{"system": "http://other.example", "value": "A1"}],
            "name": [{"use": "official", "family": "Nuñez", "given": ["Ana", "María"]}],
            "gender": "female",
            "birthDate": "1984-02-29",
            "telecom": [{"system": "phone", "value": "212-555-0123"}],
            **fields,
        },
    )


ANA = {"reference": "urn:uuid:ana"}


def measured(name: str, code: str, value: object, unit: str, /, **fields: Any) -> dict[str, Any]:
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return entry(
        name,
        "Observation",
        **{
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "subject": ANA,
            "effectiveDateTime": "2025-01-02T10:00:00-05:00",
            "valueQuantity": quantity,
            **fields,
        },
    )


def bundle(*entries: object, kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def only_patient() -> models.Patient:
    return models.Patient.objects.get()
