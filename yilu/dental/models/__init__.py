"""The tables of dentistry."""

from yilu.dental.models.charts import Chart, ToothEntry
from yilu.dental.models.packs import PackUse

__all__ = ["Chart", "PackUse", "ToothEntry"]
