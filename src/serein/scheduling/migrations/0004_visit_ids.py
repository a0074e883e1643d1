from __future__ import annotations

import uuid
from typing import Any

from django.db import migrations


def name_the_visits(registry: Any, editor: Any) -> None:
    """Give each visit one id for life, the same for every row it was moved through, and its type."""
    appointments = registry.get_model("scheduling", "Appointment").objects
    appointments.filter(number=1).update(kind="first", type_code="first")
    appointments.exclude(number=1).update(kind="infusion", type_code="infusion")
    moved_to = dict(
        appointments.exclude(moved_from=None).values_list("moved_from_id", "pk")
    )
    for pk in appointments.filter(moved_from=None).values_list("pk", flat=True):
        visit_id, revision, row = uuid.uuid4(), 0, pk
        while row is not None:
            appointments.filter(pk=row).update(visit_id=visit_id, revision=revision)
            revision, row = revision + 1, moved_to.get(row)


class Migration(migrations.Migration):
    """Fill what the columns of the engine say about visits booked before it."""

    dependencies = [("scheduling", "0003_the_engine")]

    operations = [migrations.RunPython(name_the_visits, migrations.RunPython.noop)]
