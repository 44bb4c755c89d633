"""What records stores, and what the database refuses to store."""

from yilu.records.models.openings import AccessRule, Opening

__all__ = ["AccessRule", "Opening"]
