"""Who does something: a member of staff, a patient, the public, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an action. ``id`` is the staff or patient id, or a word for the others."""

    id: str
    name: str
    role: str
    site_id: UUID

    @classmethod
    def public(cls, site_id: UUID) -> Actor:
        """Somebody who reads the public pages."""
        return cls(id="public", name="A visitor", role="public", site_id=site_id)

    @classmethod
    def patient(cls, patient_id: UUID, site_id: UUID) -> Actor:
        """The patient, through a personal link."""
        return cls(id=str(patient_id), name="The patient", role="patient", site_id=site_id)

    @classmethod
    def system(cls, site_id: UUID, name: str = "Serein") -> Actor:
        """A command run by the operator of this installation."""
        return cls(id="system", name=name, role="system", site_id=site_id)
