from __future__ import annotations

from django.db import migrations

from serein.core.append_only import refuse_changes


class Migration(migrations.Migration):
    """Rows of these tables are written once."""

    dependencies = [("assessments", "0001_initial")]

    operations = [
        refuse_changes(
            "assessments",
            "InvitationTransition",
            "ResponseTransition",
            "Answer",
            "SafetyAnswer",
            "Score",
        )
    ]
