"""The patient's side: public booking and the patient's own pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yilu.portal"
    label = "portal"
