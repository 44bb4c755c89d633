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
