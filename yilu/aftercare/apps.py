"""After the visit: the sheet to take home, and somebody who asks."""

from importlib import import_module

from django.apps import AppConfig


class AftercareConfig(AppConfig):
    """Registers what aftercare listens to, and which of its deeds can be taken back."""

    name = "yilu.aftercare"
    label = "aftercare"

    def ready(self) -> None:
        import_module("yilu.aftercare.rules")
        import_module("yilu.aftercare.jobs")
