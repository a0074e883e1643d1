"""Small messages for the tests of `bedside`, built by hand and not by our own composer."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from bedside.inbox import Receipt, receive
from bedside.physiology import Script
from bedside.simulator import Monitor, Person, Program, Pump, Step, Turn

NOON = datetime(2026, 3, 9, 12, 0, 0, tzinfo=UTC)
ANA = Person("MRN7", "Vale", "Ana", "19800101")

HEAD = (
    "MSH|^~\\&|GATE^00A0C9FFFE000001^EUI-64|ACME|SEREIN||20260309120000+0000||ORU^R01^ORU_R01|{id}"
    "|P|2.6|||AL|NE||UNICODE UTF-8"
)
PID = "PID|||MRN7^^^SEREIN^MR||Vale^Ana^^^^^L||19800101"
OBR = "OBR|1||1|182777000^monitoring of patient^SCT|||20260309120000+0000"
MDS = "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||M1"
SPO2 = "OBX|2|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.1.1.1|{value}|262688^MDC_DIM_PERCENT^MDC|||||R"


def message(*obx: str, control_id: str = "A1", head: str = HEAD, pid: str = PID) -> bytes:
    """A PCD-01 message with these OBX segments under one monitor."""
    lines = [head.format(id=control_id), pid, OBR, MDS, *obx]
    return ("\r".join(lines) + "\r").encode()


def read(*obx: str, **known: str) -> Receipt:
    """What the inbox says about a message with these OBX segments."""
    return receive(message(*obx, **known), received_at=NOON)


def spo2(value: str) -> str:
    """An oximeter's row with any text as its value."""
    return SPO2.format(value=value)


def monitor(script: Script = Script.CALM, number: int = 7) -> Monitor:
    """A simulated monitor that started at noon."""
    return Monitor(number, script, NOON, ANA)


def pump(*steps: tuple[int, Turn, str]) -> Pump:
    """A simulated pump with a program of (second, turn, mL/h)."""
    made = tuple(Step(second, turn, Decimal(rate)) for second, turn, rate in steps)
    return Pump(1, NOON, ANA, Program(made))
