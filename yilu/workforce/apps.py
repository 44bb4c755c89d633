"""Staff, their posts and what these may do, practitioners and their rosters."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
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
        post_migrate.connect(import_module("yilu.workforce.jobs").catch_up, sender=self)
