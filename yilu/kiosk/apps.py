"""Kiosks in the hall: devices at which patients help themselves."""

from django.apps import AppConfig


class KioskConfig(AppConfig):
    name = "yilu.kiosk"
    label = "kiosk"
