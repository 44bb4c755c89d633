"""In which sense something stands on a chart."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Layer(TextChoices):
    """Whether something was found, is planned, or was done here."""

    EXISTING = "existing", pgettext_lazy("tooth", "Existing")
    PLANNED = "planned", pgettext_lazy("tooth", "Planned")
    DONE = "done", pgettext_lazy("tooth", "Done")
