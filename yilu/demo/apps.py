"""The living demonstration: a made-up past, virtual patients and staff, sandboxes."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "yilu.demo"
    label = "demo"
