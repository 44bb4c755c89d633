"""Charges, bills, payments, refunds, receipts."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "yilu.billing"
    label = "billing"
