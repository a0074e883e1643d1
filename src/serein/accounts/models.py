from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from serein.accounts.permissions import Role
from serein.accounts.rules import Switch
from serein.core.models import AppendOnly, Record


class Site(Record):
    """One clinic: its name, its zone, and who answers for safety."""

    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=60)
    phone = models.CharField(max_length=40)
    address = models.CharField(max_length=300, blank=True)
    safety_clinician = models.ForeignKey(
        "accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(default=False)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="site_has_name"),
            models.CheckConstraint(condition=~models.Q(timezone=""), name="site_has_zone"),
        ]

    @property
    def zone(self) -> str:
        """The zone as pages name it: "America/New York"."""
        return self.timezone.replace("_", " ")


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser, Record):
    """Somebody who works at one site in one role. Signs in with an e-mail address."""

    email = models.EmailField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=30, choices=[(role.value, role.words) for role in Role])
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="staff")
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="staff_email_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="staff_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name, for the sign-in library."""
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Say no: what staff may do is decided by ``accounts.permissions`` alone."""
        return False


class SwitchTurn(AppendOnly):
    """A switch was turned. The last row of a code says how it stands, and who answers for it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    is_on = models.BooleanField()
    acknowledged = models.TextField(blank=True)
    by_id = models.CharField(max_length=36)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__in=[switch.value for switch in Switch]),
                name="switch_turn_code_known",
            ),
            models.CheckConstraint(
                condition=models.Q(is_on=False) | ~models.Q(acknowledged=""),
                name="switch_turn_on_is_acknowledged",
            ),
        ]
        indexes = [models.Index(fields=["site", "code", "-at"], name="switch_turn_latest")]
