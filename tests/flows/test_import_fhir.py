"""Patients of other systems are taken whole or not at all, and never twice."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from serein.audit.models import AuditEntry
from serein.audit.queries import chain
from serein.audit.rules import first_fault
from serein.fhir.models import ImportRun
from serein.patients import models, queries
from tests.conftest import shared
from tests.flows.fhir_steps import (
    ANA,
    SNOMED,
    UCUM,
    ana,
    bundle,
    counts,
    entry,
    fails,
    measured,
    only_patient,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serein.accounts.models import Site
    from tests.conftest import Personas

    Write = Callable[[object], Path]

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Put a document, text or bytes into a file."""

    def written(document: object) -> Path:
        path = tmp_path / f"given{len(list(tmp_path.iterdir()))}.json"
        if isinstance(document, bytes):
            path.write_bytes(document)
        else:
            text = document if isinstance(document, str) else json.dumps(document)
            path.write_text(text, encoding="utf-8")
        return path

    return written


class TestRealBundles:
    def test_every_bundle_imports_twice_with_the_same_result(self, site: Site) -> None:
        files = sorted(shared("fhir", "synthea").glob("*.json"))
        assert len(files) == 8
        first = run(*files)
        after = counts()
        assert after["Patient"] == 8
        resources = [
            item["resource"]
            for path in files
            for item in json.loads(path.read_text(encoding="utf-8"))["entry"]
        ]
        wanted = {
            "Condition": sum(one["resourceType"] == "Condition" for one in resources),
            "Medication": sum(one["resourceType"] == "MedicationRequest" for one in resources),
            "Weight": sum(has_code(one, "29463-7") for one in resources),
            "Height": sum(has_code(one, "8302-2") for one in resources),
            "BloodPressure": sum(has_code(one, "55284-4") for one in resources),
        }
        assert {name: after[name] for name in wanted} == wanted
        assert after["Allergy"] == sum(
            one["resourceType"] == "AllergyIntolerance" for one in resources
        )
        second = run(*files)
        assert counts() == after
        assert first.count("taken: ") == second.count("taken: nothing") == 8
        assert "already here: " in second
        assert "has died" in first
        assert first_fault(chain()) is None

    def test_weights_keep_what_was_sent(self, site: Site) -> None:
        (path,) = shared("fhir", "synthea").glob("Alfreda_Wyman*.json")
        run(path)
        weights = queries.weights_of(only_patient().pk)
        assert weights[0].value == Decimal("73.9")
        assert weights[0].as_entered == "73.921630499572 kg"
        assert weights[0].method == "imported"
        (first, *_) = models.BloodPressure.objects.order_by("measured_at")
        assert (first.sbp_mmhg, first.dbp_mmhg) == (186, 101)
        conditions = queries.conditions_of(only_patient().pk)
        assert "38341003" in {one.code for one in conditions if one.system == SNOMED}
        ingredients = {one.ingredient for one in queries.medications_of(only_patient().pk)}
        assert "hydrochlorothiazide" in ingredients

    @pytest.mark.parametrize("name", ["weight", "blood-pressure", "allergyintolerance-example"])
    def test_a_single_resource_without_its_patient_is_refused(self, site: Site, name: str) -> None:
        said = fails(shared("fhir", "us-core-9.0.0-examples") / f"{name}.json")
        assert "its patient is neither in this file nor here" in said


def has_code(resource: dict[str, Any], code: str) -> bool:
    codings = resource.get("code", {}).get("coding", [])
    return resource["resourceType"] == "Observation" and codings[0]["code"] == code


class TestTaking:
    def test_a_small_bundle(self, site: Site, write: Write) -> None:
        said = run(
            write(
                bundle(
                    measured("w", "29463-7", 176, "[lb_av]"),  # before its patient
                    ana(),
                    measured("h", "8302-2", 1.7, "m", effectiveDateTime="2025-01-02"),
                    entry("claim", "Claim"),
                    entry("claim2", "Claim"),
                    measured("pain", "72514-3", 3, "{score}"),
                )
            )
        )
        patient = only_patient()
        assert (patient.full_name, patient.sex) == ("Ana María Nuñez", "female")
        assert patient.birth_date == date(1984, 2, 29)
        (contact,) = queries.contacts_of(patient.pk)
        assert contact.value == "+12125550123"
        weight, height = queries.weight_at(patient.pk, NOW), queries.height_at(patient.pk, NOW)
        assert weight is not None
        assert height is not None
        assert (weight.value, weight.as_entered) == (Decimal("79.8"), "176 [lb_av]")
        assert weight.measured_at == datetime(2025, 1, 2, 15, 0, tzinfo=UTC)
        assert (height.value, height.is_time_known) == (Decimal("170.0"), False)
        assert height.measured_at == datetime(2025, 1, 2, 5, 0, tzinfo=UTC)
        assert "taken: Observation 2, Patient 1" in said
        assert "Claim 2: not part of the record kept here" in said
        assert "Observation 1: not a weight, a height or a blood pressure" in said

    @pytest.mark.parametrize("kind", ["transaction", "collection", "searchset"])
    def test_bundle_types(self, site: Site, write: Write, kind: str) -> None:
        run(write(bundle(ana(), kind=kind)))
        assert only_patient().family_name == "Nuñez"

    def test_a_single_patient_and_later_what_belongs_to_her(self, site: Site, write: Write) -> None:
        run(write(ana()["resource"]))
        subject = {"identifier": {"system": "http://other.example", "value": "A1"}}
        weight = measured("w", "29463-7", 60, "kg", subject=subject)["resource"]
        said = run(write(weight))
        assert "taken: Observation 1" in said
        assert "already here: Observation 1" in run(write(weight))
        assert len(queries.weights_of(only_patient().pk)) == 1

    def test_the_same_person_under_another_address_is_not_doubled(
        self, site: Site, write: Write
    ) -> None:
        run(write(bundle(ana())))
        again = ana()
        again["fullUrl"] = "urn:uuid:other"
        weight = measured("w", "29463-7", 60, "kg", subject={"reference": "urn:uuid:other"})
        assert "already here: Patient 1" in run(write(bundle(again, weight)))
        assert len(queries.weights_of(only_patient().pk)) == 1

    def test_a_changed_resource_is_named_and_left(self, site: Site, write: Write) -> None:
        run(write(bundle(ana(), measured("w", "29463-7", 60, "kg"))))
        said = run(write(bundle(ana(), measured("w", "29463-7", 61, "kg"))))
        assert "differs from what was imported before" in said
        assert [one.value for one in queries.weights_of(only_patient().pk)] == [60]

    def test_no_known_allergy_is_an_answer(self, site: Site, write: Write) -> None:
        code = {"coding": [{"system": SNOMED, "code": "716186003", "display": "No known allergy"}]}
        run(write(bundle(ana(), entry("a", "AllergyIntolerance", patient=ANA, code=code))))
        assert queries.allergies_of(only_patient().pk).status == "none_known"

    def test_a_medicine_in_another_entry(self, site: Site, write: Write) -> None:
        drug = entry("drug", "Medication", code={"text": "Zoloft 50 mg tablet"})
        order = entry(
            "order", "MedicationRequest", status="active", intent="order", subject=ANA,
            medicationReference={"reference": "urn:uuid:drug"},
            dosageInstruction=[{"text": "One tablet each morning"}],
        )  # fmt: skip
        run(write(bundle(ana(), drug, order)))
        (fact,) = queries.medications_of(only_patient().pk)
        assert (fact.ingredient, fact.dose_text) == ("sertraline", "One tablet each morning")

    def test_a_deceased_patient_is_marked(self, site: Site, write: Write) -> None:
        said = run(write(bundle(ana(deceasedDateTime="2020-05-06T01:00:00Z"))))
        assert only_patient().deceased_date == date(2020, 5, 6)
        assert "has died" in said

    def test_government_numbers_are_not_kept(self, site: Site, write: Write) -> None:
        numbers = [
            {"system": "http://other.example", "value": "A1"},
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-98-7415"},
            {"type": {"coding": [{"code": "PPN"}]}, "system": "urn:x", "value": "X5"},
        ]
        run(write(bundle(ana(identifier=numbers))))
        assert queries.identifiers_of(only_patient().pk) == (("http://other.example", "A1"),)

    def test_who_imported_is_in_the_audit(self, personas: Personas, write: Write) -> None:
        here = ("--site", personas.sam.site_id, "--by")
        run(write(bundle(ana())), *here, "sam@clinic.example")
        entry_ = AuditEntry.objects.order_by("-seq").first()
        assert entry_ is not None
        assert (entry_.actor_name, entry_.verb) == ("Sam Ortiz", "import")
        assert "Nuñez" not in "".join(AuditEntry.objects.values_list("details", flat=True))
        for wrong in ("nobody@clinic.example", "morgan@clinic.example", "robin@clinic.example"):
            with pytest.raises(CommandError, match="Give --by"):
                run(write(bundle(ana())), *here, wrong)

    def test_each_site_has_its_own(self, personas: Personas, write: Write) -> None:
        path = write(bundle(ana()))
        run(path, "--site", personas.sam.site_id)
        run(path, "--site", personas.robin.site_id)
        assert models.Patient.objects.count() == 2
        with pytest.raises(CommandError, match="Give --site"):
            run(path, "--site", "elsewhere")

    def test_someone_who_may_be_here_already_is_asked_about(self, site: Site, write: Write) -> None:
        run(write(bundle(ana())))
        twin = ana(identifier=[{"system": "http://other.example", "value": "B2"}])
        twin["fullUrl"] = "urn:uuid:twin"
        twin["resource"]["id"] = "twin"
        path = write(bundle(twin))
        assert "same person as record 100001-7" in fails(path)
        run(path, "--new-person")
        assert models.Patient.objects.count() == 2


class TestLeavingOut:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"valueQuantity": {"value": 80}}, "it has no unit"),
            ({"valueQuantity": {"value": "80", "unit": "kg"}}, "value is not a number"),
            ({"valueQuantity": {"value": True, "unit": "kg"}}, "value is not a number"),
            ({"valueQuantity": {"value": 80, "unit": "stone"}}, "its unit stone is not one of"),
            (
                {"valueQuantity": {"value": 80, "unit": "lb", "system": UCUM, "code": "kg"}},
                "its unit is given twice",
            ),
            ({"valueQuantity": {"value": 1e300, "unit": "kg"}}, "not a plausible number"),
            ({"valueQuantity": {"value": 8, "unit": "kg"}}, "outside 30"),
            ({"valueQuantity": []}, "valueQuantity is not an object"),
            ({"effectiveDateTime": "2025-01"}, "2025-01 is not a full date"),
            ({"effectiveDateTime": "2025-02-30"}, "not in the calendar"),
            ({"effectiveDateTime": "2025-01-02T10:00:00"}, "no FHIR time with a zone"),
            ({"effectiveDateTime": "2999-01-02"}, "Enter a time that has passed"),
            ({"effectiveDateTime": None}, "effectiveDateTime is not text"),
            ({"effectiveDateTime": ""}, "does not say when"),
            ({"subject": {"reference": "urn:uuid:nobody"}}, "its patient is neither"),
            ({"subject": {"reference": "Patient/nobody"}}, "its patient is neither"),
            ({"subject": {"display": "Ana Nuñez"}}, "does not say which patient"),
            ({"subject": {"reference": "urn:uuid:drug"}}, "refers to a Medication"),
            ({"subject": "urn:uuid:ana"}, "subject is not an object"),
            ({"modifierExtension": [{"url": "x"}]}, "modifier"),
            ({"code": {"coding": "29463-7"}}, "coding is not a list"),
        ],
    )
    def test_a_malformed_weight_is_named_and_the_rest_is_taken(
        self, site: Site, write: Write, fields: dict[str, Any], reason: str
    ) -> None:
        drug = entry("drug", "Medication", code={"text": "Zoloft"})
        said = run(write(bundle(ana(), drug, measured("w", "29463-7", 80, "kg", **fields))))
        assert "check the file" in said
        assert "Observation, entry 3 (w)" in said
        assert reason in said.replace("\u202f", " ")
        assert queries.weights_of(only_patient().pk) == ()

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"status": "entered-in-error"}, "its status is entered-in-error"),
            ({"status": "preliminary"}, "its status is preliminary"),
            ({"valueQuantity": {}}, "it has no value"),
            ({"valueQuantity": {"value": 80, "comparator": "<", "unit": "kg"}}, "only a bound"),
        ],
    )
    def test_a_sound_one_that_does_not_count(
        self, site: Site, write: Write, fields: dict[str, Any], reason: str
    ) -> None:
        said = run(write(bundle(ana(), measured("w", "29463-7", 80, "kg", **fields))))
        assert "Observation 1: it" in said
        assert reason in said
        assert queries.weights_of(only_patient().pk) == ()

    def test_half_a_blood_pressure_and_a_reversed_one(self, site: Site, write: Write) -> None:
        def part(code: str, value: int) -> dict[str, Any]:
            unit = {"unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}
            return {
                "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
                "valueQuantity": {"value": value, **unit},
            }

        half = measured("half", "85354-9", 1, "x", component=[part("8480-6", 120)])
        turned = measured(
            "turned", "85354-9", 1, "x", component=[part("8480-6", 80), part("8462-4", 120)]
        )
        good = measured(
            "good", "85354-9", 1, "x", component=[part("8480-6", 120), part("8462-4", 80)]
        )
        said = run(write(bundle(ana(), half, turned, good)))
        assert "systolic or diastolic value is missing" in said
        assert "Check the order" in said
        fact = queries.blood_pressure_at(only_patient().pk, NOW)
        assert fact is not None
        assert (fact.sbp_mmhg, fact.dbp_mmhg) == (120, 80)

    def test_refuted_and_ended_things(self, site: Site, write: Write) -> None:
        def status(code: str) -> dict[str, Any]:
            return {"coding": [{"code": code}]}

        said = run(
            write(
                bundle(
                    ana(),
                    entry("c1", "Condition", subject=ANA, code={"text": "Mania"},
                          verificationStatus=status("refuted")),
                    entry("c2", "Condition", subject=ANA, code={"text": "Psychosis"},
                          verificationStatus=status("provisional"),
                          clinicalStatus=status("active")),
                    entry("c3", "Condition", subject=ANA, code={"text": "Gout"},
                          clinicalStatus=status("resolved"), onsetDateTime="1999"),
                    entry("a1", "AllergyIntolerance", patient=ANA, code={"text": "Latex"},
                          clinicalStatus=status("resolved")),
                    entry("m1", "MedicationRequest", subject=ANA, status="active",
                          intent="proposal", medicationCodeableConcept={"text": "Xanax"}),
                )
            )
        )  # fmt: skip
        facts = {one.display: one for one in queries.conditions_of(only_patient().pk)}
        assert set(facts) == {"Psychosis", "Gout"}
        assert not facts["Psychosis"].is_confirmed
        assert not facts["Gout"].is_active
        assert facts["Gout"].onset_date is None
        assert queries.allergies_of(only_patient().pk).status == "not_asked"
        assert queries.medications_of(only_patient().pk) == ()
        assert "it was only proposed" in said


class TestRefusing:
    @pytest.mark.parametrize(
        ("document", "said"),
        [
            (b"", "Give a file with content"),
            (b"  \n", "Give a file with content"),
            (b"\xff\xfe{\x00}\x00", "Save the file as UTF-8"),
            ('{"resourceType": "Bundle", "type": "trans', "Fetch the file again"),
            ('{"resourceType": "Bundle", "type": "transaction", "entry": [', "Fetch the file"),
            ('{"resourceType": ~}', "Check the file: it is no JSON at line 1"),
            ("hello", "Check the file: it is no JSON"),
            ("[" * 100_000, "Check the file: it is nested too deep"),
            ("[]", "Give a FHIR R4 file"),
            ('{"a": 1}', "Give a FHIR R4 file"),
            ('{"resourceType": 5}', "Give a FHIR R4 file"),
            ('{"resourceType": "Bundle", "type": NaN}', "Check the numbers: NaN"),
            ('{"resourceType": "Bundle", "type": -Infinity}', "Check the numbers"),
            (f'{{"resourceType": "X", "n": {"9" * 5000}}}', "Check the numbers"),
            ('{"resourceType": "Bundle", "resourceType": "Bundle"}', "given twice"),
            ({"resourceType": "Bundle", "type": "history", "entry": [1]}, "Give a bundle of one"),
            ({"resourceType": "Bundle", "entry": [1]}, "Give a bundle of one"),
            ({"resourceType": "Bundle", "type": "collection"}, "Give a bundle with entries"),
            ({"resourceType": "Bundle", "type": "collection", "entry": {}}, "is not a list"),
            ({"resourceType": "Bundle", "type": "collection", "entry": [7]}, "nothing in it"),
            ({"resourceType": "Questionnaire"}, "not part of the record kept here"),
        ],
    )
    def test_a_file_that_is_no_bundle(
        self, site: Site, write: Write, document: object, said: str
    ) -> None:
        assert said in fails(write(document))

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"birthDate": ""}, "it has no birthDate"),
            ({"birthDate": "1984"}, "1984 is not a full date"),
            ({"birthDate": 1984}, "birthDate is not text"),
            ({"birthDate": "1984-02-30"}, "not in the calendar"),
            ({"birthDate": "2999-01-01"}, "Enter a birth date"),
            ({"name": []}, "it has no current name"),
            ({"name": "Ana"}, "name is not a list"),
            ({"name": [{"family": "x" * 10_000}]}, "longer than 120"),
            ({"name": [{"family": "a\u0000b"}]}, "characters that cannot be stored"),
            ({"name": [{"family": "\ud800"}]}, "characters that cannot be stored"),
            ({"name": [{"family": "Nuñez", "given": "Ana"}]}, "not a list of texts"),
            ({"deceasedBoolean": "no"}, "deceasedBoolean"),
        ],
    )
    def test_a_patient_who_cannot_be_registered_stops_the_file(
        self, site: Site, write: Write, fields: dict[str, Any], said: str
    ) -> None:
        path = write(bundle(ana(**fields), measured("w", "29463-7", 60, "kg")))
        assert said in fails(path)

    def test_nothing_of_a_file_is_kept_when_its_last_patient_fails(
        self, site: Site, write: Write
    ) -> None:
        other = entry("bo", "Patient", name=[{"family": "Bo"}], birthDate="2999-01-01")
        fails(write(bundle(ana(), measured("w", "29463-7", 60, "kg"), other)))
        assert not ImportRun.objects.exists()

    def test_identifiers_of_two_people(self, site: Site, write: Write) -> None:
        other = entry(
            "bo", "Patient", name=[{"family": "Bo"}], birthDate="1990-01-01",
            identifier=[{"system": "http://other.example", "value": "B2"}],
        )  # fmt: skip
        run(write(bundle(ana(), other)))
        both = [{"system": "http://other.example", "value": one} for one in ("A1", "B2")]
        mixed = entry("mix", "Patient", name=[{"family": "Mix"}], birthDate="1990-01-01",
                      identifier=both)  # fmt: skip
        assert "Check the identifiers" in fails(write(bundle(mixed)))

    def test_the_others_are_imported_and_the_command_fails(
        self, site: Site, write: Write, tmp_path: Path
    ) -> None:
        good, bad = write(bundle(ana())), write("{")
        out = io.StringIO()
        with pytest.raises(CommandError, match="2 of 4 not imported") as failed:
            call_command(
                "import_fhir", str(bad), str(good), str(tmp_path / "no.json"), str(good), stdout=out
            )
        assert failed.value.returncode == 1
        assert "Check the path" in out.getvalue()
        assert only_patient().family_name == "Nuñez"

    def test_a_folder(self, site: Site, tmp_path: Path) -> None:
        assert "Give a file: this is a folder" in fails(tmp_path)

    def test_a_byte_order_mark_is_ignored_and_said(self, site: Site, write: Write) -> None:
        raw = b"\xef\xbb\xbf" + json.dumps(bundle(ana())).encode()
        assert "byte-order mark" in run(write(raw))

    def test_before_setup(self, db: None, write: Write) -> None:
        with pytest.raises(CommandError, match="serein setup"):
            run(write(bundle(ana())))

    def test_names_are_text_and_nothing_else(self, site: Site, write: Write) -> None:
        names = [{"family": "<script>alert(1)</script>", "given": ["[bold]"]}]
        run(write(bundle(ana(name=names))))
        assert only_patient().full_name == "[bold] <script>alert(1)</script>"
