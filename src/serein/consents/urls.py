from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.consents import views

app_name = "consents"

_PATIENT = "patients/<uuid:patient_id>/consents/"

urlpatterns = [
    route(_PATIENT, views.consents, act=Act.SEE_CONSENT, name="list"),
    route(f"{_PATIENT}sign/", views.sign, act=Act.SEE_CONSENT, post=Act.SIGN_CONSENT, name="sign"),
    route(f"{_PATIENT}<uuid:consent_id>/", views.consent, act=Act.SEE_CONSENT, name="consent"),
    route(
        f"{_PATIENT}<uuid:consent_id>/withdraw/",
        views.withdraw,
        act=Act.SIGN_CONSENT,
        name="withdraw",
    ),
    route("consent-documents/", views.documents, act=Act.PUBLISH_CONSENT, name="documents"),
    route("consent-documents/publish/", views.publish, act=Act.PUBLISH_CONSENT, name="publish"),
    route(
        "consent-documents/<uuid:document_id>/",
        views.document,
        act=Act.SEE_CONSENT,
        name="document",
    ),
]
