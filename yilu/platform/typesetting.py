"""Sets a paper by typst; run as a process, from JSON on its input to the PDF on its output.

It knows nothing of clinics and imports nothing of the product.
"""

import json
import sys
from functools import cache
from typing import Any

import typst


class NotSet(Exception):
    """The paper is not right; with typst's own words."""


def typeset(*, source: str, root: str, fonts: str, data: str) -> bytes:
    """The PDF of a typst file with `data`, a JSON text. A warning is an error. Raises: NotSet."""
    try:
        made, warnings = typst.compile_with_warnings(
            source, root=root, font_paths=_fonts(fonts), sys_inputs={"data": data}, timestamp=0
        )
    except typst.TypstError as error:
        raise NotSet(str(error)) from error
    if warnings:
        raise NotSet("; ".join(str(warning) for warning in warnings))
    return bytes(made)


@cache
def _fonts(folder: str) -> typst.Fonts:
    """Our own fonts, read once; never those of the machine, or papers would differ by place."""
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def main() -> int:
    """One order in, one paper out; 1, with the reason on the error output, when it is not right."""
    order: dict[str, Any] = json.load(sys.stdin)
    try:
        made = typeset(**order)
    except NotSet as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
