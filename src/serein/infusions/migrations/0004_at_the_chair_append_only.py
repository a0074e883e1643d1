from __future__ import annotations

from django.db import migrations

from serein.core.append_only import refuse_changes


class Migration(migrations.Migration):
    """Rows of these tables are written once."""

    dependencies = [("infusions", "0003_at_the_chair")]

    operations = [
        refuse_changes(
            "infusions",
            "ChairOrder",
            "DrugStatement",
            "EntryStamp",
            "MessageRead",
            "NurseMessage",
            "OrderEnd",
            "PaperEntry",
            "ReadBack",
            "RescueGiven",
            "ScaleScore",
        )
    ]
