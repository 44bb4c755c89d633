"""Where patients are seen: sites, departments, rooms, chairs, devices, opening hours, holidays."""

from django.apps import AppConfig


class FacilityConfig(AppConfig):
    name = "yilu.facility"
    label = "facility"
