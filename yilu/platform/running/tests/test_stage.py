"""What stands ready before a process is started: port, keys, catalogues, icons."""

import stat
from pathlib import Path

import pytest

from yilu.platform.running import assets, catalogues, keys, stage
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import FONTS, VENDOR, Home


@pytest.mark.parametrize("wish", ["0", "65536", "80a", "-1", "٨٠٠٠", "9" * 5000])
def test_a_port_that_is_no_port_is_refused(wish, monkeypatch):
    monkeypatch.setenv("YILU_PORT", wish)
    with pytest.raises(CannotRun, match="YILU_PORT must be a number from 1 to 65535"):
        stage.address()


def test_only_this_machine_is_listened_to_unless_asked_otherwise(monkeypatch):
    monkeypatch.delenv("YILU_LISTEN", raising=False)
    monkeypatch.delenv("YILU_PORT", raising=False)
    assert stage.address() == stage.Address("127.0.0.1", 8000)


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    home = Home(tmp_path)

    first = keys.ensure(home, "tea")

    assert keys.ensure(home, "tea") == first == keys.read(home, "tea")
    assert len(bytes.fromhex(first)) == 32
    assert stat.S_IMODE((home.keys / "tea").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.keys.stat().st_mode) == 0o700
    assert [file.name for file in home.keys.iterdir()] == ["tea"]


def test_keys_that_others_may_reach_are_refused(tmp_path):
    home = Home(tmp_path)
    home.keys.mkdir(mode=0o755)

    with pytest.raises(CannotRun, match="chmod 700"):
        keys.ensure(home, "tea")

    assert list(home.keys.iterdir()) == []


def test_an_empty_key_is_never_replaced(tmp_path):
    home = Home(tmp_path)
    keys.ensure(home, "tea")
    (home.keys / "tea").write_text("")

    with pytest.raises(CannotRun, match="put its backup in its place"):
        keys.ensure(home, "tea")

    assert (home.keys / "tea").read_text() == ""


def catalogue(folder: Path, text: str) -> Path:
    po = folder / "yilu" / "tea" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(text)
    return po


def test_a_changed_catalogue_is_compiled_and_then_fresh(tmp_path):
    po = catalogue(tmp_path, 'msgid "Tea"\nmsgstr "茶"\n')

    assert catalogues.compile_stale(tmp_path) == [po]
    assert catalogues.compile_stale(tmp_path) == []
    assert "茶".encode() in po.with_suffix(".mo").read_bytes()


def test_a_broken_catalogue_is_named(tmp_path):
    catalogue(tmp_path, "").write_bytes(b'msgid "\xff"\nmsgstr ""\n')
    with pytest.raises(CannotRun, match=r"django\.po cannot be compiled"):
        catalogues.compile_stale(tmp_path)


def test_the_copied_assets_are_those_that_pages_name():
    assert assets.is_current()
    assert (VENDOR / "tabler.min.css").stat().st_size > 100_000
    assert "url(./files/" in (VENDOR / "noto-sans-sc" / "index.css").read_text()
    assert {font.name for font in FONTS.iterdir()} == {
        "NotoSansSC-Regular.ttf",
        "NotoSansSC-Bold.ttf",
    }


def test_every_icon_of_the_list_is_in_the_sprite():
    sprite = (VENDOR / "icons.svg").read_text()
    assert [name for name in assets.icon_names() if f'<symbol id="{name}"' not in sprite] == []


def test_an_icon_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(CannotRun, match="Tabler has no icon “teapot”"):
        assets.icon_sprite(tmp_path, ["teapot"])
