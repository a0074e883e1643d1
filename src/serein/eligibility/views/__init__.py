"""Pages of the consult."""

from __future__ import annotations

from serein.eligibility.views.consult import consult
from serein.eligibility.views.decide import determine

__all__ = ["consult", "determine"]
