"""What the template draws: places and words, nothing to work out any more."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """One point: its place, its shape, and its words."""

    x: str
    y: str
    shape: str
    words: str
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A straight piece between two points."""

    x1: str
    y1: str
    x2: str
    y2: str
    kind: str


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line; what it means stands in the note of the panel."""

    y: str
    kind: str


@dataclass(frozen=True, slots=True)
class Band:
    """A horizontal band."""

    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Stem:
    """One infusion: a stem as high as its dose in mg/kg."""

    x: str
    top: str
    bottom: str
    kind: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel begins, and the base lines of its name and its note."""

    top: int
    heading_y: int
    note_y: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One strip of the chart. Vertical places inside it count from its own top."""

    code: str
    name: str
    place: Place
    height: int
    ticks: tuple[Tick, ...]
    note: str = ""
    marks: tuple[Mark, ...] = ()
    lines: tuple[Line, ...] = ()
    levels: tuple[Level, ...] = ()
    band: Band | None = None
    stems: tuple[Stem, ...] = ()
    missing: tuple[Mark, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole chart, ready to be drawn."""

    title: str
    description: str
    height: int
    axis_y: int
    axis_label: str
    days: tuple[Tick, ...]
    panels: tuple[Panel, ...]
    guides: tuple[str, ...]
    has_hollow: bool
    has_missing: bool
