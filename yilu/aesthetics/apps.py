"""Aesthetic medicine: consultation, photographs, sessions of devices, courses, care."""

from django.apps import AppConfig


class AestheticsConfig(AppConfig):
    """The specialty of looks; it plugs into the room, the desk and the patient's pages."""

    name = "yilu.aesthetics"
    label = "aesthetics"
