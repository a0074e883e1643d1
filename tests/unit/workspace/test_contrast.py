"""The colours of each theme are far enough apart to be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import serein.core

TEXT, EDGE = 4.5, 3.0
SURFACES = ("page", "surface", "sunken")
TONES = ("act", "look", "note", "done", "wait", "stale")
READ_ON_SURFACES = ("ink", "ink-soft", "accent", *TONES)
READ_ON_ITS_OWN = (
    *((tone, f"{tone}-wash") for tone in ("accent", *TONES)),
    *(("ink", f"{tone}-wash") for tone in ("accent", *TONES)),
    *(("ink-soft", f"{tone}-wash") for tone in TONES),
    ("on-button", "button"),
    ("on-button", "button-hover"),
    ("on-stop", "stop"),
    ("on-stop", "stop-hover"),
)


@cache
def themes() -> dict[str, dict[str, str]]:
    css = Path(serein.core.__file__).parent / "static/core/css/tokens.css"
    text = css.read_text(encoding="utf-8")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)
    dim = text[text.index('[data-theme="dim"]') :]
    return {
        "light": {name: light for name, light, _ in pairs},
        "dark": {name: dark for name, _, dark in pairs},
        "dim": dict(re.findall(r"--([\w-]+): (#\w{6});", dim)),
    }


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "dim"])
def test_text_can_be_read_on_every_surface(theme: str) -> None:
    colours = themes()[theme]
    pairs = [(text, under) for text in READ_ON_SURFACES for under in SURFACES]
    low = {
        (text, under): round(contrast(colours[text], colours[under]), 2)
        for text, under in [*pairs, *READ_ON_ITS_OWN]
        if contrast(colours[text], colours[under]) < TEXT
    }
    assert low == {}


@pytest.mark.parametrize("theme", ["light", "dark", "dim"])
def test_edges_of_controls_and_the_focus_ring_can_be_seen(theme: str) -> None:
    colours = themes()[theme]
    low = {
        (edge, under): round(contrast(colours[edge], colours[under]), 2)
        for edge in ("line-strong", "focus")
        for under in SURFACES
        if contrast(colours[edge], colours[under]) < EDGE
    }
    assert low == {}


def test_the_dim_theme_stays_dark() -> None:
    dim = themes()["dim"]
    assert max(luminance(colour) for colour in dim.values()) < 0.65
    assert all(luminance(dim[under]) < 0.02 for under in SURFACES)
