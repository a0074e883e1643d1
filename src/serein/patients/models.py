"""The record of a patient. Entries are written once; a mark says that one no longer counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from serein.core.models import AppendOnly, Record
from serein.patients.rules import HEIGHT_BAND_CM, PRESSURE_BANDS_MMHG, WEIGHT_BAND_KG, Sex
from serein.patients.rules.contacts import ContactKind
from serein.patients.rules.entries import AllergySeverity, BodyMethod, EntryKind, Mark

if TYPE_CHECKING:
    from decimal import Decimal
    from enum import StrEnum


def _one_of(field: str, kind: type[StrEnum], name: str) -> models.CheckConstraint:
    values = [choice.value for choice in kind]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


class Patient(Record):
    """A person in the care of one site. Details may be corrected; `PatientChange` keeps what was."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    mrn = models.CharField("record number", max_length=20)
    given_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120)
    preferred_name = models.CharField(max_length=120, blank=True)
    birth_date = models.DateField()
    sex = models.CharField("recorded sex for clinical use", max_length=10)
    pronouns = models.CharField(max_length=60, blank=True)
    may_leave_message = models.BooleanField(null=True)
    comfort_note = models.TextField(blank=True)
    source = models.CharField(max_length=60, blank=True)
    is_deceased = models.BooleanField(default=False)
    deceased_date = models.DateField(null=True)
    registered_at = models.DateTimeField()
    search_text = models.CharField(max_length=520)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("site", "mrn"), name="patient_mrn_once_per_site"),
            models.CheckConstraint(condition=~Q(family_name=""), name="patient_has_a_name"),
            models.CheckConstraint(condition=~Q(mrn=""), name="patient_has_an_mrn"),
            _one_of("sex", Sex, "patient_sex_known_word"),
            models.CheckConstraint(
                condition=Q(deceased_date__isnull=True) | Q(is_deceased=True),
                name="patient_death_day_means_deceased",
            ),
        )
        indexes = (
            models.Index(fields=("site", "search_text"), name="patient_by_search_text"),
            models.Index(fields=("site", "birth_date"), name="patient_by_birth_date"),
        )

    def __str__(self) -> str:
        return self.mrn

    @property
    def full_name(self) -> str:
        """Given and family name, as registered."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def called(self) -> str:
        """The name to say: the preferred one, else the given one."""
        return self.preferred_name or self.given_name or self.family_name


class MrnCounter(Record):
    """The last record number given out at a site: it only counts up."""

    site = models.OneToOneField("accounts.Site", on_delete=models.PROTECT, related_name="+")
    last_number = models.PositiveIntegerField()


class PatientChange(AppendOnly):
    """What one correction of the personal details changed: the field, what it was, what it became."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="changes")
    field = models.CharField(max_length=40)
    was = models.TextField(blank=True)
    became = models.TextField(blank=True)
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(was=F("became")), name="patient_change_changes"),
        )


class Identifier(AppendOnly):
    """The number by which another system knows this patient."""

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=255)
    value = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("site", "system", "value"), name="identifier_names_one_patient"
            ),
            models.CheckConstraint(
                condition=~Q(value="") & ~Q(system=""), name="identifier_is_whole"
            ),
        )


class Entry(AppendOnly):
    """One row of the record, with who wrote it and when."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.CharField(max_length=36)
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        abstract = True


class EntryMark(AppendOnly):
    """Says that an entry no longer counts: it was wrong, or it is over. The entry stays."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    entry_kind = models.CharField(max_length=20)
    entry_id = models.UUIDField()
    mark = models.CharField(max_length=20)
    ended_on = models.DateField(null=True)
    reason = models.TextField(blank=True)
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("entry_id", "mark"), name="entry_marked_once"),
            _one_of("entry_kind", EntryKind, "entry_mark_kind_known_word"),
            _one_of("mark", Mark, "entry_mark_known_word"),
            models.CheckConstraint(
                condition=~Q(mark=Mark.ENTERED_IN_ERROR) | ~Q(reason=""),
                name="entry_in_error_has_a_reason",
            ),
        )
        indexes = (models.Index(fields=("patient", "mark"), name="entry_mark_by_patient"),)


class ContactPoint(Entry):
    """A way to reach the patient, in one normal written form."""

    kind = models.CharField(max_length=10)
    value = models.TextField()
    may_leave_message = models.BooleanField(null=True)

    class Meta:
        constraints = (
            _one_of("kind", ContactKind, "contact_kind_known_word"),
            models.CheckConstraint(condition=~Q(value=""), name="contact_has_a_value"),
        )
        indexes = (models.Index(fields=("patient", "kind"), name="contact_by_patient"),)


class Escort(Entry):
    """An adult who can take the patient home."""

    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=60, blank=True)
    relation = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="escort_has_a_name"),)


class AllergyReview(Entry):
    """The patient was asked about allergies and knows of none."""


class Allergy(Entry):
    """A substance that must not be given without thought."""

    substance = models.CharField(max_length=200)
    reaction = models.CharField(max_length=300, blank=True)
    severity = models.CharField(max_length=10)
    system = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(substance=""), name="allergy_has_a_substance"),
            _one_of("severity", AllergySeverity, "allergy_severity_known_word"),
        )


class Condition(Entry):
    """A problem: present, past, or only suspected."""

    system = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=60, blank=True)
    display = models.CharField(max_length=300)
    onset_date = models.DateField(null=True)
    ended_date = models.DateField(null=True)
    is_active = models.BooleanField()
    is_confirmed = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(display=""), name="condition_has_words"),
            models.CheckConstraint(
                condition=Q(ended_date__isnull=True)
                | Q(onset_date__isnull=True)
                | Q(ended_date__gte=F("onset_date")),
                name="condition_ends_after_onset",
            ),
        )


class Medication(Entry):
    """A medicine that the patient takes or took. A new dose is a new row; the old one is ended."""

    name = models.CharField(max_length=300)
    ingredient = models.CharField(max_length=300, blank=True)
    system = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=60, blank=True)
    dose_text = models.CharField(max_length=300, blank=True)
    started_on = models.DateField(null=True)
    is_active = models.BooleanField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="medication_has_a_name"),)


class Weight(Entry):
    """A body weight in kg, with how and when it was taken and what was typed."""

    weight_kg = models.DecimalField(max_digits=4, decimal_places=1)
    method = models.CharField(max_length=10)
    measured_at = models.DateTimeField()
    is_time_known = models.BooleanField(default=True)
    as_entered = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(weight_kg__gte=WEIGHT_BAND_KG[0], weight_kg__lte=WEIGHT_BAND_KG[1]),
                name="weight_is_plausible",
            ),
            _one_of("method", BodyMethod, "weight_method_known_word"),
        )
        indexes = (models.Index(fields=("patient", "measured_at"), name="weight_by_patient"),)

    @property
    def value(self) -> Decimal:
        """Kilograms."""
        return self.weight_kg


class Height(Entry):
    """A body height in cm, with how and when it was taken."""

    height_cm = models.DecimalField(max_digits=4, decimal_places=1)
    method = models.CharField(max_length=10)
    measured_at = models.DateTimeField()
    is_time_known = models.BooleanField(default=True)
    as_entered = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(height_cm__gte=HEIGHT_BAND_CM[0], height_cm__lte=HEIGHT_BAND_CM[1]),
                name="height_is_plausible",
            ),
            _one_of("method", BodyMethod, "height_method_known_word"),
        )
        indexes = (models.Index(fields=("patient", "measured_at"), name="height_by_patient"),)

    @property
    def value(self) -> Decimal:
        """Centimetres."""
        return self.height_cm


class BloodPressure(Entry):
    """A blood pressure taken outside a session."""

    sbp_mmhg = models.PositiveSmallIntegerField()
    dbp_mmhg = models.PositiveSmallIntegerField()
    measured_at = models.DateTimeField()
    is_time_known = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    sbp_mmhg__range=PRESSURE_BANDS_MMHG["sbp"],
                    dbp_mmhg__range=PRESSURE_BANDS_MMHG["dbp"],
                ),
                name="pressure_is_plausible",
            ),
            models.CheckConstraint(
                condition=Q(sbp_mmhg__gt=F("dbp_mmhg")), name="pressure_systolic_is_higher"
            ),
        )
        indexes = (models.Index(fields=("patient", "measured_at"), name="pressure_by_patient"),)
