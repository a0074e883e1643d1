"""What is typed at the chair. Shapes and messages only; whether it may be is the actions' part."""

from __future__ import annotations

from serein.infusions.forms.charting import (
    DrugForm,
    EmergencyForm,
    HelpForm,
    RemarkForm,
    ScoreForm,
    SideEffectForm,
    TakeBackDrugForm,
)
from serein.infusions.forms.leaving import DischargeForm, LeaveForm
from serein.infusions.forms.preparing import CHECKLIST_FORMS, ReasonForm, SecondCheckForm
from serein.infusions.forms.pump import (
    CorrectionForm,
    PauseForm,
    RateForm,
    ResumeForm,
    StartForm,
    StopForm,
)
from serein.infusions.forms.timed import TimedForm
from serein.infusions.forms.writing import AddendumForm, PlainForm, SignForm

__all__ = [
    "CHECKLIST_FORMS",
    "AddendumForm",
    "CorrectionForm",
    "DischargeForm",
    "DrugForm",
    "EmergencyForm",
    "HelpForm",
    "LeaveForm",
    "PauseForm",
    "PlainForm",
    "RateForm",
    "ReasonForm",
    "RemarkForm",
    "ResumeForm",
    "ScoreForm",
    "SecondCheckForm",
    "SideEffectForm",
    "SignForm",
    "StartForm",
    "StopForm",
    "TakeBackDrugForm",
    "TimedForm",
]
