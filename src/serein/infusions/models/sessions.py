"""One visit: what was ordered, what was done, who said so.

The session row moves along its state table. Everything charted is append-only; a correction is a
new row that supersedes, and both are kept.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly, Record, Transition
from serein.infusions.rules.delivered import CARRIES_RATE, EventKind
from serein.infusions.states import DRUG_IN_USE, IN_THE_CHAIR, WENT_HOME, SessionState

_STARTED = (*DRUG_IN_USE, SessionState.RECOVERING, *WENT_HOME)
_STOPPED = (SessionState.RECOVERING, *WENT_HOME)


def _values(*states: SessionState | EventKind) -> list[str]:
    return sorted(state.value for state in states)


def _amount(places: int) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(max_digits=12, decimal_places=places)


class InfusionSession(Record):
    """One visit of one patient, from check-in until the patient has gone home.

    The order is copied at check-in, so that what was ordered for this visit stays readable for
    ever; whether it is still in force is asked again at the start.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(
        "scheduling.Appointment", on_delete=models.PROTECT, related_name="+"
    )
    chair = models.ForeignKey("scheduling.Chair", on_delete=models.PROTECT, related_name="+")
    chair_name = models.CharField(max_length=80)
    plan = models.ForeignKey("plans.TreatmentPlan", on_delete=models.PROTECT, related_name="+")
    plan_version = models.ForeignKey(
        "plans.PlanVersion", on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveSmallIntegerField()
    infusions = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=30, default=SessionState.BOOKED.value)
    period = models.OneToOneField(
        "monitoring.MonitoringPeriod", on_delete=models.PROTECT, related_name="+"
    )

    mg_per_kg = _amount(4)
    weight_kg = _amount(3)
    actual_weight_kg = _amount(2)
    weight_basis = models.CharField(max_length=20)
    ordered_mg = _amount(6)
    ceiling_mg = _amount(3)
    vial_mg_per_ml = _amount(3)
    drug_ml = _amount(2)
    bag_mg_per_ml = _amount(6)
    rate_ml_per_h = _amount(1)
    minutes = models.PositiveSmallIntegerField()

    checked_in_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    discharge = models.OneToOneField(
        "infusions.Discharge", null=True, on_delete=models.PROTECT, related_name="session"
    )

    class Meta:
        indexes = (
            models.Index(fields=["patient", "checked_in_at"], name="session_by_patient"),
            models.Index(fields=["site", "checked_in_at"], name="session_by_day"),
        )
        constraints = (
            models.CheckConstraint(
                name="session_state_is_known", condition=Q(state__in=_values(*SessionState))
            ),
            models.CheckConstraint(
                name="session_amounts_are_positive",
                condition=Q(
                    ordered_mg__gt=0,
                    bag_mg_per_ml__gt=0,
                    rate_ml_per_h__gt=0,
                    vial_mg_per_ml__gt=0,
                    weight_kg__gt=0,
                    minutes__gt=0,
                    number__gt=0,
                ),
            ),
            models.CheckConstraint(
                name="session_runs_only_with_a_start",
                condition=Q(state__in=_values(*_STARTED), started_at__isnull=False)
                | (~Q(state__in=_values(*_STARTED)) & Q(started_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="session_recovers_only_after_a_stop",
                condition=Q(state__in=_values(*_STOPPED), stopped_at__isnull=False)
                | (~Q(state__in=_values(*_STOPPED)) & Q(stopped_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="session_goes_home_with_a_discharge",
                condition=Q(state__in=_values(*WENT_HOME), discharge__isnull=False)
                | (~Q(state__in=_values(*WENT_HOME)) & Q(discharge__isnull=True)),
            ),
            models.CheckConstraint(
                name="session_times_are_in_order",
                condition=(Q(started_at__isnull=True) | Q(started_at__gte=F("checked_in_at")))
                & (Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at"))),
            ),
            models.UniqueConstraint(
                name="session_one_open_per_chair",
                fields=["chair"],
                condition=Q(state__in=_values(*IN_THE_CHAIR)),
            ),
            models.UniqueConstraint(
                name="session_one_open_per_patient",
                fields=["patient"],
                condition=Q(state__in=_values(*IN_THE_CHAIR)),
            ),
            models.UniqueConstraint(
                name="session_one_per_appointment",
                fields=["appointment"],
                condition=~Q(state=SessionState.CANCELLED.value),
            ),
        )


class SessionTransition(Transition):
    subject = models.ForeignKey(
        InfusionSession, on_delete=models.PROTECT, related_name="transitions"
    )


class SessionEvent(AppendOnly):
    """One thing done at the pump. ``place`` is kept by a correction, so that order stays."""

    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="events")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    rate_ml_per_h = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    reason = models.TextField(blank=True)
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="event_kind_is_known", condition=Q(kind__in=_values(*EventKind))
            ),
            models.CheckConstraint(
                name="event_has_a_rate_where_it_needs_one",
                condition=Q(
                    kind__in=_values(*CARRIES_RATE),
                    rate_ml_per_h__isnull=False,
                    rate_ml_per_h__gt=0,
                )
                | (~Q(kind__in=_values(*CARRIES_RATE)) & Q(rate_ml_per_h__isnull=True)),
            ),
            models.CheckConstraint(
                name="event_correction_has_a_reason",
                condition=Q(supersedes__isnull=True) | ~Q(reason=""),
            ),
            models.UniqueConstraint(
                name="event_one_per_place",
                fields=["session", "place"],
                condition=Q(supersedes__isnull=True),
            ),
            models.UniqueConstraint(
                name="event_one_start",
                fields=["session"],
                condition=Q(supersedes__isnull=True, kind=EventKind.START.value),
            ),
            models.UniqueConstraint(
                name="event_one_stop",
                fields=["session"],
                condition=Q(supersedes__isnull=True, kind=EventKind.STOP.value),
            ),
        )


class Remark(AppendOnly):
    """A timed note in free words, charted during the visit."""

    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="remarks")
    text = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (models.CheckConstraint(name="remark_says_something", condition=~Q(text="")),)


class ChecklistAnswer(AppendOnly):
    """One answer to one question before the start; the newest counts, all are kept."""

    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="answers")
    place = models.PositiveIntegerField()
    code = models.CharField(max_length=30)
    value = models.CharField(max_length=80)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="answer_one_per_place", fields=["session", "place"]),
        )


class GateOverride(AppendOnly):
    """A prescriber's decision to start although one condition is not met, and on what fact."""

    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="overrides")
    item_code = models.CharField(max_length=30)
    basis = models.TextField()
    because = models.TextField()
    reason = models.TextField()
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(name="override_has_a_reason", condition=~Q(reason="")),
        )


class SecondCheck(AppendOnly):
    """What a second person read on the vial, the syringe and the pump."""

    session = models.ForeignKey(InfusionSession, on_delete=models.PROTECT, related_name="checks")
    vial_mg_per_ml = _amount(3)
    dose_mg = _amount(6)
    drug_ml = _amount(2)
    rate_ml_per_h = _amount(1)
    prepared_by_id = models.CharField(max_length=36)
    checked_by_id = models.CharField(max_length=36)
    checked_by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="check_is_by_another_person",
                condition=~Q(checked_by_id=F("prepared_by_id")),
            ),
        )


class Discharge(AppendOnly):
    """How the patient left: what was asked, what was judged, and who let the patient go."""

    is_against_advice = models.BooleanField()
    answers = models.JSONField()
    conditions = models.JSONField()
    aldrete_version = models.CharField(max_length=120, blank=True)
    escort_name = models.CharField(max_length=120, blank=True)
    contact_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="leaving_against_advice_has_a_reason",
                condition=Q(is_against_advice=False) | ~Q(reason=""),
            ),
        )


class SessionNote(AppendOnly):
    """The note as it was read and signed. It never changes; what comes later is an addendum."""

    session = models.OneToOneField(InfusionSession, on_delete=models.PROTECT, related_name="note")
    text = models.TextField()
    signed_at = models.DateTimeField()
    signed_by_id = models.CharField(max_length=36)
    signed_by_name = models.CharField(max_length=200)
    signed_by_role = models.CharField(max_length=30)


class Addendum(AppendOnly):
    note = models.ForeignKey(SessionNote, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField()
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(name="addendum_says_something", condition=~Q(text="")),
        )
