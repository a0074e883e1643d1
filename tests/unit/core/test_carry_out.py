"""A form is carried out once, refused where it stands, or shown."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.contrib.messages.storage.base import BaseStorage
from django.test import RequestFactory

from serein.core.answers import carry_out, sent
from serein.core.errors import Refused
from serein.core.forms import KeyedForm, NameField

if TYPE_CHECKING:
    from serein.core.requests import ActorRequest

AT = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


class _Kept(BaseStorage):
    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: Any, response: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return []


class _NameForm(KeyedForm):
    name = NameField(label="Name")


@pytest.fixture
def asked() -> Any:
    def make(data: dict[str, Any] | None = None) -> ActorRequest:
        factory = RequestFactory()
        request: Any = factory.get("/") if data is None else factory.post("/", data)
        request.at, request.actor = AT, SimpleNamespace(name="Dana Rhodes")
        request._messages = _Kept(request)
        return request

    return make


def _never(**facts: Any) -> None:
    raise AssertionError(facts)


def test_what_was_entered_reaches_the_act_with_who_when_and_the_key(asked: Any) -> None:
    got: dict[str, Any] = {}

    def act(**facts: Any) -> str:
        got.update(facts)
        return "Ada"

    request = asked({"key_field": str(uuid4()), "name": "Ada"})
    form = _NameForm(sent(request))
    answer = carry_out(
        request, form, act, said=lambda made: f"Saved {made}.", to=lambda made: f"/{made}/", room=4
    )
    assert answer is not None
    assert (answer.status_code, answer["Location"]) == (302, "/Ada/")
    assert got == {"key": form.key, "by": request.actor, "at": AT, "room": 4, "name": "Ada"}
    assert [str(message) for message in request._messages] == ["Saved Ada."]


@pytest.mark.parametrize("data", [None, {}, {"name": ""}])
def test_a_form_only_opened_or_wrong_does_nothing(asked: Any, data: dict[str, Any] | None) -> None:
    request = asked(data)
    form = _NameForm(sent(request))
    assert carry_out(request, form, _never, said="Saved.", to="/") is None
    assert form.is_bound == (data is not None)


def test_a_refusal_stands_at_its_field(asked: Any) -> None:
    def act(**facts: Any) -> None:
        raise Refused("Choose another name.", field="name")

    request = asked({"name": "Ada"})
    form = _NameForm(sent(request))
    assert carry_out(request, form, act, said="Saved.", to="/") is None
    assert form.errors["name"] == ["Choose another name."]
    assert not list(request._messages)
