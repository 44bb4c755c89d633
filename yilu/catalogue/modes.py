"""How a service takes place: at the clinic, by telephone or by video."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Mode(TextChoices):
    IN_PERSON = "in_person", pgettext_lazy("how a visit takes place", "At the clinic")
    TELEPHONE = "telephone", pgettext_lazy("how a visit takes place", "By telephone")
    VIDEO = "video", pgettext_lazy("how a visit takes place", "By video")

    @property
    def icon(self) -> str:
        return {"telephone": "phone", "video": "camera"}.get(self.value, "")

    @property
    def is_remote(self) -> bool:
        """Whether the patient stays where they are: no room, no chair, no waiting in the hall."""
        return self is not Mode.IN_PERSON
