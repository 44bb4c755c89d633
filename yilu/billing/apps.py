"""Charges, bills, payments, refunds, receipts."""

from importlib import import_module

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Registers what billing listens to."""

    name = "yilu.billing"
    label = "billing"

    def ready(self) -> None:
        import_module("yilu.billing.jobs")
