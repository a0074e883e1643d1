"""Who somebody is and how to reach them: the fields that every public form begins with."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from serein.core.errors import Refused
from serein.core.forms import KeyedForm, NameField
from serein.intake.rules import ContactKind
from serein.patients.rules.contacts import normal_email, normal_phone


class WhoForm(KeyedForm):
    """Name and one contact. A field that no person sees catches programs."""

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
    def may_leave(self) -> bool | None:
        """Whether a message may be left; None where that was not answered."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get("may_leave_message", ""))
