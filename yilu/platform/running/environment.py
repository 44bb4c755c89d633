"""Makes `.venv` from the locked list, with nothing but the Python that happens to be there.

Run as a script by the Makefile, before anything of ours can be imported; it must be understood
by Pythons too old for the rest, so that they are told so in a sentence.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
STAMP = "installed.json"
SUPPORTED = ((3, 11), (3, 12), (3, 13))
COMMAND = """\
#!{python}
import sys

from yilu.config.cli import main

sys.exit(main())
"""
REASONS = (
    ("hashes", "a package differs from what was locked: do not trust this package index"),
    ("No space left", "the disk is full: free about 2 GB"),
    ("Permission denied", "the folder cannot be written: mend its permissions"),
    ("No matching distribution", "the package index lacks a package for this machine or Python"),
)
UNREACHABLE = "the package index cannot be reached: check the network or pip's settings"
SAYS_LANGUAGE = ("YILU_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
# Before the environment is there, no catalogue can be read.
CHINESE = {
    "Making the Python environment (.venv)": "正在建立 Python 环境（.venv）",
    "Installing the locked Python packages": "正在安装锁定的 Python 包",
    "It was stopped; the next start goes on from here.": "已停止；下次启动从这里继续。",
    "a package differs from what was locked: do not trust this package index": (
        "有软件包与锁定的不一致：请勿信任此软件源"
    ),
    "the disk is full: free about 2 GB": "磁盘已满：请腾出约 2 GB",
    "the folder cannot be written: mend its permissions": "文件夹不可写：请修正其权限",
    "the package index lacks a package for this machine or Python": (
        "软件源中没有适合本机或此 Python 的软件包"
    ),
    UNREACHABLE: "无法连接软件源：请检查网络或 pip 的设置",
    "This Python has no {}: install python3-venv with your system's tools.": (
        "此 Python 没有 {}：请用系统工具安装 python3-venv。"
    ),
    "The folder {} cannot be written: mend its permissions.": "文件夹 {} 不可写：请修正其权限。",
    "Yilu needs Python 3.11, 3.12 or 3.13 and this is {}: install one of them.": (
        "医路需要 Python 3.11、3.12 或 3.13，当前为 {}：请安装其中之一。"
    ),
    "The Python packages were not installed because {}.": "Python 包未能安装：{}。",
    "The Python environment could not be made: {}": "未能建立 Python 环境：{}",
    "no reason given": "未给出原因",
}


def main(kind: str) -> None:
    """Bring the environment up to date for running (`base`) or for testing (`dev`)."""
    try:
        _bring_up_to_date(kind)
    except KeyboardInterrupt:
        print("\nyilu: " + _said("It was stopped; the next start goes on from here."))
        sys.exit(130)


def _bring_up_to_date(kind: str) -> None:
    _use_supported_python()
    if VENV.is_symlink():
        return  # somebody keeps it elsewhere and looks after it; `yilu doctor` says if it is old
    if _is_current(kind):
        return
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            _fail("This Python has no {}: install python3-venv with your system's tools.", module)
    try:
        with (ROOT / ".venv.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_current(kind):
                _install(kind)
    except OSError as error:
        _fail("The folder {} cannot be written: mend its permissions.", error.filename or ROOT)


def _use_supported_python() -> None:
    """Go on with a Python that is supported, if there is one under another name."""
    if sys.version_info[:2] in SUPPORTED:
        return
    for major, minor in reversed(SUPPORTED):
        found = shutil.which(f"python{major}.{minor}")
        if found:
            os.execv(found, [found, *sys.argv])  # noqa: S606 - a Python from the path
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    _fail("Yilu needs Python 3.11, 3.12 or 3.13 and this is {}: install one of them.", own)


def _hash(kind: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{kind}.txt").read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    try:
        made = json.loads((VENV / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return made if _works() else {}


def _works() -> bool:
    """Whether the environment's Python still starts: the system's may have been replaced."""
    test = [str(VENV / "bin" / "python"), "-c", ""]
    try:
        return subprocess.run(test, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _is_current(kind: str) -> bool:
    return _installed().get(kind) == _hash(kind)


def _install(kind: str) -> None:
    if not _installed():
        print(_said("Making the Python environment (.venv)"), flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    (VENV / STAMP).unlink(missing_ok=True)
    print(_said("Installing the locked Python packages"), flush=True)
    python = VENV / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # The list is whole: nothing is left to be found out. What is imported is compiled then; to
    # compile all there is takes a minute of work on two cores.
    pip += ["--no-deps", "--no-compile", "--require-hashes"]
    _run([*pip, "-r", str(ROOT / "requirements" / f"{kind}.txt")])
    _add_our_command(python)
    done = {"base": _hash("base")} | ({"dev": _hash("dev")} if kind == "dev" else {})
    (VENV / STAMP).write_text(json.dumps(done), encoding="utf-8")


def _add_our_command(python: Path) -> None:
    """Let the environment find our packages, and put `yilu` beside its python."""
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip()
    (Path(packages) / "yilu.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV / "bin" / "yilu"
    command.write_text(COMMAND.format(python=python), encoding="utf-8")
    command.chmod(0o755)


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode == 0:
        return
    # pip that has reached no index says only that it found no version.
    if "Retrying" in done.stdout or "from versions: none" in done.stdout:
        _fail("The Python packages were not installed because {}.", _said(UNREACHABLE))
    for sign, reason in REASONS:
        if sign in done.stdout:
            _fail("The Python packages were not installed because {}.", _said(reason))
    lines = done.stdout.strip().splitlines() or [_said("no reason given")]
    _fail("The Python environment could not be made: {}", lines[-1])


def _said(sentence: str) -> str:
    """The sentence in the language of the terminal, found as `language.py` finds it."""
    asked = next((os.environ[name] for name in SAYS_LANGUAGE if os.environ.get(name)), "")
    return CHINESE[sentence] if asked.lower().startswith("zh") else sentence


def _fail(sentence: str, word: object) -> None:
    print("yilu: " + _said(sentence).format(word), file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
