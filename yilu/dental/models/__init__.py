"""The tables of dentistry."""

from yilu.dental.models.charts import Chart, ToothEntry
from yilu.dental.models.images import ToothImage
from yilu.dental.models.packs import PackUse
from yilu.dental.models.perio import PerioChart, PerioVersion
from yilu.dental.models.plans import PlanItem

__all__ = ["Chart", "PackUse", "PerioChart", "PerioVersion", "PlanItem", "ToothEntry", "ToothImage"]
