"""Pages as people use them: read the words, follow a link, fill in the form that is there, press.

Only what stands on a page can be sent: a field that the page does not offer, or an answer that is
not among its choices, fails the test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

_UNSEEN = {"script", "style", "template", "head", "svg"}
_VOID = {"input", "img", "br", "hr", "meta", "link", "source", "path", "circle", "rect", "use"}
_BLOCKS = {
    "p",
    "li",
    "td",
    "th",
    "dt",
    "dd",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "tr",
    "option",
    "label",
}


@dataclass(slots=True)
class Control:
    """One field of a form: its kind, what it holds, and what it offers."""

    name: str
    kind: str
    held: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    is_number: bool = False

    @property
    def is_typed(self) -> bool:
        """Whether a person types into it."""
        return self.kind in {"text", "textarea", "tel", "email", "search", "date", "time", "number"}

    def check(self, wanted: list[str]) -> None:
        """Fail when a person could not choose this here."""
        if self.kind in {"radio", "checkbox", "select"}:
            strange = [each for each in wanted if each and each not in self.offered]
            assert not strange, f"{self.name} offers {self.offered}, not {strange}"


@dataclass(slots=True)
class Form:
    """A form on a page."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def filled(self, button: str = "", **typed: Any) -> dict[str, list[str]]:
        """What the browser would send when this button is pressed."""
        for name, value in typed.items():
            assert name in self.controls, f"no field {name} among {sorted(self.controls)}"
            self.controls[name].check(_many(value))
        data = {name: _many(typed.get(name, each.held)) for name, each in self.controls.items()}
        for name, value, words, _ in self.buttons:
            if name and words == self.named(button):
                data[name] = [value]
        return {name: values for name, values in data.items() if values}

    def button(self, words: str) -> bool | None:
        """Whether the button with these words can be pressed; None when there is none."""
        named = self.named(words)
        found = [not disabled for _, _, said, disabled in self.buttons if said == named]
        return found[0] if found else None

    def named(self, words: str) -> str | None:
        """The full words of the button that is meant: the same words, else those that begin so."""
        return _meant(words, [said for _, _, said, _ in self.buttons])


def _meant(words: str, among: list[str]) -> str | None:
    if words in among:
        return words
    return next((said for said in among if said.startswith(words)), None)


def _many(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [str(value)]


class Reader(HTMLParser):
    """Reads a page: its words, its links, its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.errors: list[str] = []
        self._stack: list[tuple[str, dict[str, str]]] = []
        self._form: Form | None = None
        self._link: tuple[str, int] | None = None
        self._button: tuple[str, str, bool, int] | None = None
        self._select: Control | None = None
        self._area: Control | None = None
        self._error: int | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self.words.append("\n")
        if tag not in _VOID:
            self._stack.append((tag, given))
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._link = (given["href"], len(self.words))
        elif tag == "p" and "field__error" in given.get("class", ""):
            self._error = len(self.words)
        elif self._form is not None:
            self._control(self._form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "button" and given.get("type", "submit") == "submit":
            self._button = (name, given.get("value", ""), "disabled" in given, len(self.words))
        elif tag == "input" and name and given.get("type", "text") != "submit":
            self._input(form, name, given)
        elif tag == "select" and name:
            self._select = form.controls.setdefault(name, Control(name, "select"))
        elif tag == "option" and self._select is not None:
            self._select.offered.append(given.get("value", ""))
            if "selected" in given:
                self._select.held = [given.get("value", "")]
        elif tag == "textarea" and name:
            self._area = form.controls.setdefault(name, Control(name, "textarea", [""]))

    @staticmethod
    def _input(form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        control = form.controls.setdefault(name, Control(name, kind))
        value = given.get("value", "on" if kind == "checkbox" else "")
        if kind in {"radio", "checkbox"}:
            control.offered.append(value)
            if "checked" in given:
                control.held.append(value)
        else:
            control.held = [value]
            control.is_number = given.get("inputmode") in {"numeric", "decimal"}

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.held = [self._area.held[0] + data]
        elif not any(tag in _UNSEEN for tag, _ in self._stack):
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._stack and tag not in _VOID:
            popped, _ = self._stack.pop()
            if popped == tag:
                break
        closing = getattr(self, f"_end_{tag}", None)
        if closing is not None:
            closing()
        if tag in _BLOCKS:
            self.words.append("\n")

    def _end_form(self) -> None:
        self._form = None

    def _end_a(self) -> None:
        if self._link is not None:
            self.links.append((_flat(self.words[self._link[1] :]), self._link[0]))
        self._link = None

    def _end_button(self) -> None:
        if self._button is not None and self._form is not None:
            name, value, disabled, start = self._button
            self._form.buttons.append((name, value, _flat(self.words[start:]), disabled))
        self._button = None

    def _end_select(self) -> None:
        self._select = None

    def _end_textarea(self) -> None:
        if self._area is not None:
            # A browser drops the line break that Django writes after the opening tag.
            self._area.held = [self._area.held[0].removeprefix("\r\n").removeprefix("\n")]
        self._area = None

    def _end_p(self) -> None:
        if self._error is not None:
            self.errors.append(_flat(self.words[self._error :]))
        self._error = None


def _flat(words: list[str]) -> str:
    return re.sub(r"\s+", " ", "".join(words)).strip()


@dataclass(slots=True)
class Person:
    """Somebody in front of a browser: remembers the page, its address, and what stands on it."""

    client: Client
    address: str = ""
    status: int = 0
    html: str = ""
    reader: Reader = field(default_factory=lambda: Reader(""))

    def opens(self, address: str, expect: int = 200) -> Person:
        """Type an address, or follow one."""
        answer = self.client.get(urljoin(self.address, address), follow=True)
        return self._sees(answer, urljoin(self.address, address), expect)

    def follows(self, words: str) -> Person:
        """Follow the link with these words, else the first whose words begin so."""
        there = [said for said, _ in self.reader.links]
        named = _meant(words, there)
        assert named is not None, f"no link “{words}” among {there}"
        return self.opens(dict(reversed(self.reader.links))[named])

    def presses(self, button: str, *, expect: int = 200, **typed: Any) -> Person:
        """Fill in the form that has this button, and press it."""
        form = self.form_with(button)
        assert form.button(button), f"the button “{button}” cannot be pressed"
        action = urljoin(self.address, form.action or self.address)
        data = form.filled(button, **typed)
        if form.method == "get":
            answer = self.client.get(action, data, follow=True)
        else:
            answer = self.client.post(action, data, follow=True)
        return self._sees(answer, action, expect)

    def form_with(self, button: str) -> Form:
        """The form that has a button with these words."""
        there = [words for form in self.reader.forms for _, _, words, _ in form.buttons]
        named = _meant(button, there)
        assert named is not None, f"no button “{button}” among {there} on {self.address}"
        return next(form for form in self.reader.forms if form.named(named) == named)

    def can_press(self, button: str) -> bool:
        """Whether there is such a button and it can be pressed."""
        return any(form.button(button) for form in self.reader.forms)

    def sees(self, *words: str) -> Person:
        """Fail unless every sentence stands on the page."""
        for each in words:
            assert each in self.text, f"“{each}” is not on {self.address}:\n{self.text[:3000]}"
        return self

    def does_not_see(self, *words: str) -> Person:
        """Fail when one of the sentences stands on the page."""
        for each in words:
            assert each not in self.text, f"“{each}” is on {self.address}"
        return self

    @property
    def text(self) -> str:
        """The words of the page, with plain spaces."""
        lines = "".join(self.reader.words).replace("\u202f", " ").replace("\xa0", " ").split("\n")
        return "\n".join(
            line for line in (re.sub(r"\s+", " ", each).strip() for each in lines) if line
        )

    def links(self, words: str) -> Iterator[str]:
        """The addresses of every link whose words begin so."""
        return (href for said, href in self.reader.links if said.startswith(words))

    def _sees(self, answer: Any, address: str, expect: int) -> Person:
        if answer.redirect_chain:
            address = urljoin(address, answer.redirect_chain[-1][0])
        self.address, self.status = address, answer.status_code
        self.html = answer.content.decode()
        self.reader = Reader(self.html)
        assert self.status == expect, f"{address} answered {self.status}:\n{self.text[:2500]}"
        return self
