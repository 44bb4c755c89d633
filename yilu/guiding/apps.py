"""Guides, wheelchairs and stretchers: who brings a patient to the next place."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yilu.guiding import permissions
from yilu.platform.slots import Slot, fill

RULE = Slot(
    key="guiding",
    title=_("Guides"),
    url_name="guiding:rule",
    permission=permissions.SET_UP,
    position=65,
)


class GuidingConfig(AppConfig):
    name = "yilu.guiding"
    label = "guiding"

    def ready(self) -> None:
        """Listen to where patients are sent, and stand among the settings of a site."""
        import_module("yilu.guiding.jobs")
        fill("facility.site", RULE)
