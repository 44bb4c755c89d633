"""Staff, their posts and what these may do, practitioners and their rosters."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "yilu.workforce"
    label = "workforce"
