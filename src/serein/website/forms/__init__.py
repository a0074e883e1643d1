"""The shapes of what visitors send."""

from __future__ import annotations

from serein.website.forms.asking import (
    AskForm,
    client_key_in,
    content_label,
    refilled,
    typed_in,
)
from serein.website.forms.booking import BookForm, ChooseForm, ConfirmForm

__all__ = [
    "AskForm",
    "BookForm",
    "ChooseForm",
    "ConfirmForm",
    "client_key_in",
    "content_label",
    "refilled",
    "typed_in",
]
