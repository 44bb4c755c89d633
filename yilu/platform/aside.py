"""Having another process make things one after another, while this one works on with them."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from traceback import format_exc
from typing import Protocol, TypeVar

import django

A = TypeVar("A")
B = TypeVar("B")


class AsideFailed(RuntimeError):
    """What was made aside could not be made on; it says why, as the other process put it."""


class Make(Protocol):
    """Gives what a function makes of something, one after another."""

    def __call__(self, function: Callable[[A], Iterator[B]], of: A, /) -> Iterator[B]: ...


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing more comes; `reason` says why if that is not as it should be."""

    reason: str = ""


@contextmanager
def aside() -> Iterator[Make]:
    """A process that makes what it is asked for once: the next is made while one is looked at.

    It starts with the block, which takes it a second or two, and ends with it in any case; it
    ends as well when this process is killed. The function, found by its name, asks nothing of the
    database. What it is given and what it makes is pickled.

    Raises: AsideFailed, where the next thing is waited for.
    """
    ours, theirs = multiprocessing.Pipe()
    start = multiprocessing.get_context("spawn").Process
    process = start(target=_work, args=(theirs,), name="aside", daemon=True)
    process.start()
    theirs.close()
    try:
        yield lambda function, of: _made(ours, function, of)
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()


def here(function: Callable[[A], Iterator[B]], of: A, /) -> Iterator[B]:
    """The same in this process: for what is sooner made than another process has started."""
    return function(of)


def _made(pipe: Connection, function: Callable[[A], Iterator[B]], of: A) -> Iterator[B]:
    try:
        pipe.send((function, of))
        while not isinstance(one := pipe.recv(), _End):
            yield one
    except (EOFError, OSError) as error:
        raise AsideFailed("the other process has died") from error
    if one.reason:
        raise AsideFailed(one.reason)


def _work(pipe: Connection) -> None:
    # Ctrl-C is heard by all processes of a terminal: the one that asked says when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        django.setup()
        function, of = pipe.recv()
        for one in function(of):
            pipe.send(one)
        pipe.send(_End())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # Who asked is gone.
    except Exception:
        pipe.send(_End(format_exc()))
