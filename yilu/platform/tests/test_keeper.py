"""A place whose keys are not those of its database refuses to start, and writes nothing."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from yilu.patients.tests.factories import make_patient, make_phone, make_site
from yilu.platform import crypto, keeper
from yilu.platform.models import KeyProof
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import Home

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path, monkeypatch) -> Path:
    """The folder of keys of a place that has none yet."""
    settings.FIELD_KEYS = settings.INDEX_KEY = None
    monkeypatch.setattr(crypto.places, "home", lambda: Home(tmp_path))
    started_again(monkeypatch)
    return tmp_path / "keys"


def started_again(monkeypatch) -> None:
    monkeypatch.setattr(crypto, "_rings", {})
    monkeypatch.setattr(crypto, "_index_keys", {})


def kept(folder: Path) -> dict[str, str]:
    return {one.name: one.read_text() for one in folder.iterdir()} if folder.exists() else {}


def test_a_new_place_makes_its_keys_and_starts_with_them_again(folder, monkeypatch):
    keeper.require_ours()
    made = kept(folder)
    started_again(monkeypatch)
    keeper.require_ours()

    assert set(made) == {"field_1", "index"}
    assert kept(folder) == made
    assert set(KeyProof.objects.values_list("number", flat=True)) == {0, 1}


@pytest.mark.parametrize("lost", [["field_1", "index"], ["field_1"], ["index"]])
def test_keys_that_are_gone_are_asked_for_and_none_is_made(folder, lost, monkeypatch):
    keeper.require_ours()
    for name in lost:
        (folder / name).rename(folder.parent / name)
    before = kept(folder)
    started_again(monkeypatch)

    with pytest.raises(CannotRun, match="put the copy of that folder in its place"):
        keeper.require_ours()
    assert not keeper.are_ours()
    assert kept(folder) == before

    for name in lost:
        (folder.parent / name).rename(folder / name)
    started_again(monkeypatch)
    keeper.require_ours()


@pytest.mark.parametrize("name", ["field_1", "index"])
def test_another_key_under_the_same_name_is_refused(folder, name, monkeypatch):
    keeper.require_ours()
    (folder / name).write_text("ab" * 32)
    started_again(monkeypatch)

    with pytest.raises(CannotRun):
        keeper.require_ours()


def test_a_place_from_before_there_were_proofs_is_known_by_what_it_holds(folder, monkeypatch):
    make_patient(make_site(), phone=make_phone())
    assert not KeyProof.objects.exists()
    shutil.move(folder, folder.with_name("elsewhere"))
    started_again(monkeypatch)

    with pytest.raises(CannotRun):
        keeper.require_ours()
    assert not keeper.are_ours()
    assert kept(folder) == {}

    shutil.move(folder.with_name("elsewhere"), folder)
    keeper.require_ours()
    assert KeyProof.objects.count() == 2


def test_a_key_that_is_added_is_proven_and_missed_when_it_is_gone(folder, monkeypatch):
    keeper.require_ours()
    call_command("change_key")
    assert keeper.are_ours()
    (folder / "field_2").unlink()
    started_again(monkeypatch)

    assert not keeper.are_ours()


def test_the_start_says_it_in_one_sentence_and_so_does_the_doctor(folder, monkeypatch, capsys):
    keeper.require_ours()
    shutil.rmtree(folder)
    started_again(monkeypatch)

    with pytest.raises(CommandError, match="are not those that this database was written with"):
        call_command("prepare_database")
    call_command("examine_database")

    assert '"name": "keys", "ok": false' in capsys.readouterr().out
    assert kept(folder) == {}
