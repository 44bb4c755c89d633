"""The command `yilu`, as a person types it."""

import os
import socket
import subprocess
import sys

import pytest

from yilu.config import cli
from yilu.platform.running import language
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


@pytest.mark.covers("O06")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "必须是 1 到 65535 之间的数字"),
        ({"LANG": "C.UTF-8", "YILU_LANGUAGE": "zh"}, "必须是 1 到 65535 之间的数字"),
        ({"LANG": "zh_CN.UTF-8", "YILU_LANGUAGE": "en"}, "must be a number from 1 to 65535"),
        ({"LANG": "de_DE.UTF-8"}, "must be a number from 1 to 65535"),
        ({}, "must be a number from 1 to 65535"),
    ],
)
def test_a_refusal_is_in_the_language_of_the_system_or_the_one_asked_for(settings, said):
    kept = {name: value for name, value in os.environ.items() if name not in language.ASKED}
    done = subprocess.run(
        [sys.executable, "-m", "yilu", "up"],
        cwd=ROOT,
        env={**kept, "YILU_PORT": "tea", "PYTHONUTF8": "1", **settings},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.covers("O06")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--help"], ["用法：yilu", "检查本机有何问题", "监听地址", "显示本说明"]),
        (["demo", "--help"], ["让演示从第一天早上重新开始"]),
        (["brew"], ["错误：", "用法：yilu"]),
        (["doctor"], ["已被占用", "例如 YILU_PORT="]),
    ],
)
def test_in_chinese_help_and_findings_are_chinese(words, told, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        more = {"YILU_LANGUAGE": "zh", "YILU_HOME": str(tmp_path), "PYTHONUTF8": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "yilu", *words],
            cwd=ROOT,
            env={**os.environ, **more, "YILU_PORT": str(taken.getsockname()[1])},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    said = done.stdout + done.stderr
    assert [one for one in told if one not in said] == []
    assert "Traceback" not in said
