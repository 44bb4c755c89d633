"""Files: checked by content, safe on disk before their row, and never run by a browser."""

import os
import struct
import zlib
from datetime import timedelta

import pytest

from yilu.platform import clock, files, media
from yilu.platform.actors import Actor
from yilu.platform.decoder import TooLarge
from yilu.platform.errors import NotFound
from yilu.platform.files import Damaged, WrongContent
from yilu.platform.ids import new_id
from yilu.platform.models import File

pytestmark = pytest.mark.django_db
NURSE = Actor(kind="staff", name="nurse", user_id=new_id())
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


def png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + crc


def jpeg(width: int, height: int) -> bytes:
    app = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return b"\xff\xd8" + app + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03"


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size


def store(content: bytes = PDF, name: str = "报告.pdf", **options):
    return files.store(NURSE, content, name=name, purpose="report", **options)


def on_disk() -> list:
    return [p for p in files._root().rglob("*") if p.is_file()] if files._root().exists() else []


def test_a_file_comes_back_byte_for_byte():
    stored = store()

    assert files.read(stored.id) == PDF
    assert (stored.name, stored.size, stored.media_type) == ("报告.pdf", len(PDF), media.PDF)
    assert on_disk()[0].stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "name"),
    [(png(10, 10), "a.png"), (jpeg(10, 10), "b.JPG"), (webp(10, 10), "c.webp")],
)
def test_pictures_are_known_by_their_content(content, name):
    assert store(content, name, kinds=media.IMAGES).size == len(content)


@pytest.mark.parametrize(
    ("content", "name", "kinds"),
    [
        (PDF, "a.png", (media.PDF, *media.IMAGES)),
        (b"<html><script>", "a.pdf", (media.PDF,)),
        (b"<svg onload='x'>", "a.svg", media.IMAGES),
        (b"GIF89a/*\x00", "a.gif", media.IMAGES),
        (PDF, "a.pdf", media.IMAGES),
        (b"MZ" + b"\0" * 126 + b"DICM", "a.dcm", (media.DICOM,)),
        (b"", "a.pdf", (media.PDF,)),
        (png(50_000, 50_000), "a.png", media.IMAGES),
        (jpeg(60_000, 60_000), "a.jpg", media.IMAGES),
        (webp(16_000, 16_000), "a.webp", media.IMAGES),
        (b"\xff\xd8\xff\xe0\x00", "a.jpg", media.IMAGES),
        (PDF, "a\u202efdp.pdf", (media.PDF,)),
    ],
    ids=range(12),
)
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(content, name, kinds):
    with pytest.raises(WrongContent):
        store(content, name, kinds=kinds)

    assert (File.objects.count(), on_disk()) == (0, [])


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(files, "LARGEST", len(PDF) - 1)

    with pytest.raises(TooLarge):
        store()


@pytest.mark.parametrize(
    "name", ["../../etc/a.pdf", "..\\..\\a.pdf", "/etc/a.pdf", "a" * 400 + ".pdf"]
)
def test_a_name_is_a_name_and_no_place(name):
    stored = store(name=name)

    assert "/" not in stored.name
    assert "\\" not in stored.name
    assert len(stored.name) <= 200
    assert [path.name for path in on_disk()] == [str(stored.id)]


def test_a_browser_saves_a_file_and_never_runs_it():
    response = files.response(store(name='a"\u2603.pdf').id)

    assert b"".join(response.streaming_content) == PDF
    response.close()
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''a%22%E2%98%83.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_damage_on_disk_is_noticed():
    stored = store()
    on_disk()[0].write_bytes(PDF + b"!")
    with pytest.raises(Damaged):
        files.read(stored.id)

    on_disk()[0].unlink()
    with pytest.raises(Damaged):
        files.read(stored.id)


def test_what_was_never_stored_is_not_found():
    with pytest.raises(NotFound):
        files.read(new_id())


def test_bytes_without_a_row_are_swept_away_after_a_day():
    kept, fresh = store(), store()
    day_ago = (clock.machine_now() - timedelta(hours=25)).timestamp()
    os.utime(files._place(kept.id), (day_ago, day_ago))
    orphan = files._place(new_id())
    orphan.parent.mkdir(exist_ok=True)
    for path in (orphan, orphan.with_suffix(".part")):
        path.write_bytes(b"half")
        os.utime(path, (day_ago, day_ago))

    assert files.sweep_orphans() == 2

    assert {path.name for path in on_disk()} == {str(s.id) for s in (kept, fresh)}
