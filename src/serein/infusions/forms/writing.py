"""The note: signing it, adding to it; and a press of one button."""

from __future__ import annotations

from serein.core.forms import KeyedForm, NoteField


class SignForm(KeyedForm):
    comment = NoteField(label="Comment", required=False, max_length=4000)


class AddendumForm(KeyedForm):
    text = NoteField(label="Addendum", max_length=4000)


class PlainForm(KeyedForm):
    """A press of one button: nothing but its key."""
