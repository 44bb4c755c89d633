"""What people type at a terminal: understood or refused in a sentence, in their language."""

import gettext
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command, get_commands

from yilu.config.cli import WAYS
from yilu.platform.models import AccessToken, ClinicClock
from yilu.platform.spoken import SpokenCommand

LEADS_TO = {way.leads_to: way.words for way in WAYS if isinstance(way.leads_to, str)}
LEADS_TO.pop("*")


@pytest.fixture(autouse=True)
def _terminal_as_before(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")
    before = gettext.textdomain()
    yield
    gettext.textdomain(before)


def command(name: str) -> SpokenCommand:
    return import_module(f"{get_commands()[name]}.management.commands.{name}").Command()


@pytest.mark.parametrize("name", LEADS_TO)
@pytest.mark.parametrize(("language", "options"), [("zh", "选项"), ("en", "options")])
def test_each_command_explains_itself_in_the_language_of_the_terminal(
    name, language, options, monkeypatch
):
    monkeypatch.setenv("YILU_LANGUAGE", language)
    one = command(name)
    said = one.create_parser("manage.py", name).format_help()

    assert isinstance(one, SpokenCommand)
    assert f"yilu {LEADS_TO[name]} " in said
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said) == (language == "zh")
    assert "--settings" not in said
    assert "manage.py" not in said


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
