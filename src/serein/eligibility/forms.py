"""The two forms of the consult: the screening questions, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from serein.core.forms import DateField, KeyedForm, NoteField, TextField
from serein.eligibility import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import BoundField

_PLAIN = ("no", "yes", "unknown")
NOTE_CHARACTERS = 1000
_RELOAD = dict.fromkeys(
    ("required", "invalid", "min_value"), "Reload the page: this form is not complete."
)


class ScreeningForm(KeyedForm):
    """One choice and one note for each question, filled with the last answers."""

    seen_round = forms.IntegerField(min_value=0, widget=forms.HiddenInput, error_messages=_RELOAD)

    def __init__(
        self, data: Any = None, *, last: Mapping[str, tuple[str, str]], seen_round: int
    ) -> None:
        initial: dict[str, Any] = {"seen_round": seen_round}
        for code, (value, note) in last.items():
            initial[f"answer_{code}"], initial[f"note_{code}"] = value, note
        super().__init__(data, initial=initial)
        self.answered = frozenset(last)
        for question in rules.QUESTIONS:
            self._add(question)

    def _add(self, question: rules.Question) -> None:
        self.fields[f"answer_{question.code}"] = forms.ChoiceField(
            label=question.asks,
            help_text=question.hint,
            required=False,
            choices=[(value, _words(value)) for value in _values(question)],
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": "Choose one of the answers."},
        )
        self.fields[f"note_{question.code}"] = TextField(
            label="Note", required=False, max_length=NOTE_CHARACTERS
        )
        if question.code in self.answered:
            self.fields[f"confirm_{question.code}"] = forms.BooleanField(
                label="Still right", required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for question in rules.QUESTIONS:
            answer = cleaned.get(f"answer_{question.code}")
            note = cleaned.get(f"note_{question.code}", "")
            if note and not answer and f"answer_{question.code}" not in self.errors:
                self.add_error(f"answer_{question.code}", "Choose an answer to go with the note.")
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return what `answer_screening` takes: answers, notes, what was confirmed."""
        data, codes = self.cleaned_data, [question.code for question in rules.QUESTIONS]
        answers = {code: data[f"answer_{code}"] for code in codes if data.get(f"answer_{code}")}
        return {
            "answers": answers,
            "notes": {code: data.get(f"note_{code}", "") for code in answers},
            "confirmed": frozenset(code for code in codes if data.get(f"confirm_{code}")),
            "seen_round": data["seen_round"],
        }

    def bound(self, kind: str, code: str) -> BoundField | None:
        """Return the bound field of a question, or None where it has none."""
        name = f"{kind}_{code}"
        return self[name] if name in self.fields else None


class DecisionForm(KeyedForm):
    """The prescriber's decision. What each result needs is checked when it is signed."""

    outcome = forms.ChoiceField(
        label="Result",
        choices=[(outcome.value, words) for outcome, words in rules.OUTCOME_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose one of the four results.",
            "invalid_choice": "Choose one of the four results.",
        },
    )
    conditions = NoteField(
        label="Conditions",
        help_text="For “eligible with conditions”: one on each line.",
        required=False,
    )
    reason = NoteField(
        label="Reason", help_text="Needed for “hold today” and “not eligible”.", required=False
    )
    recheck_date = DateField(
        label="Check again on", help_text="Needed for “hold today”.", required=False
    )
    patient_reason = NoteField(
        label="In plain words, for the patient",
        help_text="Needed for “not eligible”. Short sentences, no codes.",
        required=False,
    )
    override_reason = NoteField(
        label="Why this goes ahead all the same",
        help_text=(
            "Only where something stands in the way: "
            f"{rules.LEAST_OVERRIDE_CHARACTERS} characters or more. Kept with the decision."
        ),
        required=False,
    )
    seen_number = forms.IntegerField(min_value=0, widget=forms.HiddenInput, error_messages=_RELOAD)


def _values(question: rules.Question) -> tuple[str, ...]:
    extra = (rules.AnswerValue.NOT_APPLICABLE.value,) if question.may_not_apply else ()
    return _PLAIN + extra


def _words(value: str) -> str:
    return rules.ANSWER_WORDS[rules.AnswerValue(value)]
