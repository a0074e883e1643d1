from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations, models

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_FUNCTION = """
CREATE OR REPLACE FUNCTION serein_tell_changes() RETURNS trigger AS $$
BEGIN PERFORM pg_notify('serein_changes', ''); RETURN NULL; END;
$$ LANGUAGE plpgsql
"""
_TRIGGER = """
CREATE TRIGGER audit_tell_changes AFTER INSERT ON audit_auditentry
FOR EACH ROW WHEN (NOT NEW.is_read) EXECUTE FUNCTION serein_tell_changes()
"""


def wake_listeners(registry: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL calls listeners at commit; the call is empty, they read the table themselves."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_FUNCTION, params=None)
        editor.execute(_TRIGGER, params=None)


def stay_silent(registry: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER IF EXISTS audit_tell_changes ON audit_auditentry")
        editor.execute("DROP FUNCTION IF EXISTS serein_tell_changes()")


class Migration(migrations.Migration):
    """Who has a live page open, and the call that wakes the readers of changes."""

    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Looking",
            fields=[
                ("stream_id", models.UUIDField(primary_key=True, serialize=False)),
                ("site_id", models.UUIDField()),
                ("staff_id", models.UUIDField()),
                ("name", models.CharField(max_length=200)),
                ("place", models.CharField(max_length=60)),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site_id", "seen_at"], name="looking_by_site")
                ],
            },
        ),
        migrations.RunPython(wake_listeners, stay_silent),
    ]
