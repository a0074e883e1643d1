from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.patients.views import chart, measurements, people, record

app_name = "patients"

_HERE = "patients/<uuid:patient_id>/"
_ENTRY = "<slug:kind>/<uuid:entry_id>/"
_DESK, _CHART = Act.EDIT_DEMOGRAPHICS, Act.WRITE_CHART

urlpatterns = [
    route("patients/", people.people, act=Act.SEE_DEMOGRAPHICS, name="list"),
    route("patients/new/", people.register, act=_DESK, name="register"),
    route(f"{_HERE}record/", record.record, act=Act.SEE_DEMOGRAPHICS, name="record"),
    route(f"{_HERE}details/", people.details, act=_DESK, name="details"),
    route(f"{_HERE}contacts/new/", people.contact, act=_DESK, name="contact"),
    route(f"{_HERE}escorts/new/", people.escort, act=_DESK, name="escort"),
    route(f"{_HERE}reach/{_ENTRY}end/", record.end_reach, act=_DESK, name="end_reach"),
    route(f"{_HERE}reach/{_ENTRY}error/", record.mark_reach, act=_DESK, name="mark_reach"),
    route(f"{_HERE}chart/{_ENTRY}end/", record.end_chart, act=_CHART, name="end_chart"),
    route(f"{_HERE}chart/{_ENTRY}error/", record.mark_chart, act=_CHART, name="mark_chart"),
    route(f"{_HERE}allergies/new/", chart.allergy, act=_CHART, name="allergy"),
    route(f"{_HERE}allergies/none/", chart.no_allergies, act=_CHART, name="no_allergies"),
    route(f"{_HERE}problems/new/", chart.condition, act=_CHART, name="condition"),
    route(f"{_HERE}medicines/new/", chart.medication, act=_CHART, name="medication"),
    route(f"{_HERE}medicines/<uuid:entry_id>/dose/", chart.dose, act=_CHART, name="dose"),
    route(f"{_HERE}weights/new/", measurements.weight, act=_CHART, name="weight"),
    route(f"{_HERE}heights/new/", measurements.height, act=_CHART, name="height"),
    route(f"{_HERE}blood-pressures/new/", measurements.pressure, act=_CHART, name="pressure"),
]
