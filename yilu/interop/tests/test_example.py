"""The example in the documentation is true to the letter."""

import re
from pathlib import Path

import pytest

from yilu.interop.rules.signatures import FOR_US, Message, base, fits, read, sign

PAGE = (Path(__file__).parents[3] / "docs/how/partners.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\n(.*?)\n```", PAGE, re.DOTALL)
SECRET = b"yls_not-a-secret"

pytestmark = pytest.mark.covers("A16")


@pytest.fixture
def message() -> Message:
    """The request of the example."""
    head, body = BLOCKS[0].split("\n\n")
    first, *lines = head.split("\n")
    method, path = first.split()
    headers = {name.lower(): value for name, value in (line.split(": ") for line in lines)}
    return Message(method, path, "", body.encode(), headers)


def test_the_headers_are_those_that_we_would_write(message):
    written = dict(line.split(": ", 1) for line in BLOCKS[2].split("\n"))

    assert written == sign(
        message, secret=SECRET, key="ylk_example", nonce="4f1c9a", created=1930219200, tag=FOR_US
    )


def test_the_signed_text_is_the_one_that_we_read(message):
    added = {
        name.lower(): value
        for name, value in (line.split(": ", 1) for line in BLOCKS[2].split("\n"))
    }
    whole = Message(message.method, message.path, "", message.body, {**message.headers, **added})
    found = read(whole)

    assert base(whole, found.components, found.parameters).decode() == BLOCKS[1]
    assert fits(whole, found, SECRET)
    assert not fits(whole, found, b"another")
