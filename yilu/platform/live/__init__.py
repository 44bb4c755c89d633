"""Telling open pages that something changed: which topics, never what."""

from yilu.platform.live.hints import Hint, hint, notify
from yilu.platform.live.tokens import read_token, signed

__all__ = ["Hint", "hint", "notify", "read_token", "signed"]
