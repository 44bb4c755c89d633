"""Dentistry: charts of teeth and gums, plans per tooth, images, sterile packs."""

from importlib import import_module

from django.apps import AppConfig


class DentalConfig(AppConfig):
    """The specialty of teeth; it plugs into the room and the bill."""

    name = "yilu.dental"
    label = "dental"

    def ready(self) -> None:
        import_module("yilu.dental.jobs")
