"""The one router of portal."""

from yilu.platform import api

router = api.Router(tags=["mini-program"])

from yilu.portal.api import changing, mine, mini, queues  # noqa: E402

__all__ = ["changing", "mine", "mini", "queues", "router"]
