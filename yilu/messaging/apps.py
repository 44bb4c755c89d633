"""Templates, channels, delivery, and what each patient was told."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "yilu.messaging"
    label = "messaging"
