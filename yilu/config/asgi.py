"""The one ASGI callable: `/live` to the hub's async code, everything else to Django on threads.

Django's own ASGI handler changes threads for every synchronous middleware and was six times
slower here; a WSGI server cannot hold event streams. This gives each what it needs, on one port.
"""

import os
from collections.abc import MutableMapping
from typing import Any

from django.core.wsgi import get_wsgi_application

from yilu.platform.web.threads import Bounds, OnThreads, Receive, Scope, Send

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yilu.config.settings.base")
# Where patients come from outside, with the desk's work unharmed when all come at once.
PUBLIC = ("/book", "/rush/", "/my", "/app/", "/v/", "/o/", "/p/", "/api/v1/my/", "/api/v1/mini/")
THREADS = int(os.environ.get("YILU_THREADS", str(Bounds.threads)))
pages = OnThreads(
    get_wsgi_application(),
    Bounds(
        threads=THREADS,
        public_threads=int(os.environ.get("YILU_PUBLIC_THREADS", str(max(THREADS // 2, 1)))),
    ),
    PUBLIC,
)

# Only after Django is set up: the hub reads settings and models.
from yilu.platform.live import hub  # noqa: E402


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request or hold one stream."""
    if scope["type"] != "http":
        return
    answer = hub.application if scope["path"].startswith("/live") else pages
    # Some servers hand over awaitables that are no coroutines; event loops insist on coroutines.

    async def coroutine_receive() -> MutableMapping[str, Any]:
        return await receive()

    async def coroutine_send(message: MutableMapping[str, Any]) -> None:
        await send(message)

    await answer(scope, coroutine_receive, coroutine_send)
