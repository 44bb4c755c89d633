"""Files: checked by content, safe on disk before their row, and never run by a browser."""

import os
import struct
import zlib
from datetime import timedelta

import pytest
from django.db import connection

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


def test_what_lies_on_disk_tells_nothing_and_only_in_its_own_place():
    mine, other = store(), store(b"%PDF-1.7\n1 0 obj")
    held = {path.name: path for path in on_disk()}

    assert all(b"PDF" not in path.read_bytes() for path in held.values())

    held[str(mine.id)].write_bytes(held[str(other.id)].read_bytes())
    with pytest.raises(Damaged):
        files.read(mine.id)


def test_a_name_is_not_read_in_the_database():
    store(name="王小明.pdf")

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM platform_file")
        assert "王小明".encode() not in bytes(cursor.fetchone()[0])


def test_files_move_to_a_new_key_and_what_is_damaged_stays(settings):
    settings.FIELD_KEYS = {1: b"1" * 32}
    stored, lost = store(), store()
    files._place(lost.id).unlink()
    left_behind = files._place(stored.id).with_suffix(".part")
    left_behind.write_bytes(b"half")
    settings.FIELD_KEYS = {1: b"1" * 32, 2: b"2" * 32}

    assert files.left_on_old_keys() == 2
    assert files.move_to_newest_key() == 1
    assert files.left_on_old_keys() == 1

    assert files._place(stored.id).read_bytes()[len(files.SEALED)] == 2
    assert files.read(stored.id) == PDF
    assert not left_behind.exists()


def test_what_is_from_before_files_were_sealed_is_read_and_then_sealed():
    stored = store()
    files._place(stored.id).write_bytes(PDF)
    File.objects.update(key_number=None)
    assert files.read(stored.id) == PDF

    assert files.seal_what_is_open() == 1

    assert b"PDF" not in on_disk()[0].read_bytes()
    assert (files.read(stored.id), files.left_on_old_keys()) == (PDF, 0)


@pytest.mark.parametrize(
    ("content", "name", "shown"),
    [(png(10, 10), "a.png", "inline"), (PDF, "a.pdf", "attachment")],
)
def test_only_a_picture_is_shown_in_a_page(content, name, shown):
    stored = store(content, name, kinds=(media.PDF, *media.IMAGES))

    response = files.response(stored.id, inline=True)

    assert response["Content-Disposition"].startswith(shown)
    assert response["Cache-Control"] == "no-store"


def test_a_browser_saves_a_file_and_never_runs_it():
    response = files.response(store(name='a"\u2603.pdf').id)

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Length"] == str(len(PDF))
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
