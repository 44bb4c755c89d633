"""Pure rules of pathways: definitions as values, what an event moves, when a step is due."""

from yilu.pathways.rules.plan import Facts, Plan, StepPlan, named_rules, plan_of, skip_rule

__all__ = ["Facts", "Plan", "StepPlan", "named_rules", "plan_of", "skip_rule"]
