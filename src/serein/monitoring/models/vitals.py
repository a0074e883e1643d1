"""What was watched: periods, sets of vitals, flags. Sets are written once; a correction is a new set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly, Record
from serein.monitoring.rules import BOUNDS, Answer, Phase, Rank, Source

if TYPE_CHECKING:
    from enum import StrEnum
    from uuid import UUID


def one_of(field: str, kind: type[StrEnum], name: str) -> models.CheckConstraint:
    """The rule that a column holds one of the words of an enumeration."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": [choice.value for choice in kind]}), name=name
    )


def _in_order(earlier: str, later: str, name: str) -> models.CheckConstraint:
    """Two moments that may be missing stand in order when both are there."""
    return models.CheckConstraint(
        condition=Q(**{f"{later}__isnull": True})
        | Q(**{f"{earlier}__isnull": True})
        | Q(**{f"{later}__gte": F(earlier)}),
        name=name,
    )


def _within_bounds(field: str) -> models.CheckConstraint:
    low, high = BOUNDS[field]
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True})
        | Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=f"vitals_{field}_possible",
    )


class MonitoringPeriod(Record):
    """The time in which a patient is watched: from check-in to discharge."""

    if TYPE_CHECKING:
        patient_id: UUID
        chair_id: UUID | None

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    chair = models.ForeignKey(
        "scheduling.Chair", on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    opened_by_id = models.CharField(max_length=36)
    opened_by_name = models.CharField(max_length=200)
    started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    post_for_min = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("patient",),
                condition=Q(closed_at__isnull=True),
                name="period_one_open_per_patient",
            ),
            _in_order("opened_at", "started_at", "period_opens_before_start"),
            _in_order("started_at", "stopped_at", "period_starts_before_stop"),
            _in_order("stopped_at", "closed_at", "period_stops_before_close"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(started_at__isnull=False),
                name="period_stop_needs_start",
            ),
            models.CheckConstraint(
                condition=Q(post_for_min__gte=15, post_for_min__lte=480),
                name="period_post_minutes_sensible",
            ),
        )
        indexes = (
            models.Index(fields=("patient", "opened_at"), name="period_by_patient"),
            models.Index(fields=("chair", "opened_at"), name="period_by_chair"),
        )

    def __str__(self) -> str:
        return f"Monitoring from {self.opened_at:%Y-%m-%d %H:%M}"


class MonitoringPause(Record):
    """The infusion stood still: the clock of the sets during it stands still too."""

    period = models.ForeignKey(MonitoringPeriod, on_delete=models.PROTECT, related_name="pauses")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("period",), condition=Q(to_at__isnull=True), name="pause_one_open"
            ),
            _in_order("from_at", "to_at", "pause_begins_before_end"),
        )

    def __str__(self) -> str:
        return f"Pause from {self.from_at:%H:%M}"


class VitalSet(AppendOnly):
    """One set of vitals at one moment. A null is "not measured" or "no signal", never a zero."""

    if TYPE_CHECKING:
        period_id: UUID
        supersedes_id: UUID | None

    period = models.ForeignKey(MonitoringPeriod, on_delete=models.PROTECT, related_name="vitals")
    client_key = models.UUIDField(unique=True)
    root_id = models.UUIDField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    reason = models.CharField(max_length=500, blank=True)
    is_withdrawn = models.BooleanField(default=False)

    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    source = models.CharField(max_length=10)
    phase = models.CharField(max_length=10)
    note = models.CharField(max_length=1000, blank=True)
    was_confirmed = models.BooleanField(default=False)

    sbp_mmhg = models.PositiveSmallIntegerField(null=True)
    dbp_mmhg = models.PositiveSmallIntegerField(null=True)
    hr_bpm = models.PositiveSmallIntegerField(null=True)
    spo2_percent = models.PositiveSmallIntegerField(null=True)
    rr_per_min = models.PositiveSmallIntegerField(null=True)
    moaas = models.PositiveSmallIntegerField(null=True)
    moaas_version = models.CharField(max_length=60, blank=True)
    nausea = models.PositiveSmallIntegerField(null=True)
    distress = models.PositiveSmallIntegerField(null=True)
    temperature_c = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    signs = models.CharField(max_length=200, blank=True)
    no_signal = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            *(_within_bounds(field) for field in BOUNDS),
            models.CheckConstraint(
                condition=Q(sbp_mmhg__isnull=True, dbp_mmhg__isnull=True)
                | Q(
                    sbp_mmhg__isnull=False,
                    dbp_mmhg__isnull=False,
                    sbp_mmhg__gt=F("dbp_mmhg"),
                ),
                name="vitals_systolic_over_diastolic",
            ),
            models.CheckConstraint(
                condition=Q(moaas__isnull=True) | ~Q(moaas_version=""),
                name="vitals_moaas_names_its_version",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True, is_withdrawn=False)
                | (Q(supersedes__isnull=False) & ~Q(reason="")),
                name="vitals_correction_has_reason",
            ),
            one_of("source", Source, "vitals_source_known_word"),
            one_of("phase", Phase, "vitals_phase_known_word"),
        )
        indexes = (models.Index(fields=("period", "occurred_at"), name="vitals_by_time"),)

    def __str__(self) -> str:
        return f"Vitals of {self.occurred_at:%Y-%m-%d %H:%M}"


class Flag(Record):
    """A charted value outside its limit, or a set that did not come. Stays until a person answers."""

    if TYPE_CHECKING:
        period_id: UUID
        cause_id: UUID | None

    period = models.ForeignKey(MonitoringPeriod, on_delete=models.PROTECT, related_name="flags")
    cause = models.ForeignKey(VitalSet, on_delete=models.PROTECT, null=True, related_name="+")
    cause_code = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=60)
    condition = models.CharField(max_length=40)
    rank = models.CharField(max_length=10)
    word = models.CharField(max_length=120)
    do = models.CharField(max_length=300)
    value_text = models.CharField(max_length=80, blank=True)
    limit_text = models.CharField(max_length=80, blank=True)
    limit_source = models.CharField(max_length=120)
    raised_at = models.DateTimeField()
    shown_at = models.DateTimeField()
    count = models.PositiveSmallIntegerField(default=1)
    latest_at = models.DateTimeField()
    latest_text = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by_id = models.CharField(max_length=36, blank=True)
    acknowledged_by_name = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            one_of("rank", Rank, "flag_rank_known_word"),
            models.CheckConstraint(condition=Q(count__gte=1), name="flag_stands_on_something"),
            models.CheckConstraint(
                condition=Q(cause__isnull=False) | ~Q(cause_code=""), name="flag_has_a_cause"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="flag_end_says_why",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by_id="", answer="")
                | (
                    Q(acknowledged_at__isnull=False, answer__in=[a.value for a in Answer])
                    & ~Q(acknowledged_by_id="")
                    & ~Q(acknowledged_by_name="")
                ),
                name="flag_answer_has_who_when_what",
            ),
        )
        indexes = (models.Index(fields=("period", "raised_at"), name="flag_by_time"),)

    def __str__(self) -> str:
        return f"{self.word} at {self.raised_at:%H:%M}"


class FlagAnswer(AppendOnly):
    """Each answer that a flag was given; a flag that asks again is answered again."""

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="answers")
    at = models.DateTimeField()
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    answer = models.CharField(max_length=20)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (one_of("answer", Answer, "flag_answer_known_word"),)

    def __str__(self) -> str:
        return f"{self.answer} by {self.by_name}"
