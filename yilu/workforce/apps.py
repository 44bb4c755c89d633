"""Staff, their posts and what these may do, practitioners and their rosters."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from yilu.platform import actors


class WorkforceConfig(AppConfig):
    name = "yilu.workforce"
    label = "workforce"

    def ready(self) -> None:
        """Say how those who work here, and their devices, become actors."""
        loaders = "yilu.workforce.selectors.actors"
        actors.register_loader("staff", import_string(f"{loaders}.staff_actor"))
        actors.register_loader("device", import_string(f"{loaders}.token_actor"))
        actors.register_loader("partner", import_string(f"{loaders}.token_actor"))
