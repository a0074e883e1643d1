"""A person with a keyboard and no mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_TABS = 160

_FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const label = here.labels?.[0]?.textContent ?? here.getAttribute("aria-label") ?? "";
  const group = here.closest("fieldset")?.querySelector("legend")?.innerText ?? "";
  const box = here.getBoundingClientRect();
  return {
    tag: here.tagName, type: here.type ?? "", name: here.name ?? "", value: here.value ?? "",
    id: here.id, words: (label || here.textContent || "").replace(/\\s+/g, " ").trim(), group,
    disabled: here.matches(":disabled, [aria-disabled='true']"),
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}"""


@dataclass(slots=True)
class Keyboard:
    """Goes by Tab, chooses with Space and the arrows, follows with Enter, and types."""

    page: Page

    def to(self, words: str = "", *, name: str = "", value: str = "") -> dict[str, Any]:
        """Press Tab until the focus stands on what has these words, or on this field."""
        seen = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(_FOCUSED)
            if here is None:
                continue
            seen.append(here["words"] or here["name"])
            if self._is_meant(here, words, name, value):
                assert here["inside"], f"the focus on {words or name} is out of sight"
                return dict(here)
        raise AssertionError(f"Tab never reaches {words or name}; it goes over {seen[:60]}")

    @staticmethod
    def _is_meant(here: dict[str, Any], words: str, name: str, value: str) -> bool:
        if name:
            return here["name"] == name and (not value or here["value"] == value)
        return str(here["words"]).startswith(words)

    def follow(self, words: str) -> None:
        """Go to a link or a button and press Enter."""
        self.to(words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(150)
        self.page.wait_for_load_state()

    def type(self, **typed: str) -> None:
        """Type into fields, in the order in which Tab reaches them."""
        for name, text in typed.items():
            self.to(name=name)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)

    def choose(self, **chosen: str) -> None:
        """Choose one of a row of answers: Tab to the row, then the arrows."""
        for name, value in chosen.items():
            here = self.to(name=name)
            for _ in range(20):
                if here["value"] == value:
                    break
                self.page.keyboard.press("ArrowRight")
                here = self.page.evaluate(_FOCUSED)
            assert (here["name"], here["value"]) == (name, value), f"{name} has no {value}"
            self.page.keyboard.press("Space")

    def tick(self, name: str, *values: str) -> None:
        """Tick boxes."""
        for value in values:
            self.to(name=name, value=value)
            self.page.keyboard.press("Space")
