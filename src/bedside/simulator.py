"""A monitor and a pump that send what real ones send: PCD-01 and PCD-10 messages, HL7 v2.6.

For tests, demonstrations and benchmarks. The same number gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from bedside import physiology
from bedside.hl7 import compose
from bedside.physiology import Script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PCD_01 = ("IHE_PCD_001", "IHE PCD", "1.3.6.1.4.1.19376.1.6.1.1.1", "ISO")
_PCD_10 = ("IHE_PCD_010", "IHE PCD", "1.3.6.1.4.1.19376.1.6.4.10", "ISO")
_BEATS = ("264864", "MDC_DIM_BEAT_PER_MIN", "MDC")
_BREATHS = ("264928", "MDC_DIM_RESP_PER_MIN", "MDC")
_PERCENT = ("262688", "MDC_DIM_PERCENT", "MDC")
_MMHG = ("266016", "MDC_DIM_MMHG", "MDC")
_CELSIUS = ("268192", "MDC_DIM_DEGC", "MDC")
_ML = ("263762", "MDC_DIM_MILLI_L", "MDC")
_ML_PER_H = ("265266", "MDC_DIM_MILLI_L_PER_HR", "MDC")
_MG_PER_ML = ("264306", "MDC_DIM_MILLI_G_PER_ML", "MDC")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is admitted on the monitor or programmed on the pump."""

    identifier: str
    family: str
    given: str
    birth_date: str
    """YYYYMMDD"""
    authority: str = "SEREIN"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the device stands."""

    unit: str = "INFUSION"
    room: str = "1"
    chair: str = "1"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")


def _msh(
    gateway: str, event: str, profile: tuple[str, ...], control_id: str, at: datetime
) -> list[str | tuple[str, ...]]:
    application = (gateway, gateway, "EUI-64")
    kind = ("ORU", event, "ORU_R01")
    start: list[str | tuple[str, ...]] = ["MSH", application, "SIMULATED", "SEREIN", ""]
    rest: list[str | tuple[str, ...]] = [_time(at), "", kind, control_id, "P", "2.6"]
    return [*start, *rest, "", "", "AL", "NE", "", "UNICODE UTF-8", "", "", profile]


def _who(person: Person, place: Place) -> list[list[str | tuple[str, ...]]]:
    identifier = (person.identifier, "", "", person.authority, "MR")
    name = (person.family, person.given, "", "", "", "", "L")
    return [
        ["PID", "", "", identifier, "", name, "", person.birth_date],
        ["PV1", "", "O", (place.unit, place.room, place.chair)],
    ]


class _Rows:
    """Numbers OBX segments as they are added."""

    def __init__(self) -> None:
        self.segments: list[list[str | tuple[str, ...]]] = []

    def add(
        self,
        kind: str,
        code: tuple[str, ...],
        place: str,
        value: str | tuple[str, ...] = "",
        unit: tuple[str, ...] = ("",),
        *,
        mark: str = "",
        status: str = "R",
        at: str = "",
        equipment: str | tuple[str, ...] = "",
    ) -> None:
        number = str(len(self.segments) + 1)
        start: list[str | tuple[str, ...]] = ["OBX", number, kind, (*code, "MDC"), place, value]
        rest: list[str | tuple[str, ...]] = [unit, "", mark, "", "", status, "", "", at]
        self.segments.append([*start, *rest, "", "", "", equipment])

    def device(
        self, code: tuple[str, str], place: str, equipment: str | tuple[str, ...] = ""
    ) -> None:
        self.add("", code, place, status="X", equipment=equipment)


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor at one chair. `started_at` is second 0 of its script."""

    number: int
    script: Script
    started_at: datetime
    person: Person
    identifier: str = "00A0C9FFFE000001"
    place: Place = Place()

    def message(self, second: int) -> bytes:
        """Give the message sent at a second: the probes now, the cuff as last measured."""
        ahead = physiology.CLOCK_AHEAD_S if self.script is Script.CLOCK_AHEAD else 0
        zero = self.started_at + timedelta(seconds=ahead)
        at = zero + timedelta(seconds=second)
        rows = self._rows(second, zero)
        control_id = f"{self.identifier[-6:]}-{self.number}-{second}"
        header = _msh(self.identifier, "R01", _PCD_01, control_id, at)
        order: list[str | tuple[str, ...]] = ["OBR", "1", "", control_id]
        order += [("182777000", "monitoring of patient", "SCT"), "", "", _time(at)]
        return compose([header, *_who(self.person, self.place), order, *rows.segments])

    def messages(self, seconds: Sequence[int]) -> Iterator[bytes]:
        """Give the messages of several seconds."""
        return (self.message(second) for second in seconds)

    def _rows(self, second: int, zero: datetime) -> _Rows:
        now = physiology.vitals(self.number, self.script, second)
        taken, pressure = physiology.cuff(self.number, self.script, second)
        cuff_at = _time(zero + timedelta(seconds=taken))
        doubt = "QUES" if now.is_moving else ""
        rows = _Rows()
        rows.device(
            ("69965", "MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS"),
            "1.0.0.0",
            (self.identifier, "", self.identifier, "EUI-64"),
        )
        rows.device(("69642", "MDC_DEV_ANALY_SAT_O2_VMD"), "1.1.0.0")
        rows.device(("70771", "MDC_DEV_ANALY_PERF_REL_CHAN"), "1.1.1.0")
        spo2 = ("150456", "MDC_PULS_OXIM_SAT_O2")
        rows.add("NM", spo2, "1.1.1.1", str(now.spo2_percent), _PERCENT)
        pulse = ("149530", "MDC_PULS_OXIM_PULS_RATE")
        rows.add("NM", pulse, "1.1.1.2", str(now.pulse_per_min), _BEATS)
        rows.device(("69798", "MDC_DEV_ECG_VMD"), "1.2.0.0")
        rows.device(("69799", "MDC_DEV_ECG_CHAN"), "1.2.1.0")
        heart = ("147842", "MDC_ECG_CARD_BEAT_RATE")
        rows.add("NM", heart, "1.2.1.1", str(now.hr_per_min), _BEATS, mark=doubt)
        breaths = ("151562", "MDC_RESP_RATE")
        rows.add("NM", breaths, "1.2.1.2", str(now.rr_per_min), _BREATHS, mark=doubt)
        rows.add("NM", ("150364", "MDC_TEMP_BODY"), "1.2.1.3", str(now.temp_c), _CELSIUS)
        rows.device(("70686", "MDC_DEV_PRESS_BLD_NONINV_VMD"), "1.3.0.0")
        rows.device(("70687", "MDC_DEV_PRESS_BLD_NONINV_CHAN"), "1.3.1.0")
        for place, code, name, value in (
            (1, "150021", "MDC_PRESS_BLD_NONINV_SYS", pressure.sbp_mmhg),
            (2, "150022", "MDC_PRESS_BLD_NONINV_DIA", pressure.dbp_mmhg),
            (3, "150023", "MDC_PRESS_BLD_NONINV_MEAN", pressure.map_mmhg),
        ):
            rows.add("NM", (code, name), f"1.3.1.{place}", str(value), _MMHG, at=cuff_at)
        return rows


class Turn(StrEnum):
    """What a nurse does at the pump."""

    START = "start"
    RATE = "rate change"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    CLEAR = "clear the program"


@dataclass(frozen=True, slots=True)
class Step:
    """One turn at a second of the infusion; a rate for start, rate change and resume."""

    second: int
    turn: Turn
    rate_ml_per_h: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Program:
    """What was programmed on the pump."""

    steps: tuple[Step, ...]
    volume_ml: Decimal = Decimal(50)
    concentration_mg_per_ml: Decimal = Decimal(1)
    drug: str = "Ketamine"


_EVENTS = {
    "start": (("197288", "MDC_EVT_PUMP_DELIV_START"), "delivering"),
    "stop": (("0", "MDC_EVT_PUMP_DELIV_STOP"), "not-delivering"),
    "between": (("0", "MDC_EVT_PUMP_DELIV_STOP"), "transitioning"),
    "complete": (("0", "MDC_EVT_PUMP_DELIV_COMP"), "not-delivering"),
    "clear": (("0", "MDC_EVT_PUMP_PROG_CLEARED"), "not-delivering"),
}
_TURNS = {
    Turn.START: ("start",),
    Turn.RESUME: ("start",),
    Turn.RATE: ("between", "start"),
    Turn.PAUSE: ("stop",),
    Turn.COMPLETE: ("complete",),
    Turn.CLEAR: ("clear",),
}


@dataclass(frozen=True, slots=True)
class Pump:
    """A pump with one channel; `started_at` is second 0 of its program."""

    number: int
    started_at: datetime
    person: Person
    program: Program
    identifier: str = "0012210000000001"
    place: Place = Place()

    def delivered_ml(self, second: int) -> Decimal:
        """Give what has run in by a second, to a hundredth of a millilitre."""
        total, rate, since = Decimal(0), Decimal(0), 0
        for step in self.program.steps:
            if step.second > second:
                break
            total += rate * (step.second - since)
            rate, since = step.rate_ml_per_h, step.second
        total += rate * (second - since)
        return (total / 3600).quantize(Decimal("0.01"), ROUND_HALF_EVEN)

    def messages(self) -> list[tuple[int, bytes]]:
        """Give every event of the program with its second, in order."""
        made: list[tuple[int, bytes]] = []
        rate = Decimal(0)
        for step in self.program.steps:
            for event in _TURNS[step.turn]:
                rate = rate if event == "between" else step.rate_ml_per_h
                made.append((step.second, self._message(step.second, event, rate, len(made))))
        return made

    def _message(self, second: int, event: str, rate: Decimal, count: int) -> bytes:
        at = self.started_at + timedelta(seconds=second)
        delivered = self.delivered_ml(second)
        code, status = _EVENTS[event]
        is_flowing = event in ("start", "between")
        rows = _Rows()
        rows.device(
            ("70049", "MDC_DEV_PUMP_INFUS_LVP_MDS"),
            "1.0.0.0",
            (self.identifier, "", self.identifier, "EUI-64"),
        )
        rows.add("CWE", ("68487", "MDC_ATTR_EVT_COND"), "1.0.0.2", (*code, "MDC"))
        rows.add("ST", ("68488", "MDC_ATTR_EVT_SOURCE"), "1.0.0.3", "1.1.2.0")
        rows.device(("70050", "MDC_DEV_PUMP_INFUS_LVP_VMD"), "1.1.0.0")
        rows.device(("70067", "MDC_DEV_PUMP_DELIVERY_INFO"), "1.1.1.0")
        infusing = "pump-status-infusing" if is_flowing else "pump-status-not-infusing"
        rows.add("CWE", ("184519", "MDC_PUMP_INFUSING_STATUS"), "1.1.1.1", ("", infusing))
        flow = str(rate if is_flowing else Decimal(0))
        rows.add("NM", ("158014", "MDC_FLOW_FLUID_PUMP_CURRENT"), "1.1.1.2", flow, _ML_PER_H)
        primary = ("", "pump-source-info-primary")
        rows.add("CWE", ("158016", "MDC_DEV_PUMP_ACTIVE_SOURCES"), "1.1.1.3", primary)
        rows.device(("70071", "MDC_DEV_PUMP_INFUSATE_SOURCE_PRIMARY"), "1.1.2.0")
        state = ("", f"pump-delivery-status-{status}")
        rows.add("CWE", ("158005", "MDC_DEV_PUMP_CURRENT_DELIVERY_STATUS"), "1.1.2.1", state)
        rows.add("NM", ("157784", "MDC_FLOW_FLUID_PUMP"), "1.1.2.4", str(rate), _ML_PER_H)
        left = max(Decimal(0), self.program.volume_ml - delivered)
        for place, number, name, value, unit in (
            (6, "157884", "MDC_VOL_FLUID_TBI", self.program.volume_ml, _ML),
            (7, "157993", "MDC_VOL_FLUID_DELIV_TOTAL", delivered, _ML),
            (8, "157872", "MDC_VOL_FLUID_TBI_REMAIN", left, _ML),
            (9, "157760", "MDC_CONC_DRUG", self.program.concentration_mg_per_ml, _MG_PER_ML),
        ):
            rows.add("NM", (number, name), f"1.1.2.{place}", str(value), unit)
        rows.add("ST", ("184514", "MDC_DRUG_NAME_LABEL"), "1.1.2.10", self.program.drug)
        control_id = f"{self.identifier[-6:]}-{self.number}-{count}"
        header = _msh(self.identifier, "R42", _PCD_10, control_id, at)
        order: list[str | tuple[str, ...]] = ["OBR", "1", "", control_id]
        order += [("", self.program.drug), "", "", _time(at)]
        return compose([header, *_who(self.person, self.place), order, *rows.segments])
