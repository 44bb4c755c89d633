"""Numbers and maps for managers: reads only."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Nothing to register: insight stores nothing and listens to nothing."""

    name = "yilu.insight"
    label = "insight"
