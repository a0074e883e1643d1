"""The public form for a first consultation. Every word here is meant for the person who asks."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from serein.core.errors import Refused
from serein.core.forms import DateField, KeyedForm, NameField, NoteField
from serein.intake.rules import KEPT_SIGNS, SAFETY_QUESTIONS, Answer, ContactKind
from serein.patients.rules.contacts import normal_email, normal_phone

if TYPE_CHECKING:
    from uuid import UUID

_ANSWERS = [(Answer.YES, _("Yes")), (Answer.NO, _("No")), (Answer.RATHER_NOT, _("Rather not say"))]


def _question(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=_ANSWERS,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the answers shown.")},
    )


class AskForm(KeyedForm):
    """Name, one contact, and whatever the person wants to tell us."""

    name = NameField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Enter your name."),
            "max_length": _("Shorten your name to 200 letters or fewer."),
        },
    )
    contact = forms.CharField(
        label=_("Phone number or e-mail"),
        help_text=_("One is enough. A phone number with area code, such as (212) 555-0123."),
        max_length=254,
        error_messages={
            "required": _("Enter a phone number or an e-mail address."),
            "max_length": _("Shorten the phone number or e-mail address."),
            "null_characters_not_allowed": _("Remove the characters that cannot be shown."),
        },
    )
    may_leave_message = forms.ChoiceField(
        label=_("May we leave a message?"),
        help_text=_("We say only our name and number, never why we call."),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose yes or no.")},
    )
    what_brings = NoteField(
        label=_("What brings you here?"),
        help_text=_("As much or as little as you like. You do not have to tell what happened."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": _("Shorten this to 4000 letters or fewer.")},
    )
    heart = _question(_("Have you had high blood pressure or heart trouble?"))
    psychosis = _question(_("Has anyone ever told you that you had psychosis or mania?"))
    pregnancy = _question(_("Are you pregnant, or could you be?"))
    substances = _question(_("Is alcohol or drug use a worry for you now?"))
    escort = _question(_("Is there an adult who could take you home after a visit?"))
    birth_date = DateField(
        label=_("Your birth date"),
        help_text=_("It helps us keep your record apart from others."),
        required=False,
    )
    company = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        error_messages={"null_characters_not_allowed": _("Clear this field, then send again.")},
    )

    def clean_contact(self) -> tuple[ContactKind, str]:
        text = self.cleaned_data["contact"]
        try:
            if "@" in text:
                return ContactKind.EMAIL, normal_email(text)
            return ContactKind.PHONE, normal_phone(text)
        except Refused:
            raise ValidationError(
                _(
                    "Enter a phone number with area code, such as (212) 555-0123, or an e-mail "
                    "address, such as name@example.org."
                ),
                code="contact",
            ) from None

    def clean_company(self) -> str:
        if self.cleaned_data["company"]:
            raise ValidationError(_("Clear this field, then send again."), code="company")
        return ""

    @property
    def questions(self) -> list[forms.BoundField]:
        """The five soft questions, in their order."""
        return [self[code] for code in SAFETY_QUESTIONS]

    def columns(self) -> dict[str, Any]:
        """Return what is well formed, under the names that `intake.actions` uses.

        Of an unfinished form this is a part: what is wrong or missing is left empty.
        """
        clean = self.cleaned_data
        kind, value = clean.get("contact") or ("", "")
        return {
            "name": clean.get("name", ""),
            "contact_kind": kind,
            "contact_value": value,
            "may_leave_message": {"yes": True, "no": False}.get(clean.get("may_leave_message", "")),
            "what_brings": clean.get("what_brings", ""),
            "answers": {code: clean.get(code, "") for code in SAFETY_QUESTIONS},
            "birth_date": clean.get("birth_date"),
        }


def typed_in(data: Mapping[str, str]) -> dict[str, str]:
    """Return everything that was typed, as typed, in a form that every database can keep."""
    kept = {}
    for name in AskForm.base_fields:
        if name in ("key_field", "company") or not data.get(name):
            continue
        text = data[name].replace("\x00", "")[:KEPT_SIGNS]
        kept[name] = text.encode("utf-8", "replace").decode("utf-8")
    return kept


def client_key_in(data: Mapping[str, str]) -> UUID:
    """Return the key that the page was given, or a new one if it was lost on the way."""
    try:
        return uuid.UUID(data.get("key_field", ""))
    except ValueError:
        return uuid.uuid4()


def content_label(typed: Mapping[str, str], button: str) -> str:
    """Name one sending by its content, so that the same press twice counts once."""
    lines = "\n".join(f"{name}={text}" for name, text in sorted(typed.items()))
    return f"{button} {hashlib.sha256(lines.encode()).hexdigest()}"


def refilled(typed: Mapping[str, str], client_key: UUID) -> AskForm:
    """Return a fresh form that holds everything typed so far and the same key."""
    return AskForm(initial={**typed, "key_field": client_key})
