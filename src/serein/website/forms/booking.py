"""Choosing a time for a consultation, and booking it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from serein.core.forms import KeyedForm
from serein.website.forms.who import WhoForm
from serein.website.rules import moment_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GONE = _("Choose one of the times shown.")


class ChooseForm(KeyedForm):
    """One button for each time. The key of the page also names who holds it."""

    time = forms.CharField(error_messages={"required": _GONE}, max_length=20)
    kind = forms.ChoiceField(error_messages={"required": _GONE, "invalid_choice": _GONE})
    for_request = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, code) for code in kinds]  # type: ignore[attr-defined]

    def clean_time(self) -> datetime:
        try:
            return moment_in(self.cleaned_data["time"])
        except ValueError:
            raise ValidationError(_GONE, code="moment") from None

    @property
    def page_key(self) -> UUID:
        """The key of the page itself, whatever is chosen on it."""
        page = self.cleaned_data.get("key_field")
        return page if isinstance(page, UUID) else self.key


class BookForm(WhoForm):
    """Who comes to the time that is held. A message is also the confirmation, and each reminder."""

    may_leave_message = forms.ChoiceField(
        label=_("May we send you messages?"),
        help_text=_("A confirmation and reminders. They say when and where, never why."),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose yes or no.")},
    )

    def columns(self) -> dict[str, Any]:
        """Return what was entered under the names that `intake.actions` uses."""
        kind, value = self.cleaned_data["contact"]
        return {
            "name": self.cleaned_data["name"],
            "contact_kind": kind,
            "contact_value": value,
            "may_leave_message": self.may_leave,
        }

    def typed(self) -> dict[str, str]:
        """Return everything as typed, to be kept beside the request."""
        kept = ("name", "contact", "may_leave_message")
        return {name: self.data[name] for name in kept if self.data.get(name)}


class ConfirmForm(KeyedForm):
    """One button: who comes is known already."""


def again(form: type[KeyedForm], data: Mapping[str, str]) -> KeyedForm:
    """Return a fresh form that holds everything typed so far, without judging it."""
    typed = {name: data[name] for name in form.base_fields if name != "key_field" and name in data}
    return form(initial=typed)


def chosen_in(data: Mapping[str, str]) -> datetime | None:
    """Return the other time that was asked for on the page of a held one, if one was."""
    try:
        return moment_in(data["time"])
    except (KeyError, ValueError):
        return None
