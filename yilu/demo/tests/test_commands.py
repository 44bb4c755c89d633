"""What people type at a terminal: understood or refused in a sentence, in their language."""

from argparse import SUPPRESS
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands
from django.utils import translation

from yilu.config.cli import WAYS
from yilu.demo.management.commands import demo_day
from yilu.demo.selectors.account import Account, Finding
from yilu.platform.models import AccessToken, ClinicClock
from yilu.platform.spoken import SpokenCommand

LEADS_TO = {way.leads_to: way.words for way in WAYS if isinstance(way.leads_to, str)}
LEADS_TO.pop("*")
OURS = [name for name, app in get_commands().items() if str(app).startswith("yilu.")]


def command(name: str) -> SpokenCommand:
    return import_module(f"{get_commands()[name]}.management.commands.{name}").Command()


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize(("language", "options"), [("zh", "选项"), ("en", "options")])
def test_each_command_explains_itself_in_the_language_of_the_terminal(
    name, language, options, monkeypatch
):
    monkeypatch.setenv("YILU_LANGUAGE", language)
    one = command(name)
    said = one.create_parser("manage.py", name).format_help()

    assert isinstance(one, SpokenCommand)
    assert f"yilu {LEADS_TO.get(name, f'manage {name}')} " in said
    told = [one.create_parser("manage.py", name).description, *_options(one, name)]
    assert [text for text in told if _is_chinese(text) != (language == "zh")] == []
    assert "--settings" not in said
    assert "manage.py" not in said


def _options(one: SpokenCommand, name: str) -> list[str]:
    """What is said of each option."""
    shown = [action for action in one.create_parser("x", name)._actions if action.help != SUPPRESS]
    assert [action.dest for action in shown if not action.help] == []
    return [str(action.help) for action in shown if action.dest != "help"]


def _is_chinese(text: str | None) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text or "")


QUIET = Account(
    day=date(2026, 11, 24),
    booked=9,
    came=8,
    walked_in=2,
    cancelled=1,
    missed=2,
    left=8,
    prescriptions=5,
    bills=8,
    taken=Decimal("812.50"),
    given_back=Decimal(0),
    receipts=8,
    events=301,
    wrong=(),
)
WRONG = Finding("numbers still in a queue", 2, ("A003", "A004"))


@pytest.mark.parametrize(
    ("language", "told", "wrong", "clean"),
    [
        ("zh-hans", "预约 9：到诊 6", "有误：仍在排队的号: 2 (A003, A004)", "没有差错"),
        ("en", "9 bookings: 6 kept", "wrong: numbers still in a queue: 2", "nothing is wrong"),
    ],
)
def test_the_account_of_a_day_is_said_in_the_language_of_the_terminal(language, told, wrong, clean):
    said = StringIO()
    play = demo_day.Command(stdout=said)
    with translation.override(language):
        play.show(QUIET)
        play.show(replace(QUIET, wrong=(WRONG,)))

    lines = [line.strip() for line in said.getvalue().splitlines()]
    assert any(line.startswith(told) for line in lines)
    assert any(line.startswith(wrong) for line in lines)
    assert lines.count(clean) == 1
    assert [line for line in lines if _is_chinese(line) != (language != "en")] == []


@pytest.mark.parametrize(
    ("words", "language", "said"),
    [
        (["demo_clock", "--jump", "tomorrow"], "en", "--jump: Give an instant with its offset"),
        (["demo_clock", "--jump", "2026-11-20T14:00"], "zh", "请给出带时区的时刻"),
        (["demo_load", "--at", ""], "zh", "请给出带时区的时刻"),
    ],
)
def test_an_instant_that_is_none_is_refused_in_a_sentence(
    words, language, said, monkeypatch, capsys
):
    monkeypatch.setenv("YILU_LANGUAGE", language)
    with pytest.raises(SystemExit, match="2"):
        command(words[0]).run_from_argv(["manage.py", *words])

    assert said in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("speed", ["nan", "-1", "1e9", "inf"])
def test_no_clock_takes_a_speed_that_is_none(speed):
    with pytest.raises(CommandError, match="Choose a speed from 0 to 3600"):
        call_command("demo_clock", speed=float(speed))

    assert not ClinicClock.objects.exists()


@pytest.mark.django_db
def test_a_key_is_not_made_for_what_nobody_may():
    with pytest.raises(CommandError, match=r"no permission tea\.pour"):
        call_command("token_create", "City app", may=["scheduling.book", "tea.pour"])

    assert not AccessToken.objects.exists()


@pytest.mark.django_db
def test_a_refusal_at_the_terminal_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("YILU_LANGUAGE", "zh")
    with pytest.raises(SystemExit, match="1"):
        command("demo_reset").run_from_argv(["manage.py", "demo_reset"])

    assert capsys.readouterr().err == "yilu: 这是真实诊所：未清除任何数据。\n"
