from __future__ import annotations

from typing import TYPE_CHECKING

from serein.fhir.models import ImportedResource

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

_AT_ONCE = 500


def imported(site_id: UUID, keys: Iterable[str]) -> dict[str, ImportedResource]:
    """Return what is already here of these addresses, by address."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, ImportedResource] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows: QuerySet[ImportedResource] = ImportedResource.objects.filter(
            site_id=site_id, source_key__in=wanted[start : start + _AT_ONCE]
        )
        found.update((row.source_key, row) for row in rows)
    return found
