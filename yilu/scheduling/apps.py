"""Resources, free time, bookings."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "yilu.scheduling"
    label = "scheduling"
