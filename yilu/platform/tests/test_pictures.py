"""Pictures: only their pixels are kept."""

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from yilu.platform import media, pictures
from yilu.platform.pictures import Unreadable

ORIENTATION, MAKER = 0x0112, 0x010F


def photo(kind: str = "JPEG", **options) -> bytes:
    """Red above, blue below."""
    picture = Image.new("RGB", (40, 60), "red")
    picture.paste("blue", (0, 30, 40, 60))
    made = BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_who_took_it_with_what_is_gone_and_it_stands_upright():
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Phone of Wang"
    taken = photo(exif=exif) + b"hidden behind"

    content, media_type = pictures.cleaned(taken)

    assert media_type == media.JPEG
    assert b"Wang" not in content
    assert b"hidden" not in content
    assert not opened(content).getexif()
    assert opened(content).size == (60, 40)


def test_a_drawing_stays_one_and_loses_its_words():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "Wang")

    content, media_type = pictures.cleaned(photo("PNG", pnginfo=words))

    assert (media_type, b"Wang" in content) == (media.PNG, False)
    assert opened(content).convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_what_browsers_make_becomes_a_photograph():
    assert pictures.cleaned(photo("WEBP"))[1] == media.JPEG


def test_lists_get_a_small_one():
    large = BytesIO()
    Image.new("RGB", (2000, 1000)).save(large, "JPEG")

    assert opened(pictures.small(large.getvalue())).size == (320, 160)


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", photo()[:200], photo("PNG")[:60], b"\xff\xd8\xff\xe0" + b"\0" * 99],
    ids=range(5),
)
def test_what_cannot_be_read_is_refused(content):
    with pytest.raises(Unreadable):
        pictures.cleaned(content)
