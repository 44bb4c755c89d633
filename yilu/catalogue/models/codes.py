"""Diagnosis codes, and which list each comes from."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yilu.platform.ids import new_id


class CodeSource(models.TextChoices):
    WHO = "who", _("ICD-10, WHO 2019")
    OWN = "own", _("ICD-10, with this product's Chinese name")


class DiagnosisCode(models.Model):
    """A code of ICD-10. `zh` is our own wording and may be missing; `en` is the list's.

    `tokens` are what people may type to find it: characters, pairs of characters, pinyin,
    initials, the beginnings of English words, the beginnings of the code.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=10, unique=True)
    zh = models.CharField(max_length=200, blank=True)
    en = models.CharField(max_length=300)
    tokens = ArrayField(models.CharField(max_length=40), default=list)
    is_common = models.BooleanField(default=False)
    source = models.CharField(max_length=4, choices=CodeSource.choices)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="catalogue_diagnosiscode_known_source",
                condition=Q(source__in=CodeSource.values),
            )
        ]
        indexes = [GinIndex(fields=["tokens"], name="catalogue_diagnosiscode_tokens")]
