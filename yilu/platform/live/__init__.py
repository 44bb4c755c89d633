"""Telling open pages that something changed: which topics, never what."""

from yilu.platform.live.hints import Hint, hint, notify
from yilu.platform.live.tokens import signed

__all__ = ["Hint", "hint", "notify", "signed"]
