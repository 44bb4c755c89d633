"""What every sandbox is made of: a request, a reply, and faults to order."""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks of a sandbox. Header names are in small letters."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What a sandbox answers."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Mode(StrEnum):
    """How a provider can be bad.

    HANG and REFUSE do nothing with the request; LOST and LATE do what was asked and then answer
    nothing, or after a while; TWICE says afterwards twice what it has to say once.
    """

    HANG = "hang"
    REFUSE = "refuse"
    ERROR = "error"
    LOST = "lost"
    LATE = "late"
    TWICE = "twice"
    GARBAGE = "garbage"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to be bad, for so many requests; `seconds` for those that take time."""

    mode: Mode
    times: int = 1
    seconds: float = 30.0


class Faults:
    """The faults that are ordered, by service. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: dict[str, deque[Fault]] = defaultdict(deque)

    def order(self, service: str, fault: Fault) -> None:
        """Be bad in this way for the service's next requests, after those ordered before."""
        with self._lock:
            self._ordered[service] += [Fault(fault.mode, 1, fault.seconds)] * fault.times

    def take(self, service: str) -> Fault | None:
        """The fault for this request, or None to be good."""
        with self._lock:
            ordered = self._ordered[service]
            return ordered.popleft() if ordered else None

    def clear(self) -> None:
        """Be good from now on."""
        with self._lock:
            self._ordered.clear()


class Service(Protocol):
    """One provider's sandbox. `prefix` is the beginning of its paths, which it does not see.

    `twice` asks it to say afterwards twice what it has to say once.
    """

    name: str
    prefix: str

    def answer(self, request: Request, *, twice: bool = False) -> Reply: ...

    def received(self) -> list[dict[str, Any]]: ...
