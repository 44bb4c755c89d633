"""Who may stay away: predicted from the group's own past, acted upon, and measured."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from yilu.platform.slots import Slot, fill
from yilu.prediction import permissions


class PredictionConfig(AppConfig):
    """Registers what prediction listens to, and has it learn every night."""

    name = "yilu.prediction"
    label = "prediction"

    def ready(self) -> None:
        fill(
            "scheduling.booking",
            Slot(key="no-show", title="", url_name="prediction:badge", permission=permissions.CALL),
        )
        jobs = import_module("yilu.prediction.jobs")
        post_migrate.connect(jobs.begin_everywhere, sender=self)
