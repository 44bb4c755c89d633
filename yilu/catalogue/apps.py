"""What can be done and sold: services, drugs, diagnoses, price items."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yilu.catalogue"
    label = "catalogue"
