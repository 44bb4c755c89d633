"""`yilu up` as people meet it: started, its processes killed, stopped with streams open."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from yilu.platform.live import tokens
from yilu.platform.running import embedded, keys
from yilu.platform.running.places import ROOT, Home
from yilu.platform.running.tests.clinics import (
    Clinic,
    eventually,
    free_port,
    refusal,
    running_clinic,
    start,
)
from yilu.platform.running.tests.places import copy_of, temporary_home


@pytest.fixture(scope="module")
def prepared() -> Iterator[Home]:
    """A folder whose tables are made, by far the longest part of a first start."""
    with temporary_home() as home:
        with running_clinic(home) as clinic:
            clinic.stop()
        yield home


@pytest.fixture(scope="module")
def clinic(prepared: Home) -> Iterator[Clinic]:
    with copy_of(prepared) as home, running_clinic(home) as clinic:
        yield clinic


@pytest.fixture
def home(prepared: Home) -> Iterator[Home]:
    """A folder for a test that starts and stops."""
    with copy_of(prepared) as home:
        yield home


def server_pid(home: Home) -> int:
    return int((home.data / "postmaster.pid").read_text().splitlines()[0])


def test_a_killed_web_process_is_back_within_two_seconds(clinic):
    before = clinic.child("yilu.config.serve")

    os.kill(before, signal.SIGKILL)

    eventually(lambda: clinic.child("yilu.config.serve") not in {None, before}, seconds=2)
    eventually(clinic.answers)


def test_a_killed_database_server_is_back_and_pages_are_answered_again(clinic):
    before = server_pid(clinic.home)

    os.kill(before, signal.SIGKILL)

    eventually(lambda: embedded.is_running(clinic.home) and server_pid(clinic.home) != before)
    eventually(clinic.answers)


def test_a_second_start_from_the_same_folder_is_refused(clinic):
    status, said = refusal(clinic.home, free_port())

    assert (status, said.count("\n")) == (1, 1)
    assert f"already runs from {clinic.home.path} (process {clinic.process.pid})" in said
    assert clinic.answers()


def test_the_doctor_finds_the_running_clinic_well(clinic):
    environment = {**os.environ, "YILU_HOME": str(clinic.home.path)}
    environment |= {"YILU_PORT": str(clinic.port)}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "yilu", "doctor"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    bad = [line for line in done.stdout.splitlines() if line.startswith("BAD")]
    assert [line for line in bad if "environment" not in line] == [], done.stdout
    assert "in use by Yilu" in done.stdout


def test_it_stops_within_ten_seconds_with_a_stream_open_and_leaves_nothing_behind(home, settings):
    settings.SECRET_KEY = keys.ensure(home, "secret_key")
    topic = quote(tokens.signed("tea"))
    with (
        running_clinic(home) as clinic,
        urllib.request.urlopen(
            f"http://127.0.0.1:{clinic.port}/live?topics={topic}", timeout=30
        ) as stream,
    ):
        assert stream.readline()

        seconds = clinic.stop(signal.SIGINT)

        assert clinic.process.returncode == 0
        assert seconds < 10
        assert clinic.descendants() == []
        assert not embedded.is_running(clinic.home)


def test_ctrl_c_while_it_says_who_may_sign_in_is_answered_calmly(home, tmp_path):
    said = tmp_path / "said"
    with said.open("w") as file:
        process = start(home, free_port(), file, group=0)
        clinic = Clinic(home, 0, process)
        eventually(lambda: clinic.child("setup_link"))

        os.killpg(process.pid, signal.SIGINT)

        assert process.wait(60) == 0
    assert "KeyboardInterrupt" not in said.read_text()
    assert said.read_text().splitlines()[-1].endswith("stopped")


def test_what_a_killed_supervisor_leaves_is_cleared_away_by_the_next(home):
    with running_clinic(home) as killed:
        killed.stop(signal.SIGKILL)
        assert embedded.is_running(home)

    with running_clinic(home) as clinic:
        clinic.stop()

    assert clinic.process.returncode == 0
    assert clinic.descendants() == []


def test_a_taken_port_is_refused_in_one_sentence_before_anything_starts():
    with temporary_home() as home, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        status, said = refusal(home, other.getsockname()[1])

        assert (status, said.count("\n")) == (1, 1)
        assert "cannot be used (Address already in use): stop the program" in said
        assert not home.postgres.exists()
