"""Reads the reviewed questionnaire files and refuses a faulty one before anybody answers it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from decimal import Decimal, InvalidOperation
from importlib import resources
from types import MappingProxyType
from typing import Any

from serein.assessments.rules.instruments import (
    Anchor,
    Cluster,
    Codes,
    CutOff,
    Gate,
    Instrument,
    Item,
    MissingRule,
    ProvisionalRule,
    Scoring,
    Signal,
)

LICENCE_CLASSES = frozenset({"PD", "PD-US"})
"""Only forms that may be shipped whole: public domain, and works of the US government."""
WHOLE_NUMBERS = frozenset({"place", "seconds_per_item"})
WORDING = frozenset({"confirmed", "to confirm"})
LOINC = re.compile(r"\d{1,7}-\d|LA\d+-\d")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FaultyInstrument(ValueError):
    """A questionnaire file says something that cannot be. The message names file and fault."""


def load() -> Mapping[str, Instrument]:
    """Read and check every questionnaire that ships with the clinic system.

    :raises FaultyInstrument: a file cannot be read, or contradicts itself
    """
    folder = resources.files("serein.assessments") / "content"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    found: dict[str, Instrument] = {}
    for file in files:
        instrument = parse(name=file.name, text=file.read_text(encoding="utf-8"))
        if f"{instrument.code}.toml" != file.name:
            raise FaultyInstrument(f"{file.name}: name the file after its code {instrument.code}.")
        found[instrument.code] = instrument
    in_order = sorted(found.values(), key=lambda form: (form.place, form.code))
    return MappingProxyType({form.code: form for form in in_order})


def parse(*, name: str, text: str) -> Instrument:
    """Read one questionnaire from the text of its file.

    :raises FaultyInstrument: the text is no TOML, lacks a field, or contradicts itself
    """
    try:
        raw = tomllib.loads(text)
        instrument = _instrument(raw)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, InvalidOperation) as fault:
        raise FaultyInstrument(f"{name}: {_said(fault)}") from fault
    faults = tuple(_faults(instrument))
    if faults:
        raise FaultyInstrument(f"{name}: {' '.join(faults)}")
    return instrument


def _said(fault: Exception) -> str:
    return f"Add {fault}." if isinstance(fault, KeyError) else f"Correct the file: {fault}."


def _instrument(raw: dict[str, Any]) -> Instrument:
    plain = {key: raw[key] for key in _plain_fields()}
    for key, value in plain.items():
        wanted = int if key in WHOLE_NUMBERS else str
        if type(value) is not wanted:
            raise TypeError(f"{key} must be a {'whole number' if wanted is int else 'text'}")
    known = {f.name for f in fields(Instrument)}
    strangers = sorted(set(raw) - known)
    if strangers:
        raise ValueError(f"it does not know {', '.join(strangers)}")
    provisional = raw.get("provisional")
    return Instrument(
        **plain,
        codes=Codes(**raw["codes"]),
        scoring=_scoring(raw["scoring"]),
        items=tuple(Item(**item) for item in raw["items"]),
        anchors=tuple(Anchor(**anchor) for anchor in raw["anchors"]),
        clusters=tuple(_cluster(cluster) for cluster in raw.get("clusters", ())),
        cut_offs=tuple(CutOff(**cut_off) for cut_off in raw.get("cut_offs", ())),
        gate=_gate(raw["gate"]) if "gate" in raw else None,
        provisional=_provisional(provisional) if provisional else None,
        signal=Signal(**raw["signal"]) if "signal" in raw else None,
    )


def _plain_fields() -> tuple[str, ...]:
    nested = {"codes", "scoring", "items", "anchors"}
    return tuple(
        f.name for f in fields(Instrument) if f.default is MISSING and f.name not in nested
    )


def _scoring(raw: dict[str, Any]) -> Scoring:
    told = dict(raw)
    told["missing"] = MissingRule(told["missing"])
    if "min_cluster_share" in told:
        told["min_cluster_share"] = Decimal(told["min_cluster_share"])
    return Scoring(**told)


def _cluster(raw: dict[str, Any]) -> Cluster:
    return Cluster(code=raw["code"], name=raw["name"], items=tuple(raw["items"]))


def _gate(raw: dict[str, Any]) -> Gate:
    return Gate(
        lead=raw["lead"],
        text=raw["text"],
        examples=tuple(raw["examples"]),
        passes_at=raw["passes_at"],
    )


def _provisional(raw: dict[str, Any]) -> ProvisionalRule:
    return ProvisionalRule(
        present_at=raw["present_at"],
        needs=MappingProxyType(dict(raw["needs"])),
        source=raw["source"],
    )


def _faults(instrument: Instrument) -> Iterable[str]:
    yield from _label_faults(instrument)
    yield from _shape_faults(instrument)
    if instrument.items and instrument.anchors:
        yield from _scoring_faults(instrument)
        yield from _cluster_faults(instrument)
        yield from _code_faults(instrument)


def _label_faults(instrument: Instrument) -> Iterable[str]:
    if not CODE.fullmatch(instrument.code):
        yield "Write the code in small letters, figures and single hyphens."
    may_be_empty = {"instructions"}
    for name in _plain_fields():
        if name not in may_be_empty and not str(getattr(instrument, name)).strip():
            yield f"Fill in {name}."
    if instrument.licence_class not in LICENCE_CLASSES:
        yield f"Choose a licence class that may be shipped: {', '.join(sorted(LICENCE_CLASSES))}."
    if instrument.wording_status not in WORDING:
        yield f"Choose a wording status: {' or '.join(sorted(WORDING))}."
    if instrument.seconds_per_item < 1:
        yield "Give at least one second for each item."


def _shape_faults(instrument: Instrument) -> Iterable[str]:
    numbers = [item.number for item in instrument.items]
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        yield "Number the items 1, 2, 3 … without a gap."
    values = [anchor.value for anchor in instrument.anchors]
    if len(values) < 2 or values != list(range(len(values))):
        yield "Give at least two anchors with the values 0, 1, 2 … in order."
    if any(not item.text.strip() for item in instrument.items):
        yield "Write the words of every item."
    if any(not anchor.label.strip() for anchor in instrument.anchors):
        yield "Write the words of every anchor."


def _scoring_faults(instrument: Instrument) -> Iterable[str]:
    scoring, count = instrument.scoring, len(instrument.items)
    if not scoring.source.strip():
        yield "Give the source of the rule for missing items."
    if scoring.missing is MissingRule.PRORATE and not (
        0 < scoring.min_answered <= count and 0 < scoring.min_cluster_share <= 1
    ):
        yield "Prorate from at least one answer, and from a share of each cluster above 0, at most 1."
    if any(not 0 < c.at_least <= instrument.highest_total for c in instrument.cut_offs):
        yield f"Keep every cut-off within 1 to {instrument.highest_total}."
    if any(not c.source.strip() for c in instrument.cut_offs):
        yield "Give the source of every cut-off."
    if instrument.signal and not 1 <= instrument.signal.item <= count:
        yield "Let the signal name one of the items."
    if instrument.gate and instrument.gate.passes_at not in instrument.permitted:
        yield "Let the gate pass at one of the anchors."


def _cluster_faults(instrument: Instrument) -> Iterable[str]:
    grouped = sorted(number for cluster in instrument.clusters for number in cluster.items)
    if instrument.clusters and grouped != [item.number for item in instrument.items]:
        yield "Put every item into exactly one cluster."
    if _repeats([cluster.code for cluster in instrument.clusters]):
        yield "Give every cluster its own code."
    rule = instrument.provisional
    if rule is None:
        return
    sizes = {cluster.code: len(cluster.items) for cluster in instrument.clusters}
    if set(rule.needs) != set(sizes) or any(
        not 0 < need <= sizes[code] for code, need in rule.needs.items() if code in sizes
    ):
        yield "Say for every cluster how many symptoms it needs, no more than it has items."
    if rule.present_at not in instrument.permitted:
        yield "Let a symptom be present at one of the anchors."


def _code_faults(instrument: Instrument) -> Iterable[str]:
    codes = instrument.codes
    given = [codes.panel_loinc, codes.total_loinc]
    given += [item.loinc for item in instrument.items]
    given += [anchor.loinc for anchor in instrument.anchors]
    wrong = sorted(code for code in given if code and not LOINC.fullmatch(code))
    if wrong:
        yield f"Check the LOINC codes {', '.join(wrong)}."
    if _repeats([code for code in given if code]):
        yield "Use every LOINC code once."
    if not codes.local.strip():
        yield "Give a local code for the total."


def _repeats(values: Sequence[str]) -> bool:
    return len(set(values)) != len(values)
