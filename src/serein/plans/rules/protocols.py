"""The clinic's protocols, read from reviewed content and checked as they are loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parents[1] / "content" / "protocols.toml"


class FaultyProtocol(ValueError):
    """The content file says something that cannot be."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """What the clinic does in general; a treatment plan starts from it."""

    code: str
    name: str
    summary: str
    infusions: int
    per_week: int
    weekdays: frozenset[int] | None
    calendar_weeks: int | None
    span_days: int
    mg_per_kg: Decimal
    minutes: int
    min_gap_hours: int
    max_gap_days: int
    sources: tuple[str, ...]
    version: str


def load_protocols(text: str) -> Mapping[str, Protocol]:
    """Read and check the content file.

    :raises FaultyProtocol: with the protocol and what is wrong about it
    """
    content = tomllib.loads(text)
    protocols: dict[str, Protocol] = {}
    for entry in content["protocol"]:
        protocol = _protocol(entry, str(content["version"]))
        if protocol.code in protocols:
            raise FaultyProtocol(f"{protocol.code}: there are two of this code")
        problem = _problem(protocol)
        if problem:
            raise FaultyProtocol(f"{protocol.code}: {problem}")
        protocols[protocol.code] = protocol
    return protocols


def _protocol(entry: Mapping[str, Any], version: str) -> Protocol:
    weekdays = entry.get("weekdays")
    try:
        return Protocol(
            code=entry["code"],
            name=entry["name"],
            summary=entry["summary"],
            infusions=entry["infusions"],
            per_week=entry["per_week"],
            weekdays=frozenset(weekdays) if weekdays else None,
            calendar_weeks=entry.get("calendar_weeks"),
            span_days=entry["span_days"],
            mg_per_kg=Decimal(entry["mg_per_kg"]),
            minutes=entry["minutes"],
            min_gap_hours=entry["min_gap_hours"],
            max_gap_days=entry["max_gap_days"],
            sources=tuple(entry["sources"]),
            version=version,
        )
    except KeyError as missing:
        raise FaultyProtocol(f"{entry.get('code', '?')}: {missing} is missing") from None


def _problem(protocol: Protocol) -> str:
    checks = (
        (not protocol.sources, "no source is named"),
        (not 1 <= protocol.infusions <= 12, "between 1 and 12 infusions"),
        (not Decimal(0) < protocol.mg_per_kg <= Decimal(1), "mg/kg above 0 and at most 1.0"),
        (not 20 <= protocol.minutes <= 120, "between 20 and 120 minutes"),
        (not 0 < protocol.min_gap_hours < protocol.max_gap_days * 24, "the gaps leave no room"),
        (not protocol.weekdays and protocol.calendar_weeks, "calendar weeks without weekdays"),
        (bool(protocol.weekdays and max(protocol.weekdays) > 6), "weekdays are 0 to 6"),
        (protocol.span_days < protocol.infusions, "more infusions than days"),
    )
    return next((words for is_wrong, words in checks if is_wrong), "")


PROTOCOLS: Mapping[str, Protocol] = load_protocols(CONTENT.read_text(encoding="utf-8"))
