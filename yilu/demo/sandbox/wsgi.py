"""A sandbox that is a WSGI application, served beside the others under a prefix."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from yilu.demo.sandbox.wire import Reply, Request

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiService:
    """Hands requests to an application, which sees paths without the prefix."""

    def __init__(self, name: str, prefix: str, application: Application) -> None:
        self.name, self.prefix = name, prefix
        self._application = application

    def answer(self, request: Request, *, twice: bool = False) -> Reply:
        """What the application answers. It has its own ways to say something twice."""
        said: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(
            self._application(_environment(request), lambda *start: said.append(start[:2]))
        )
        status, headers = said[-1]
        kind = next((v for n, v in headers if n.lower() == "content-type"), "application/json")
        others = {n: v for n, v in headers if n.lower() not in {"content-type", "content-length"}}
        return Reply(int(status.split()[0]), body, kind, others)

    def received(self) -> list[dict[str, Any]]:
        """Nothing: the application tells in its own way."""
        return []


def _environment(request: Request) -> dict[str, Any]:
    headers = {f"HTTP_{n.upper().replace('-', '_')}": v for n, v in request.headers.items()}
    return headers | {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "QUERY_STRING": urlencode(request.query),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": BytesIO(request.body),
    }
