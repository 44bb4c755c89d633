"""What workforce does by itself: after each start and upgrade, the posts catch up."""

from typing import Any

from yilu.platform.actors import Actor
from yilu.workforce import permissions
from yilu.workforce.operations.posts import catch_up_posts


def catch_up(apps: Any = None, **_signal: object) -> None:
    """Give the posts what this version adds, when the tables are those of this version."""
    try:
        post = apps.get_model("workforce", "Post")
    except (AttributeError, LookupError):
        return
    if any(field.name == "delivered" for field in post._meta.get_fields()):  # noqa: SLF001
        catch_up_posts(actor=Actor.system("workforce.catch_up", permissions.MANAGE))
