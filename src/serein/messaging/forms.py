from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from serein.core.forms import KeyedForm
from serein.messaging.rules import Channel


class ChannelForm(KeyedForm):
    """Whether somebody wants messages on a channel."""

    channel = forms.TypedChoiceField(
        choices=[(Channel.SMS.value, ""), (Channel.EMAIL.value, "")],
        coerce=Channel,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Choose text messages or e-mail."),
            "invalid_choice": _("Choose text messages or e-mail."),
        },
    )
    is_wanted = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")],
        coerce=lambda value: value == "yes",
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Choose whether to send."),
            "invalid_choice": _("Choose whether to send."),
        },
    )


class CalendarForm(KeyedForm):
    """A private calendar address is made, or ended."""

    wish = forms.ChoiceField(
        choices=[("make", ""), ("end", "")],
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose to make or to end the address.",
            "invalid_choice": "Choose to make or to end the address.",
        },
    )
