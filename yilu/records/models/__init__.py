"""What records stores, and what the database refuses to store."""

from yilu.records.models.destruction import Destroyed, Destruction
from yilu.records.models.openings import AccessRule, Opening
from yilu.records.models.papers import LegalHold, Paper, PaperPage, RetentionRule
from yilu.records.models.styles import ReadingStyle

__all__ = [
    "AccessRule",
    "Destroyed",
    "Destruction",
    "LegalHold",
    "Opening",
    "Paper",
    "PaperPage",
    "ReadingStyle",
    "RetentionRule",
]
