"""The record: observations, notes, diagnoses, allergies, prescriptions."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yilu.clinical import permissions
from yilu.patients.slots import Slot, fill

JOINED = Slot(
    key="joined",
    title=_("Medical history of the merged records"),
    url_name="clinical:joined",
    permission=permissions.SEE,
    position=20,
    is_rare=True,
    is_record=True,
    stylesheet="clinical/clinical.css",
)
CONSENTS = Slot(
    key="treatment_consents",
    title=_("Treatment consents"),
    url_name="clinical:patient-consents",
    permission=permissions.SEE,
    position=60,
    is_record=True,
    stylesheet="clinical/clinical.css",
)


class ClinicalConfig(AppConfig):
    """Shows on a patient's page what merged records say together, and what was signed."""

    name = "yilu.clinical"
    label = "clinical"

    def ready(self) -> None:
        import_module("yilu.clinical.jobs")
        fill(JOINED)
        fill(CONSENTS)
