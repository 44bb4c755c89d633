"""QR codes as drawings that scale."""

import io

import segno


def svg(text: str, *, title: str = "") -> str:
    """A QR code of a text as inline SVG, black on white with its quiet zone."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        title=title or None,
        border=4,
        dark="#000",
        light="#fff",
    )
    return drawn.getvalue().decode("utf-8").strip()


def over() -> str:
    """What stands where a code was that must no longer be scanned: a struck-through clock."""
    return (
        '<svg viewBox="0 0 100 100" fill="none" stroke="#8793a1" stroke-width="5"'
        ' stroke-linecap="round"><rect width="100" height="100" fill="#fff" stroke="none"/>'
        '<circle cx="50" cy="50" r="27"/><path d="M50 34V50L61 58M26 74L74 26"/></svg>'
    )


def picture(drawing: str) -> bytes:
    """A drawing of this module as a file that an `img` can show."""
    return drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()
