"""What the engine refuses. Every message begins with the verb that mends it."""

from __future__ import annotations


class PharmacokineticError(ValueError):
    """Something given to the engine cannot be used as it stands."""


class ModelError(PharmacokineticError):
    """A model file, a parameter or an override cannot be used."""


class PumpLogError(PharmacokineticError):
    """An entry of a pump log cannot be used; the message names the entry."""


class SiteError(PharmacokineticError):
    """Levels of different blood would stand side by side without saying so."""
