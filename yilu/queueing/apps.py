"""Tickets, calls, stations, wall screens and predicted waits."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.platform.slots import Slot, fill
from yilu.queueing import permissions

SET_UP = Slot(
    key="queues",
    title=_("Queues and stations"),
    url_name="queueing:set-up",
    permission=permissions.SET_UP,
    position=60,
)
EXPLAIN = Slot(
    key="explain",
    title=pgettext_lazy("long wait", "Explain"),
    url_name="queueing:explain",
    permission=permissions.EXPLAIN,
)


class QueueingConfig(AppConfig):
    name = "yilu.queueing"
    label = "queueing"

    def ready(self) -> None:
        """Listen to what moves a queue, and to the night."""
        import_module("yilu.queueing.jobs")
        fill("facility.site", SET_UP)
        fill("pathways.queueing.longwait", EXPLAIN)
