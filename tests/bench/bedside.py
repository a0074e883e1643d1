"""``python -m tests.bench.bedside``: HL7 messages per second, ours, python-hl7 and hl7apy in one run.

One simulated monitor message (19 segments, 15 of them OBX). Processor time, the best of five rounds
after a first one that does not count. Rows stand in pairs of equal work:

- **parse**: what each library's own call does. Ours splits segments and leaves fields for when
  somebody looks; python-hl7 splits everything at once. Nobody stops there, so by itself it says little.
- **parse and read every OBX** (code, value, unit; all four give the same list): what a receiver needs.
- **everything split**, to fields, repetitions, components and subcomponents: what python-hl7 always
  does and a receiver does not need. Here the same lists are made by both, and compared first.

Target: parse at least 50 times python-hl7. The ratio of equal work stands beside each row.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import hl7 as python_hl7
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

from bedside import hl7
from bedside.acknowledgement import Outcome, Signature, acknowledge, identify
from bedside.inbox import receive
from bedside.mllp import FrameReader, wrap
from bedside.physiology import Script
from bedside.simulator import Monitor, Person
from tests.bench.__main__ import machine

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
PERSON = Person("MRN7", "Vale", "Ana", "19800101")
DATA = Monitor(7, Script.CALM, NOON, PERSON).message(600)
TEXT = DATA.decode()
ROUNDS = 5


def per_second(work: Callable[[], object], times: int) -> float:
    """Give how often `work` runs in a second of CPU time."""
    work()
    best = 0.0
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(times):
            work()
        best = max(best, times / (time.process_time() - start))
    return best


def ours_read() -> list[tuple[str, str, str]]:
    """Parse, then read the code, the value and the whole unit field of every OBX."""
    return [
        (segment.text(3), segment.text(5), segment.raw(6)) for segment in hl7.parse(DATA).all("OBX")
    ]


def ours_rows() -> list[tuple[str, str, str]]:
    """The same through the raw rows."""
    return [(row[3].split("^", 1)[0], row[5], row[6]) for row in hl7.parse(DATA).rows("OBX")]


def ours_whole() -> list[list[list[list[list[str]]]]]:
    """Split everything: segments, fields, repetitions, components, subcomponents."""
    message = hl7.parse(DATA)
    component, sub = message.delimiters.component, message.delimiters.subcomponent
    return [
        [
            [
                [part.split(sub) for part in repetition.split(component)]
                for repetition in segment.repetitions(field)
            ]
            for field in range(len(segment.fields))
        ]
        for segment in message.segments[1:]
    ]


def python_hl7_whole() -> list[list[list[list[list[str]]]]]:
    """The same lists out of what python-hl7 made, to see that the work is the same."""

    def parts(each: object, depth: int) -> list[object]:
        inner = list(each) if isinstance(each, list) else [each]
        return [parts(one, depth - 1) for one in inner] if depth else [str(one) for one in inner]

    return [[parts(field, 2) for field in segment] for segment in python_hl7.parse(TEXT)[1:]]


def python_hl7_read() -> list[tuple[str, str, str]]:
    """The same with python-hl7."""
    return [
        (str(row[3][0][0]), str(row[5]), str(row[6]))
        for row in python_hl7.parse(TEXT).segments("OBX")
    ]


def hl7apy_read() -> list[tuple[str, str, str]]:
    """The same with hl7apy."""
    return [
        (row.obx_3.to_er7().split("^", 1)[0], row.obx_5.to_er7(), row.obx_6.to_er7())
        for row in hl7apy_parse().children.get("OBX")
    ]


def hl7apy_parse() -> Any:
    """The parse of hl7apy alone."""
    return parse_message(TEXT, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False)


def answer() -> bytes | None:
    """Write the acknowledgement, with the identity that tells a repeat."""
    identify(DATA)
    return acknowledge(DATA, Outcome.STORED, by=Signature(), control_id="1", at=NOON)


def main() -> None:
    """Measure and print."""
    print(f"Measured on {machine()}")
    print(f"One PCD-01 message, {len(DATA)} bytes, {DATA.count(b'OBX|')} OBX; CPU time")
    stream = wrap(DATA) * 50
    assert ours_read() == ours_rows() == python_hl7_read() == hl7apy_read()
    assert ours_whole() == python_hl7_whole()
    peer_parse = per_second(lambda: python_hl7.parse(TEXT), 150)
    peer_read = per_second(python_hl7_read, 150)
    rows = [
        ("hl7apy, parse", per_second(hl7apy_parse, 4), 0.0),
        ("hl7apy, parse and read OBX", per_second(hl7apy_read, 4), 0.0),
        ("python-hl7, parse", peer_parse, 0.0),
        ("python-hl7, parse and read OBX", peer_read, 0.0),
        ("ours, parse", per_second(lambda: hl7.parse(DATA), 10_000), peer_parse),
        ("ours, parse and read OBX raw", per_second(ours_rows, 8_000), peer_read),
        ("ours, parse and read OBX as text", per_second(ours_read, 5_000), peer_read),
        ("ours, everything split, as python-hl7", per_second(ours_whole, 1_000), peer_parse),
        ("ours, bytes to readings", per_second(lambda: receive(DATA, received_at=NOON), 500), 0.0),
        ("ours, identity and acknowledgement", per_second(answer, 5_000), 0.0),
        ("ours, frames", per_second(lambda: FrameReader().feed(stream), 500) * 50, 0.0),
    ]
    for name, rate, peer in rows:
        times = f"   {rate / peer:6.1f} × python-hl7" if peer else ""
        print(f"  {name:<38}{rate:>12,.0f} /s{times}")


if __name__ == "__main__":
    main()
