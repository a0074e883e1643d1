"""Pictures: the same bytes every time, and blood always named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import pytest

from pharmacokinetics import course, figures, library, pump_log
from pharmacokinetics.chart import Line, Picture, draw, ticks
from pharmacokinetics.disposition import disposition
from pharmacokinetics.errors import SiteError

FOLDER = Path(__file__).parents[3] / "docs" / "science" / "figures"
X = np.array([0.0, 10.0, 20.0])


def line(site: str) -> Line:
    return Line("Ketamine", site, X, np.array([0.0, 50.0, 20.0]))


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return figures.documentation()


def test_the_pictures_of_the_documentation_are_fresh(pictures: dict[str, Picture]) -> None:
    """Make them again with ``python -m pharmacokinetics.figures docs/science/figures``."""
    assert {path.name for path in FOLDER.glob("*.svg")} == set(pictures)
    for name, picture in pictures.items():
        assert FOLDER.joinpath(name).read_text(encoding="utf-8") == draw(picture), name


def test_every_picture_names_analyte_site_and_unit_and_what_it_is(
    pictures: dict[str, Picture],
) -> None:
    for picture in pictures.values():
        words = [one.text or "" for one in Xml.fromstring(draw(picture)).iter() if one.text]  # noqa: S314
        assert any(word == picture.y_name and "(ng/mL)" in word for word in words)
        assert "Model of published volunteers, not a measurement." in words
        for part in picture.parts:
            assert f"{part.name}, {part.site}" in words


def test_arterial_and_venous_never_share_an_axis_unlabelled() -> None:
    both = Picture("Two", "Ketamine", lines=(line("venous plasma"), line("arterial plasma")))
    assert both.y_name == "Ketamine: venous, arterial (ng/mL)"
    text = draw(both)
    assert "Ketamine, venous plasma<" in text
    assert "Ketamine, arterial plasma<" in text


@pytest.mark.parametrize("site", ["", "plasma", "Venous plasma"])
def test_a_curve_without_its_site_is_refused(site: str) -> None:
    with pytest.raises(SiteError, match="Name the sampling site of every curve"):
        Picture("One", "Ketamine", lines=(line(site),))


def test_a_picture_of_nothing_is_refused() -> None:
    with pytest.raises(SiteError, match="there is no curve"):
        Picture("None", "Ketamine")


def test_a_picture_may_stand_in_a_page_under_a_strict_policy(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        text = draw(picture)
        assert "style=" not in text
        assert "<script" not in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_words_are_escaped() -> None:
    bad = replace(line("venous plasma"), name='<script>"&')
    text = draw(Picture('A "title" <b>', "Ketamine", lines=(bad,)))
    assert Xml.fromstring(text).get("aria-label") == 'A "title" <b>'  # noqa: S314
    assert "<script" not in text


def test_one_person_is_drawn_with_every_output() -> None:
    model = library.model("KAMP2020")
    levels = course.levels(
        disposition(model, weight_kg=70.0), pump_log.read("0:0.875; 40:0"), np.arange(0.0, 60.0)
    )
    picture = figures.picture_of_levels(levels)
    assert [one.site for one in picture.lines] == [
        "arterial plasma",
        "arterial plasma",
        "effect site, driven by arterial plasma",
    ]
    assert picture.analyte == "Ketamine and norketamine"


@pytest.mark.parametrize(
    ("end", "about", "expected"),
    [
        (240.0, 8, (0, 50, 100, 150, 200, 250)),
        (0.9, 6, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (0.0, 4, (0, 0.25, 0.5, 0.75, 1.0)),
    ],
)
def test_ticks_are_round(end: float, about: int, expected: tuple[float, ...]) -> None:
    assert ticks(end, about) == pytest.approx(expected)


def test_the_maker_of_pictures_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert figures.main([]) == 2
    assert "Name the folder" in capsys.readouterr().err


def test_the_maker_writes_every_picture(tmp_path: Path, pictures: dict[str, Picture]) -> None:
    assert figures.main([str(tmp_path / "new")]) == 0
    assert len(list((tmp_path / "new").iterdir())) == len(pictures)
