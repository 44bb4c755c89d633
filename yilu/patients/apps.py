"""Who a person is: identity, contacts, consents, family, where they are registered."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules, import_string
from django.utils.translation import gettext_lazy as _

from yilu.patients import permissions
from yilu.patients.slots import Slot, fill
from yilu.platform import actors

CARDS = Slot(
    key="cards",
    title=_("Visit cards"),
    url_name="patients:cards",
    permission=permissions.SEE,
    position=80,
)
DOUBLES = Slot(
    key="doubles",
    title=_("Doubles"),
    url_name="patients:doubles",
    permission=permissions.MERGE,
    position=90,
)


class PatientsConfig(AppConfig):
    name = "yilu.patients"
    label = "patients"

    def ready(self) -> None:
        """Say how an account becomes an actor; hear what a merge does with each app's rows,
        and which of them tie staff to patients."""
        loader = import_string("yilu.patients.selectors.actors.account_actor")
        actors.register_loader("patient", loader)
        fill(CARDS)
        fill(DOUBLES)
        import_module("yilu.patients.rules.merging")
        autodiscover_modules("merging", "ties")
        guard_all = import_string("yilu.patients.catalogue.guard_all")
        post_migrate.connect(guard_all, sender=self)
