"""The boards of the posts: what each signs in to."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from yilu.platform.slots import Slot, fill
from yilu.workforce import permissions as workforce

NEW_SITE = Slot(
    key="new",
    title=_("New site"),
    url_name="workspace:new-site",
    permission=workforce.MANAGE,
    icon="plus",
)


class WorkspaceConfig(AppConfig):
    name = "yilu.workspace"
    label = "workspace"

    def ready(self) -> None:
        """A further site needs people too, so its page stands here, and its door at the sites."""
        fill("facility.sites", NEW_SITE)
