"""The house keeps its own rules: sizes, boundaries, policies, lifecycles."""

from __future__ import annotations

import ast
from pathlib import Path

import grimp
import pytest
from django.apps import apps

from serein.accounts.permissions import MAY, Act, Role
from serein.config.checks import every_address, every_address_has_a_policy
from serein.core.models import AppendOnly, Transition
from serein.core.states import StateTable

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "serein"
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts)
OUR_APPS = [config for config in apps.get_app_configs() if config.name.startswith("serein.")]
OUR_MODELS = [model for config in OUR_APPS for model in config.get_models()]

MUTABLE = {
    "accounts.Site",
    "accounts.Staff",
    "assessments.Invitation",
    "assessments.Response",
    "audit.DoneOnce",
    "audit.Looking",
    "consents.Consent",
    "infusions.InfusionSession",
    "intake.ConsultRequest",
    "messaging.Message",
    "monitoring.Device",
    "monitoring.Flag",
    "monitoring.MonitoringPause",
    "monitoring.MonitoringPeriod",
    "monitoring.TrayItem",
    "patients.MrnCounter",
    "patients.Patient",
    "plans.TreatmentPlan",
    "safety.SafetyTask",
    "safety.SideEffect",
    "scheduling.Appointment",
    "scheduling.Chair",
    "scheduling.ChairTick",
    "scheduling.ClinicDay",
    "scheduling.Closure",
    "scheduling.Leave",
    "scheduling.Offer",
    "scheduling.PatientTick",
    "scheduling.RebookTask",
    "scheduling.Resource",
    "scheduling.ResourceTick",
    "scheduling.Shift",
    "scheduling.SiteBook",
    "scheduling.SpecialOpening",
    "scheduling.UnitOutage",
    "scheduling.VisitType",
    "scheduling.WaitlistEntry",
    "scheduling.WeeklyRule",
}
"""Rows that may change, each with its reason in its docstring. All others are written once."""

CAPS = {".py": 400, ".html": 200, ".js": 200}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_source_file_is_longer_than_its_cap(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= CAPS[".py"]


@pytest.mark.parametrize("ending", [".html", ".js"])
def test_no_page_part_is_longer_than_its_cap(ending: str) -> None:
    long = {
        name_of(path): len(path.read_text().splitlines())
        for path in SOURCE.rglob(f"*{ending}")
        if "vendor" not in path.parts and len(path.read_text().splitlines()) > CAPS[ending]
    }
    assert long == {}


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_function_is_longer_than_sixty_lines(path: Path) -> None:
    tree = ast.parse(path.read_text())
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > 60
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_public_functions_say_what_they_do(path: Path) -> None:
    tree = ast.parse(path.read_text())
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_only_an_app_itself_imports_its_models() -> None:
    graph = grimp.build_graph("serein", exclude_type_checking_imports=True)
    trespass = []
    for module in graph.modules:
        parts = module.split(".")
        if len(parts) >= 3 and parts[2] == "models":
            trespass += [
                f"{importer} imports {module}"
                for importer in graph.find_modules_that_directly_import(module)
                if importer.split(".")[1] != parts[1] and parts[1] != "core"
            ]
    assert trespass == []


def test_every_address_names_who_may_open_it() -> None:
    assert every_address_has_a_policy() == []
    assert len(list(every_address())) > 40


def test_every_act_is_open_to_somebody_and_to_known_roles_only() -> None:
    pseudo = {Act.PUBLIC, Act.SIGNED_IN}
    assert set(MAY) == set(Act) - pseudo
    for act, roles in MAY.items():
        assert roles, act
        assert roles <= set(Role), act


def test_nobody_holds_administration_and_clinical_work_and_audit_at_once() -> None:
    clinical = {Act.SEE_CHART, Act.CHART_SESSION, Act.SIGN_PLAN, Act.SEE_SESSION}
    for role in Role:
        holds = {act for act, roles in MAY.items() if role in roles}
        kinds = [bool(holds & clinical), Act.MANAGE_STAFF in holds, Act.READ_AUDIT in holds]
        assert sum(kinds) <= (2 if role is Role.MEDICAL_DIRECTOR else 1), role
    assert Role.MEDICAL_DIRECTOR not in MAY[Act.MANAGE_STAFF]


def test_every_table_is_either_append_only_or_listed_as_mutable() -> None:
    written_once = {model._meta.label for model in OUR_MODELS if issubclass(model, AppendOnly)}
    rest = {model._meta.label for model in OUR_MODELS} - written_once - {"audit.AuditEntry"}
    assert rest == MUTABLE


@pytest.mark.django_db
def test_the_database_guards_every_append_only_table() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT DISTINCT event_object_table FROM information_schema.triggers")
        guarded = {row[0] for row in cursor.fetchall()}
    wanted = {
        model._meta.db_table
        for model in OUR_MODELS
        if issubclass(model, AppendOnly) or model._meta.label == "audit.AuditEntry"
    }
    assert wanted <= guarded


def test_every_lifecycle_has_a_table_and_rows_for_its_steps() -> None:
    for model in OUR_MODELS:
        if issubclass(model, Transition):
            subject = model._meta.get_field("subject").related_model
            assert any(field.name == "state" for field in subject._meta.get_fields()), model


def test_every_state_of_a_table_can_be_reached_from_its_start() -> None:
    import importlib

    for config in OUR_APPS:
        try:
            module = importlib.import_module(f"{config.name}.states")
        except ModuleNotFoundError:
            continue
        for table in vars(module).values():
            if isinstance(table, StateTable):
                reached, grown = {table.start}, True
                while grown:
                    more = {to for (at, _), to in table.moves.items() if at in reached}
                    grown = not more <= reached
                    reached |= more
                assert reached == set(table.states()), table.name


def test_every_action_is_keyword_only_and_names_key_actor_and_time() -> None:
    import importlib
    import inspect
    import pkgutil

    for config in OUR_APPS:
        try:
            module = importlib.import_module(f"{config.name}.actions")
        except ModuleNotFoundError:
            continue
        modules = [module]
        if hasattr(module, "__path__"):
            modules += [
                importlib.import_module(f"{module.__name__}.{found.name}")
                for found in pkgutil.iter_modules(module.__path__)
            ]
        for each in modules:
            for thing in vars(each).values():
                if getattr(thing, "is_action", False):
                    parameters = inspect.signature(thing).parameters
                    assert {"key", "by", "at"} <= set(parameters), thing
                    kinds = {parameter.kind for parameter in parameters.values()}
                    named = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
                    assert kinds <= named, thing
