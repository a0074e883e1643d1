"""Every component is shown in the gallery and described in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

import serein.core

TEMPLATES = Path(serein.core.__file__).parent / "templates" / "core"
DOCS = Path(__file__).parents[3] / "docs" / "visual-language.md"
COMPONENTS = sorted(
    path.name for path in (TEMPLATES / "components").glob("*.html") if path.name[0] != "_"
)


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_is_described(component: str) -> None:
    assert f"`{component}`" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_is_in_the_gallery(component: str) -> None:
    pages = [TEMPLATES / "gallery.html", *TEMPLATES.glob("_specimen*.html")]
    shown = "".join(page.read_text(encoding="utf-8") for page in pages)
    shown += "".join(
        path.read_text(encoding="utf-8")
        for path in (TEMPLATES / "components").glob("*.html")
        if path.name in shown
    )
    assert f"core/components/{component}" in shown


@pytest.mark.django_db
def test_the_gallery_shows_every_theme_and_every_tone() -> None:
    page = Client().get("/-/components/").content.decode()

    for theme in ("light", "dark", "dim"):
        assert f'data-theme="{theme}"' in page
    for tone in ("act", "look", "note", "done", "wait", "stale", "plain"):
        assert f"badge--{tone}" in page
    assert "Use a point for decimals" in page


@pytest.mark.parametrize("folder", ["core", "accounts", "workspace"])
def test_no_template_holds_a_style_or_a_handler_or_another_host(folder: str) -> None:
    found = [
        path.name
        for path in (TEMPLATES.parents[2] / folder / "templates").rglob("*.html")
        for text in [path.read_text(encoding="utf-8")]
        if any(word in text for word in (" style=", "<style", " onclick=", "http://", "https://"))
    ]
    assert found == []
