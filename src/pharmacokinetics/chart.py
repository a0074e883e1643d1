"""Pictures of curves with bands as SVG: the same data give the same bytes, on every machine.

Every line and mark carries the site its blood comes from, and the site is written where the line
is named: arterial and venous levels can not share an axis unlabelled. Colours are attributes, not
styles, so a picture may stand in a page under a strict content policy. Lines differ by dash too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, isfinite, log10
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from pharmacokinetics.errors import SiteError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 66, 18, 46, 52
LEGEND_LINE = 18
INK, QUIET, GRID, PAPER = "#1b2530", "#51606e", "#dbe1e6", "#ffffff"
TONES = {
    "venous plasma": "#0b6b66",
    "arterial plasma": "#a3361f",
    "plasma, site not stated": "#51606e",
    "effect site, driven by arterial plasma": "#6a3fa0",
}
SHORT = dict(zip(TONES, ("venous", "arterial", "site not stated", "effect site"), strict=True))
"""The sites where several stand beside one axis; the legend names each in full."""

DASHES = ("", "7 4", "2 3", "10 3 2 3")
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A curve. ``site`` is where the blood comes from, one of ``TONES``."""

    name: str
    site: str
    x: Floats
    y: Floats
    dash: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """The area between two curves, with the words that say what it is."""

    name: str
    site: str
    x: Floats
    low: Floats
    high: Floats
    strength: float = 0.18
    dash: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """Observed points, with a range where one was published instead of a number."""

    name: str
    site: str
    x: Floats
    y: Floats
    low: Floats | None = None
    high: Floats | None = None
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Curves, bands and marks over one pair of axes. ``analyte`` and ``unit`` name the y axis."""

    title: str
    analyte: str
    lines: Sequence[Line] = ()
    bands: Sequence[Band] = ()
    marks: Sequence[Mark] = ()
    unit: str = "ng/mL"
    x_name: str = "Minutes after the start"
    note: str = ""
    sites: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the sites, and refuse one that has no name."""
        found = {part.site for part in self.parts}
        unknown = sorted(found - set(TONES))
        if unknown or not found:
            raise SiteError(
                f"Name the sampling site of every curve ({'; '.join(TONES)}): "
                f"{', '.join(map(repr, unknown)) or 'there is no curve'}."
            )
        object.__setattr__(self, "sites", tuple(site for site in TONES if site in found))

    @property
    def parts(self) -> tuple[Line | Band | Mark, ...]:
        """Lines, bands and marks, in the order of the legend."""
        return (*self.lines, *self.bands, *self.marks)

    @property
    def y_name(self) -> str:
        """The words of the y axis: what, where, unit."""
        if len(self.sites) == 1:
            return f"{self.analyte}, {self.sites[0]} ({self.unit})"
        return f"{self.analyte}: {', '.join(SHORT[site] for site in self.sites)} ({self.unit})"


def draw(picture: Picture) -> str:
    """Return the picture as SVG text that ends with a newline."""
    legend = _legend(picture)
    top = TOP + LEGEND_LINE * len(legend)
    scale = _Scale.of(picture, top)
    about = f"{picture.y_name} against {picture.x_name.lower()}. {picture.note}".strip()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {scale.height}" '
        f'role="img" aria-label={quoteattr(picture.title)} '
        f'font-family="system-ui, sans-serif" font-size="13">'
    )
    title = (
        f'<text x="{LEFT}" y="26" font-size="16" font-weight="600" fill="{INK}">'
        f"{escape(picture.title)}</text>"
    )
    body = [
        head,
        f"<title>{escape(picture.title)}</title>",
        f"<desc>{escape(about)}</desc>",
        f'<rect width="{WIDTH}" height="{scale.height}" fill="{PAPER}"/>',
        title,
        *_axes(picture, scale),
        *(_band(band, scale) for band in picture.bands),
        *(_line(line, scale) for line in picture.lines),
        *(_mark(mark, scale) for mark in picture.marks),
        *legend,
        "</svg>",
    ]
    return "\n".join(body) + "\n"


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to pixels."""

    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]
    x_end: float
    y_end: float
    top: int
    height: int

    @classmethod
    def of(cls, picture: Picture, top: int) -> _Scale:
        """Fit the axes to everything in the picture. Both begin at zero."""
        x_end = max(_top(part.x) for part in picture.parts)
        tops = [_top(line.y) for line in picture.lines]
        tops += [_top(band.high) for band in picture.bands]
        for mark in picture.marks:
            tops += [_top(mark.y)] + ([_top(mark.high)] if mark.high is not None else [])
        x_ticks, y_ticks = ticks(x_end, 8), ticks(max(tops) * 1.02, 6)
        height = HEIGHT + top - TOP + (LEGEND_LINE if picture.note else 0)
        return cls(x_ticks, y_ticks, x_end, y_ticks[-1], top, height)

    @property
    def foot(self) -> int:
        """The y pixel of zero."""
        return self.top + HEIGHT - TOP - BOTTOM

    def x(self, value: float) -> str:
        """The x pixel of a value."""
        return f"{LEFT + (WIDTH - LEFT - RIGHT) * value / self.x_end:.1f}"

    def y(self, value: float) -> str:
        """The y pixel of a value."""
        return f"{self.foot - (self.foot - self.top) * value / self.y_end:.1f}"

    def path(self, x: Floats, y: Floats) -> str:
        """Points as an SVG path, without a pen-down at the start."""
        pairs = (f"{self.x(a)} {self.y(b)}" for a, b in zip(x, y, strict=True) if isfinite(b))
        return " L".join(pairs)


def ticks(end: float, about: int) -> tuple[float, ...]:
    """Choose round ticks from zero to the first one at or above ``end``."""
    end = end if end > 0 else 1.0
    raw = end / about
    ten = 10.0 ** floor(log10(raw))
    step = next(ten * factor for factor in STEPS if ten * factor >= raw * (1 - 1e-9))
    count = int(np.ceil(end / step - 1e-9))
    return tuple(step * i for i in range(count + 1))


def _top(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max(initial=0.0))


def _axes(picture: Picture, scale: _Scale) -> list[str]:
    parts = []
    for value in scale.y_ticks:
        y = scale.y(value)
        parts.append(f'<path d="M{LEFT} {y} H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        parts.append(_text(f"{value:g}", LEFT - 8, f"{float(y) + 4:.1f}", anchor="end"))
    parts += [
        _text(f"{value:g}", scale.x(value), scale.foot + 18, anchor="middle")
        for value in scale.x_ticks
        if value <= scale.x_end * (1 + 1e-9)
    ]
    middle = (scale.top + scale.foot) // 2
    parts.append(f'<path d="M{LEFT} {scale.foot} H{WIDTH - RIGHT}" stroke="{QUIET}"/>')
    parts.append(_text(picture.x_name, (LEFT + WIDTH - RIGHT) // 2, scale.foot + 38, "middle"))
    turn = f' transform="rotate(-90 16 {middle})"'
    parts.append(_text(picture.y_name, 16, middle, "middle", turn))
    if picture.note:
        parts.append(_text(picture.note, LEFT, scale.foot + 38 + LEGEND_LINE))
    return parts


def _text(words: str, x: object, y: object, anchor: str = "start", more: str = "") -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{QUIET}"{more}>{escape(words)}</text>'
    )


def _band(band: Band, scale: _Scale) -> str:
    there = scale.path(band.x, band.high)
    back = scale.path(band.x[::-1], band.low[::-1])
    tone = TONES[band.site]
    return (
        f'<path d="M{there} L{back} Z" fill="{tone}" fill-opacity="{band.strength:g}" '
        f'stroke="{tone}" stroke-opacity="0.4" stroke-width="0.8"{_dash(band.dash)}/>'
    )


def _line(line: Line, scale: _Scale) -> str:
    return (
        f'<path d="M{scale.path(line.x, line.y)}" fill="none" stroke="{TONES[line.site]}" '
        f'stroke-width="2"{_dash(line.dash)}/>'
    )


def _dash(index: int) -> str:
    dash = DASHES[index % len(DASHES)]
    return f' stroke-dasharray="{dash}"' if dash else ""


def _mark(mark: Mark, scale: _Scale) -> str:
    tone = TONES[mark.site]
    parts = []
    if mark.low is not None and mark.high is not None:
        for x, low, high in zip(mark.x, mark.low, mark.high, strict=True):
            parts.append(
                f'<path d="M{scale.x(x)} {scale.y(low)} V{scale.y(high)}" stroke="{INK}" '
                'stroke-width="1.5"/>'
            )
    fill = PAPER if mark.hollow else tone
    for x, y in zip(mark.x, mark.y, strict=True):
        if isfinite(y):
            parts.append(
                f'<circle cx="{scale.x(x)}" cy="{scale.y(y)}" r="3.5" fill="{fill}" '
                f'stroke="{INK}"/>'
            )
    return "\n".join(parts)


def _legend(picture: Picture) -> list[str]:
    """One line for each curve, band and mark: a sample, its name, its site."""
    rows = []
    y = TOP - 2
    for part in picture.parts:
        tone = TONES[part.site]
        if isinstance(part, Line):
            sample = (
                f'<path d="M{LEFT} {y - 4} h26" stroke="{tone}" stroke-width="2"'
                f"{_dash(part.dash)}/>"
            )
        elif isinstance(part, Band):
            sample = (
                f'<rect x="{LEFT}" y="{y - 10}" width="26" height="12" fill="{tone}" '
                f'fill-opacity="{part.strength:g}" stroke="{tone}" stroke-width="0.8"'
                f"{_dash(part.dash)}/>"
            )
        else:
            fill = PAPER if part.hollow else tone
            sample = f'<circle cx="{LEFT + 13}" cy="{y - 4}" r="3.5" fill="{fill}" stroke="{INK}"/>'
        rows.append(sample + _text(f"{part.name}, {part.site}", LEFT + 34, y))
        y += LEGEND_LINE
    return rows
