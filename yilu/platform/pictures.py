"""Pictures that people give us: made anew from their pixels, and made small for lists.

A photograph says where and when it was taken and with whose phone, and some hide more behind
their last pixel: only what is seen is kept.
"""

from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from yilu.platform.errors import Invalid
from yilu.platform.media import IMAGES, JPEG, PIXELS, PNG, kind_of, pixels_of

QUALITY = 90
SMALL = 320
_FORMATS = {JPEG: "JPEG", PNG: "PNG"}


class Unreadable(Invalid):
    code = "unreadable_picture"
    message = _("This picture cannot be read. Take it again or choose another.")


def cleaned(content: bytes, *, longest: int | None = None) -> tuple[bytes, str]:
    """A picture turned upright and without anything but its pixels, and its media type.

    JPEG and WebP become JPEG, PNG stays PNG. With `longest`, at most so many pixels wide and high.

    Raises: Unreadable.
    """
    kind = kind_of(content)
    if (
        kind is None
        or kind.media_type not in IMAGES
        or pixels_of(content, kind.media_type) > PIXELS
    ):
        raise Unreadable
    try:
        with Image.open(BytesIO(content)) as opened:
            upright = ImageOps.exif_transpose(opened)
            picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable from error
    media_type = PNG if kind.media_type == PNG else JPEG
    if longest is not None:
        picture.thumbnail((longest, longest))
    made = BytesIO()
    flat = picture if media_type == PNG else picture.convert("RGB")
    flat.info.clear()
    flat.save(made, _FORMATS[media_type], quality=QUALITY, optimize=True)
    return made.getvalue(), media_type


def small(content: bytes) -> bytes:
    """A picture as lists show it, at most 320 pixels wide and high. Raises: Unreadable."""
    return cleaned(content, longest=SMALL)[0]
