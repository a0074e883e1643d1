"""Triggers by which the database itself refuses to change or delete rows of a table.

Used in migrations: ``operations = [..., refuse_changes("audit", "AuditEntry")]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION serein_refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END;
$$ LANGUAGE plpgsql
"""


def refuse_changes(app: str, *models: str) -> migrations.RunPython:
    """Return the operation that puts the triggers on the tables of some models of an app."""

    def forwards(registry: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for name in models:
            _protect(editor, registry.get_model(app, name)._meta.db_table)

    def backwards(registry: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for name in models:
            _release(editor, registry.get_model(app, name)._meta.db_table)

    return migrations.RunPython(forwards, backwards)


def _protect(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRES_FUNCTION, params=None)
        editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION serein_refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        editor.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _release(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        return
    for verb in ("update", "delete"):
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
