"""The command `yilu`, as a person types it."""

import os
import subprocess
import sys

import pytest

from yilu.config import cli
from yilu.platform.running.places import ROOT


def yilu(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yilu", *words],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_and_every_setting(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])

    said = capsys.readouterr().out
    assert left.value.code == 0
    commands = ["up", "doctor", "load · reset · clock · day", "create", "verify", "manage"]
    assert [word for word in [*commands, "YILU_HOME", "DATABASE_URL"] if word not in said] == []


@pytest.mark.parametrize("words", [["brew"], ["demo", "brew"], ["up", "now"], ["demo"]])
def test_what_is_no_command_is_answered_with_usage(words, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(words)

    assert left.value.code == 2
    assert "usage: yilu" in capsys.readouterr().err


def test_an_app_command_gets_its_options_untouched():
    done = yilu("manage", "check_translations", "--help")
    assert done.returncode == 0
    assert "Chinese catalogues" in done.stdout


def test_a_refusal_is_one_sentence_and_a_status():
    done = subprocess.run(
        [sys.executable, "-m", "yilu", "up"],
        cwd=ROOT,
        env={**os.environ, "YILU_PORT": "tea", "YILU_HOME": "/nonexistent/place"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = "yilu: YILU_PORT must be a number from 1 to 65535, not “tea”.\n"
    assert (done.returncode, done.stderr) == (1, said)
