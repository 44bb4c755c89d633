"""Having a picture read by a process of its own, one at a time, within limits."""

import json
import os
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

from yilu.patients.errors import NoPicture, ReaderBusy, ReaderFailed
from yilu.patients.rules.idcards import Line

# The child limits itself to less; this is for one that hangs.
MOST_SECONDS = 45
WAIT_SECONDS = 10
LARGEST = 12 * 1024 * 1024
# A picture takes a core for seconds: whoever comes second in one server waits.
_turn = BoundedSemaphore(1)


def read_picture(data: bytes) -> list[Line]:
    """The words in a picture, and where they stand. Nothing of it is kept.

    Raises:
        NoPicture: it is too large, or no picture at all.
        ReaderBusy: another one is being read.
        ReaderFailed: the reading took too long or broke down.
    """
    if not data or len(data) > LARGEST:
        raise NoPicture
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise ReaderBusy
    try:
        said = _said(data)
    finally:
        _turn.release()
    if "lines" not in said:
        raise NoPicture
    return [
        Line(one["text"], tuple((float(x), float(y)) for x, y in one["box"]))  # type: ignore[arg-type]
        for one in said["lines"]
    ]


def _said(data: bytes) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "yilu.patients.pictures.child"],
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise ReaderFailed from error
    return answer
