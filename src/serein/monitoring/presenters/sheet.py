"""The parts of the flowsheet: places and finished words, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from serein.monitoring.presenters.marks import Label, Panel
from serein.monitoring.presenters.scales import place


@dataclass(frozen=True, slots=True)
class InfusionBar:
    """A stretch at one rate, as the infusion's log has it. ``to_at`` None runs on; rate 0 is a pause."""

    from_at: datetime
    to_at: datetime | None
    rate_ml_per_h: Decimal
    mg_at_end: Decimal


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """Something that happened, with the number it has in the key."""

    at: datetime
    number: int
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the sheet: before, during, after, or silence."""

    x: float
    width: float
    label: str
    kind: str

    @property
    def text_x(self) -> float:
        """Where its word stands."""
        return place(self.x + self.width / 2)


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line every five minutes; labelled ones carry minute and clock."""

    x: float
    minute: str
    clock: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Scores in figures along the time axis."""

    name: str
    y: float
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of the infusion as drawn."""

    x: float
    y: float
    width: float
    height: float
    is_pause: bool
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class EventMark:
    """A numbered flag on the axis."""

    x: float
    y: float
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the key."""

    number: int
    at: str
    minute: str
    label: str


@dataclass(frozen=True, slots=True)
class Flowsheet:
    """The whole sheet in places and finished words."""

    uid: str
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    title: str
    summary: str
    bands: tuple[Band, ...]
    grid: tuple[GridLine, ...]
    panels: tuple[Panel, ...]
    lanes: tuple[Lane, ...]
    bar_floor: float
    bars: tuple[Bar, ...]
    mg_labels: tuple[Label, ...]
    events: tuple[EventMark, ...]
    key: tuple[EventLine, ...]
    now_x: float | None
    is_empty: bool
    has_hollow: bool = False

    @property
    def span(self) -> float:
        """The width of the drawn time."""
        return place(self.right - self.left)

    @property
    def ground_height(self) -> float:
        """From the top of the first panel to the axis."""
        return place(self.bottom - self.top)

    @property
    def silence_height(self) -> float:
        """From the top of the first panel to the bottom of the last."""
        return place(self.panels[-1].top + self.panels[-1].height - self.top)

    @property
    def minute_y(self) -> float:
        """The line of minutes on the axis."""
        return place(self.bottom + 17)

    @property
    def clock_y(self) -> float:
        """The line of clock times on the axis."""
        return place(self.bottom + 34)

    @property
    def tick_x(self) -> float:
        """Where the figures of the value axes end."""
        return place(self.left - 6)
