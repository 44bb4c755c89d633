"""Set the posts to what this version delivers, whatever was chosen since."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand
from yilu.workforce import permissions
from yilu.workforce.operations.posts import load_posts


class Command(SpokenCommand):
    words = "manage load_posts"
    help = gettext_noop(
        "Set all posts and their permissions to what this version of the product delivers."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Running it again changes nothing."""
        load_posts(actor=Actor.system("load_posts", permissions.MANAGE))
        self.stdout.write(_("All posts are as delivered."))
