"""Dispensing what was prescribed."""

from django.apps import AppConfig


class PharmacyConfig(AppConfig):
    name = "yilu.pharmacy"
    label = "pharmacy"
