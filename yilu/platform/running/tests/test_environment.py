"""Making `.venv`: what a person is told when their machine lacks something."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from yilu.platform.running import environment
from yilu.platform.running.places import ROOT

SCRIPT = Path("yilu/platform/running/environment.py")
HASH = "0" * 64


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the script needs, with one package to install."""
    (tmp_path / SCRIPT).parent.mkdir(parents=True)
    shutil.copy(ROOT / SCRIPT, tmp_path / SCRIPT)
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "base.txt"
    lock.write_text(f"no-such-tea==1.0 --hash=sha256:{HASH}\n")
    return tmp_path


def make(checkout: Path, **more: str) -> tuple[int, str]:
    """Run the script without any package index but a closed door."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    door = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    done = subprocess.run(
        [sys.executable, str(checkout / SCRIPT), "base"],
        env={**inherited, **door, "YILU_LANGUAGE": "en", **more},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_without_a_package_index_it_says_so_in_one_sentence(checkout):
    said = "yilu: The Python packages were not installed because the package index cannot be"
    status, sentence = make(checkout, PIP_DISABLE_PIP_VERSION_CHECK="1")
    assert (status, sentence.count("\n")) == (1, 1)
    assert sentence.startswith(said)


def test_it_speaks_the_language_of_the_terminal(checkout):
    status, sentence = make(checkout, PIP_DISABLE_PIP_VERSION_CHECK="1", YILU_LANGUAGE="zh")

    assert (status, sentence) == (
        1,
        "yilu: Python 包未能安装：无法连接软件源：请检查网络或 pip 的设置。\n",
    )


def test_every_sentence_it_says_is_there_in_chinese():
    reasons = {reason for _, reason in environment.REASONS}
    said = set(re.findall(r'_(?:said|fail)\(\s*"([^"]+)"', (ROOT / SCRIPT).read_text("utf-8")))
    assert said | reasons | {environment.UNREACHABLE} == set(environment.CHINESE)


def test_ctrl_c_is_answered_by_one_sentence_and_goes_on_later(monkeypatch, capsys):
    def interrupted(kind: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "_bring_up_to_date", interrupted)
    monkeypatch.setenv("YILU_LANGUAGE", "en")
    with pytest.raises(SystemExit, match="130"):
        environment.main("base")

    assert capsys.readouterr().out == "\nyilu: It was stopped; the next start goes on from here.\n"


def test_an_empty_list_makes_an_environment_with_our_command_once(checkout):
    (checkout / "requirements" / "base.txt").write_text("")

    assert make(checkout) == (0, "")
    made = (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    assert make(checkout) == (0, "")

    assert (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == made
    assert os.access(checkout / ".venv" / "bin" / "yilu", os.X_OK)


def test_a_half_made_environment_is_made_again(checkout):
    (checkout / "requirements" / "base.txt").write_text("")
    (checkout / ".venv" / "bin").mkdir(parents=True)

    assert make(checkout) == (0, "")
    assert (checkout / ".venv" / "installed.json").exists()


def test_a_link_is_left_to_whoever_made_it(checkout, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (checkout / ".venv").symlink_to(elsewhere)

    assert make(checkout) == (0, "")
    assert list(elsewhere.iterdir()) == []


def test_an_old_python_is_told_which_ones_will_do(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(SystemExit):
        environment.main("base")

    said = "yilu: Yilu needs Python 3.11, 3.12 or 3.13 and this is 3.9: install one of them.\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_its_venv_is_told_what_to_install(module, monkeypatch, capsys, tmp_path):
    find = environment.importlib.util.find_spec
    monkeypatch.setattr(
        environment.importlib.util, "find_spec", lambda name: None if name == module else find(name)
    )
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")

    with pytest.raises(SystemExit):
        environment.main("base")

    said = f"yilu: This Python has no {module}: install python3-venv with your system's tools.\n"
    assert capsys.readouterr().err == said
