"""Shapes of what a patient sends through a personal link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from serein.core.forms import KeyedForm, NameField
from serein.messaging.rules import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

SKIP = "skip"


class AnswerForm(KeyedForm):
    """One question: one answer, or the plain wish to leave it blank."""

    go = forms.CharField(required=False, widget=forms.HiddenInput)
    value = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers shown.")},
    )

    def __init__(
        self, *args: Any, label: str, answers: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        value = self.fields["value"]
        value.label = label
        value.choices = answers  # type: ignore[attr-defined]

    @property
    def is_skip(self) -> bool:
        """Tell whether the question is to be left blank."""
        return bool(self.cleaned_data.get("go") == SKIP)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.is_skip and not cleaned.get("value") and "value" not in self.errors:
            self.add_error("value", _("Choose an answer, or choose “Leave blank”."))
        return cleaned

    @property
    def answer(self) -> int | None:
        """The chosen value, None for a question that is left blank."""
        return None if self.is_skip else int(self.cleaned_data["value"])


class SafeNowForm(KeyedForm):
    """One follow-up question after an answer that worries."""

    answer = forms.ChoiceField(
        label=_("Are you safe right now?"),
        choices=[
            ("yes", _("Yes")),
            ("no", _("No")),
            ("not_sure", _("I am not sure")),
            ("rather_not_say", _("I would rather not say")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an answer, or choose “Go on without answering”."),
            "invalid_choice": _("Choose one of the answers shown."),
        },
    )


class ButtonForm(KeyedForm):
    """A single button: nothing is typed, the key alone makes it happen once."""


class MessageForm(KeyedForm):
    """The answer to a message; the driver is asked for where the message asks."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an answer."),
            "invalid_choice": _("Choose one of the answers shown."),
        },
    )
    driver_name = NameField(
        label=_("Who takes you home?"),
        help_text=_("An adult. If you do not know yet, leave this empty and tell us later."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    driver_phone = NameField(
        label=_("Their phone number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    def __init__(
        self, *args: Any, answers: Sequence[tuple[str, str]], needs_driver: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = answers  # type: ignore[attr-defined]
        if not needs_driver:
            del self.fields["driver_name"], self.fields["driver_phone"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("driver_phone") and not cleaned.get("driver_name"):
            self.add_error("driver_name", _("Enter the name that belongs to the number."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return what was entered, with the answer as one of those that a link takes."""
        facts = super().facts()
        facts["answer"] = Answer(facts["answer"])
        return facts
