"""What a process of `web` is before it divides: whole, alone, and without what it rarely needs."""

import json
import os
import subprocess
import sys

import pytest

from yilu.platform.running.places import ROOT

SAY = """
import gc, json, os, sys
from yilu.config.serve import preload
preload()
from django.db import connection
from django.template import engines
from django.urls import get_resolver
print(json.dumps({
    "threads": len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1,
    "connected": connection.connection is not None,
    "pages": "url_patterns" in get_resolver().__dict__ and "templates" in engines.__dict__,
    "frozen": gc.get_freeze_count() > 100_000,
    "collects": gc.isenabled(),
    "by_name": all(language in get_resolver()._reverse_dict for language in ("zh-hans", "en")),
    "modules": sorted({name.partition(".")[0] for name in sys.modules}),
}))
"""
# What solves, learns, reads pictures: in processes of their own, which give their memory back.
ELSEWHERE = {
    "ortools",
    "pandas",
    "numpy",
    "scipy",
    "sklearn",
    "skops",
    "onnxruntime",
    "rapidocr",
    "cv2",
}
ELSEWHERE |= {"shapely", "pytest", "hypothesis", "playwright"}


@pytest.fixture(scope="module")
def said():
    settings = {"DJANGO_SETTINGS_MODULE": "yilu.config.settings.base"}
    done = subprocess.run(
        [sys.executable, "-c", SAY],
        env={**os.environ, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_all_pages_are_loaded_before_processes_divide_and_collected_never_again(said):
    assert (said["pages"], said["by_name"], said["frozen"], said["collects"]) == (True,) * 4


def test_nothing_is_open_that_copies_could_not_share(said):
    assert (said["threads"], said["connected"]) == (1, False)


def test_what_is_heavy_is_loaded_only_where_it_works(said):
    assert ELSEWHERE.isdisjoint(said["modules"])
