"""Every published message we have is accepted, quarantined or refused as this table says.

Texts of IHE PCD TF-2 rev. 9 and IPEC rev. 1.5, LinuxForHealth and Microsoft FHIR-Converter samples.
They are read where they lie and are not part of this repository.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import hl7 as python_hl7
import pytest
from hl7apy.parser import parse_message

from bedside import hl7, monitor
from bedside.inbox import Receipt, Verdict, receive
from bedside.moments import OffsetFrom
from bedside.monitor import Mark
from tests.conftest import shared

AT = datetime(2015, 1, 22, 18, 27, tzinfo=UTC)

TABLE = {
    # file: (verdict, reason begins with, readings, events)
    "ihe-pcd-tf/01-PAT_DEVICE_PHILIPS_C-ORU_R01.hl7": ("accepted", "", 9, 0),
    "ihe-pcd-tf/02-ACME_Gateway-ORU_R01.hl7": ("accepted", "", 4, 0),
    "ihe-pcd-tf/03-IOPVENDOR-RGV_O15.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ihe-pcd-tf/04-IOCVENDOR-ACK_O15.hl7": ("refused", "Send acknowledgements", 0, 0),
    "ihe-pcd-tf/05-IOPVENDOR-RGV_O15.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ihe-pcd-tf/06-IOCVENDOR-ACK_O15.hl7": ("refused", "Send acknowledgements", 0, 0),
    "ihe-pcd-tf/07-IOCVENDOR-RRG_O16.hl7": ("refused", "Send acknowledgements", 0, 0),
    "ihe-pcd-tf/12-PAT_DEVICE_PUMPVENDOR-ORU_R42.hl7": ("accepted", "", 0, 1),
    "ihe-pcd-tf/ipec-delivery-start-2015.hl7": ("accepted", "", 0, 1),
    "linuxforhealth/ORU-multiline-short.hl7": ("quarantined", "Send P in MSH-11: T", 0, 0),
    "ms-fhir-converter/ADT-A04-02.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/ADT-A08-02.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/ADT-A40-01.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/ADT-A40-02.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/LAB-ORU-1.hl7": ("quarantined", "Send P in MSH-11: T", 0, 0),
    "ms-fhir-converter/MDM-T02-01.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/ORU-R01-01.hl7": ("quarantined", "Send P in MSH-11: T", 0, 0),
    "ms-fhir-converter/ORU-R01-RMGEAD.hl7": ("quarantined", "Send MDC or LOINC codes", 0, 0),
    "ms-fhir-converter/RDE-O11-01.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/SIU-S12-01.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/SIU-S14-01.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/SIU-S15-01.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
    "ms-fhir-converter/SIU-S26-01.hl7": ("refused", "Send ORU^R01 or ORU^R42", 0, 0),
}


def _bytes(name: str) -> bytes:
    return shared("hl7v2", *name.split("/")).read_bytes()


def _receive(name: str) -> Receipt:
    return receive(_bytes(name), received_at=AT)


@pytest.mark.parametrize("name", TABLE)
def test_each_message_gets_the_verdict_of_the_table(name: str) -> None:
    verdict, reason, readings, events = TABLE[name]
    got = _receive(name)
    assert (got.verdict, len(got.readings), len(got.events)) == (verdict, readings, events)
    assert got.reason.startswith(reason)
    assert bool(got.reason) is (verdict != "accepted")


def test_the_table_holds_every_message_there_is() -> None:
    folder = shared("hl7v2")
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.hl7")} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_the_tokenizer_agrees_with_python_hl7_on_every_field(name: str) -> None:
    ours = hl7.parse(_bytes(name))
    text = "\r".join(ours.lines) + "\r"
    theirs = python_hl7.parse(text)
    assert len(theirs) == len(ours.segments)
    for segment, oracle in zip(ours.segments, theirs, strict=True):
        assert segment.fields == [str(field) for field in oracle]


@pytest.mark.parametrize("name", [name for name in TABLE if name.startswith("ihe-pcd-tf/0")][:2])
def test_the_tokenizer_agrees_with_hl7apy_on_the_observations(name: str) -> None:
    ours = hl7.parse(_bytes(name))
    theirs = parse_message("\r".join(ours.lines) + "\r", validation_level=2, find_groups=False)
    rows = theirs.children.get("OBX")
    assert [row.obx_3.to_er7() for row in rows] == [row.raw(3) for row in ours.all("OBX")]
    assert [row.obx_5.to_er7() for row in rows] == [row.raw(5) for row in ours.all("OBX")]


@pytest.mark.parametrize("name", TABLE)
def test_a_message_comes_back_byte_for_byte(name: str) -> None:
    data = _bytes(name).removeprefix(b"\xef\xbb\xbf")
    ends = data if b"\r" in data else data.replace(b"\n", b"\r")
    assert hl7.parse(_bytes(name)).encode() == ends.rstrip(b"\r") + b"\r"


@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name][2]])
def test_every_obx_is_accounted_for(name: str) -> None:
    got = _receive(name)
    assert got.document is not None
    sheet = monitor.read(got.document)
    parts = len(sheet.readings) + len(sheet.set_aside) + sheet.device_rows + sheet.text_rows
    assert parts == len(hl7.parse(_bytes(name)).all("OBX"))


def test_the_philips_example_keeps_its_old_cuff_value_at_its_own_time() -> None:
    cuff = {reading.code: reading for reading in _receive(next(iter(TABLE))).readings}
    systolic = cuff["sbp_mmhg"]
    assert (systolic.value, systolic.unit) == (Decimal(117), "mm[Hg]")
    assert systolic.observed_at == datetime(2015, 1, 22, 11, 50, tzinfo=UTC)
    assert systolic.is_episodic
    assert systolic.offset_from is OffsetFrom.MESSAGE
    assert systolic.limits_as_sent == "90-160"
    assert Mark.STATUS_UNCLEAR in systolic.marks
    assert cuff["spo2_percent"].observed_at == datetime(2015, 1, 22, 18, 26, 56, tzinfo=UTC)


def test_the_pump_example_reads_the_same_before_and_after_its_codes_were_assigned() -> None:
    old = _receive("ihe-pcd-tf/ipec-delivery-start-2015.hl7").events[0]
    new = _receive("ihe-pcd-tf/12-PAT_DEVICE_PUMPVENDOR-ORU_R42.hl7").events[0]
    assert old == new
    assert (new.kind, new.drug, new.flow_ml_per_h) == (
        "delivery_start",
        "Dopamine",
        Decimal("15.4"),
    )
    assert new.delivered_ml == 0
    assert new.observed_at == datetime(2015, 10, 15, 18, 21, 6, tzinfo=UTC)


@pytest.mark.parametrize("name", ["LAB-ORU-1.hl7", "ORU-R01-01.hl7"])
def test_laboratory_results_are_not_vital_signs_even_when_they_are_live(name: str) -> None:
    live = _bytes(f"ms-fhir-converter/{name}").replace(b"|T|2.5", b"|P|2.5", 1)
    got = receive(live, received_at=AT)
    assert got.verdict is Verdict.QUARANTINED
    assert got.set_aside
    assert not got.readings
