"""The public form for a first consultation. Every word here is meant for the person who asks."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from serein.core.forms import DateField, NoteField
from serein.intake.rules import KEPT_SIGNS, SAFETY_QUESTIONS, Answer
from serein.website.forms.who import WhoForm

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


class AskForm(WhoForm):
    """Name, one contact, and whatever the person wants to tell us."""

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
            "may_leave_message": self.may_leave,
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
