"""Taking a file of another system into the record."""

from __future__ import annotations

from serein.fhir.actions.importing import import_reading

__all__ = ["import_reading"]
