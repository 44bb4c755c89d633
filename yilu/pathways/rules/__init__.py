"""Pure rules of pathways: definitions as values, what an event moves, when a step is due."""

from yilu.pathways.rules.plan import Facts, skip_rule

__all__ = ["Facts", "skip_rule"]
