"""What records stores, and what the database refuses to store."""

from yilu.records.models.openings import AccessRule, Opening
from yilu.records.models.styles import ReadingStyle

__all__ = ["AccessRule", "Opening", "ReadingStyle"]
