"""What a questionnaire is, in a clinic's words.

An *instrument* is one form with one recall period: the PCL-5 of the past month and the PCL-5 of the
past week are two instruments, and their scores two series. It has numbered *items*, each answered
with one of its *anchors*. *Clusters* group items; a *gate* is a question asked before the items
that decides whether they are asked at all; the *signal* names the item whose answer above zero is
acted on at once, whatever the total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

GATE = 0
"""The number under which the answer to the gate is kept; items count from 1."""


class MissingRule(StrEnum):
    """What becomes of a total when items are missing. None of them ever counts as zero."""

    COMPLETE_ONLY = "complete_only"
    PRORATE = "prorate"


@dataclass(frozen=True, slots=True)
class Item:
    """One question, in the exact words of the form."""

    number: int
    text: str
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One answer that the form offers, with the number it counts as."""

    value: int
    label: str
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Items that belong to one group of symptoms."""

    code: str
    name: str
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """A question that is asked first; below `passes_at` the form ends."""

    lead: str
    text: str
    examples: tuple[str, ...]
    passes_at: int


@dataclass(frozen=True, slots=True)
class Scoring:
    """`min_answered` and `min_cluster_share` matter only where the rule is to prorate."""

    missing: MissingRule
    source: str
    min_answered: int = 0
    min_cluster_share: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class ProvisionalRule:
    """A symptom is present at `present_at` or more; each cluster needs so many of them."""

    present_at: int
    needs: Mapping[str, int]
    source: str


@dataclass(frozen=True, slots=True)
class Signal:
    """The item whose answer above zero is acted on at once."""

    item: int
    code: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """A total from which the source speaks of a positive screen; for one recorded sex, or for all."""

    at_least: int
    label: str
    source: str
    applies_to: str = ""


@dataclass(frozen=True, slots=True)
class Codes:
    """`local` names the total in the clinic's own code system; LOINC only where it is confirmed."""

    local: str
    panel_loinc: str = ""
    total_loinc: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One form as its file says; `place` is where it stands in lists."""

    code: str
    place: int
    title: str
    short_title: str
    version: str
    recall_period: str
    instructions: str
    stem: str
    seconds_per_item: int
    citation: str
    licence_class: str
    licence_note: str
    wording_status: str
    wording_source: str
    codes: Codes
    scoring: Scoring
    items: tuple[Item, ...]
    anchors: tuple[Anchor, ...]
    clusters: tuple[Cluster, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    gate: Gate | None = None
    provisional: ProvisionalRule | None = None
    signal: Signal | None = None

    @property
    def permitted(self) -> tuple[int, ...]:
        """Every value that may be answered, lowest first."""
        return tuple(anchor.value for anchor in self.anchors)

    @property
    def highest_total(self) -> int:
        return len(self.items) * self.permitted[-1]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Every question in the order it is asked, the gate (0) first where there is one."""
        return (*((GATE,) if self.gate else ()), *(item.number for item in self.items))

    def label_for(self, value: int) -> str:
        """The words of an answer.

        :raises KeyError: the value is no permitted answer
        """
        return {anchor.value: anchor.label for anchor in self.anchors}[value]

    def text_for(self, number: int) -> str:
        """The words of a question; 0 asks for the gate.

        :raises KeyError: there is no such question
        """
        if number == GATE and self.gate:
            return self.gate.text
        return {item.number: item.text for item in self.items}[number]

    def cluster_of(self, number: int) -> Cluster | None:
        return next((c for c in self.clusters if number in c.items), None)
