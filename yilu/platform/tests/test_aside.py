"""Another process makes things while this one works: it says why it failed, and never stays."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from yilu.platform.aside import AsideFailed, aside

pytestmark = pytest.mark.covers("O10")
KILLED_MEANWHILE = """
import os, signal
from yilu.platform.aside import aside
from yilu.platform.tests.test_aside import endless
if __name__ == "__main__":
    with aside() as make:
        for made in make(endless, 7):
            os.kill(os.getpid(), signal.SIGKILL)
"""


def endless(start: int) -> Iterator[tuple[int, int]]:
    """More and more, each with which process made it."""
    while True:
        yield start, os.getpid()
        start += 1


def two_and_no_more(_of: None) -> Iterator[int]:
    """Two, and then something is wrong."""
    yield 1
    yield 2
    raise ValueError("no more")


def dying(_of: None) -> Iterator[int]:
    """One, and then the process is killed."""
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def test_another_process_makes_one_after_another_and_ends_with_the_block():
    with aside() as make:
        made = make(endless, 7)
        (first, process), (second, _) = next(made), next(made)

    assert (first, second) == (7, 8)
    assert process != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_what_goes_wrong_there_is_said_here():
    with aside() as make:
        made = make(two_and_no_more, None)
        assert [next(made), next(made)] == [1, 2]
        with pytest.raises(AsideFailed, match="ValueError: no more"):
            next(made)


def test_a_process_that_dies_is_not_waited_for():
    with aside() as make:
        made = make(dying, None)
        assert next(made) == 1
        with pytest.raises(AsideFailed, match="died"):
            next(made)


def test_it_ends_when_who_asked_is_killed():
    # What both write to is closed only once both have ended.
    done = subprocess.run(  # noqa: S603 (our own lines)
        [sys.executable, "-c", KILLED_MEANWHILE], capture_output=True, timeout=120, check=False
    )

    assert done.returncode == -signal.SIGKILL
