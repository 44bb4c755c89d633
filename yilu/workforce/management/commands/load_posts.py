"""Set the posts to what this version delivers, whatever was chosen since."""

from typing import Any

from django.core.management.base import BaseCommand

from yilu.platform.actors import Actor
from yilu.workforce import permissions
from yilu.workforce.operations.posts import load_posts


class Command(BaseCommand):
    help = "Set all posts and their permissions to what this version of the product delivers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is new; running it again changes nothing."""
        load_posts(actor=Actor.system("load_posts", permissions.MANAGE))
