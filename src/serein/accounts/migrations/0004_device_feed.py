from __future__ import annotations

from django.db import migrations, models

from serein.core.append_only import refuse_changes

_GUARD = refuse_changes("accounts", "SwitchTurn")


class Migration(migrations.Migration):
    """One more switch. SQLite makes the table anew for it, so the guard is put back afterwards."""

    dependencies = [("accounts", "0003_append_only")]

    operations = [
        migrations.RunPython(_GUARD.reverse_code, _GUARD.code),
        migrations.RemoveConstraint(model_name="switchturn", name="switch_turn_code_known"),
        migrations.AddConstraint(
            model_name="switchturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    code__in=["level-overlay", "level-what-if-running", "device-feed"]
                ),
                name="switch_turn_code_known",
            ),
        ),
        refuse_changes("accounts", "SwitchTurn"),
    ]
