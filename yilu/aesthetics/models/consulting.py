"""What was wished, asked and found before a treatment."""

from django.db import models

from yilu.platform.db import in_calendar
from yilu.visits.rows import AtVisit


class Consultation(AtVisit):
    """What a patient wishes and answers, as of one moment. It is written anew, never changed.

    `n` counts those of a visit, so that a window knows what it has not seen. `findings` are
    what the rule set of `rules_version` made of the answers then, by kind of treatment.
    """

    n = models.PositiveIntegerField()
    wish = models.CharField(max_length=1000)
    expects = models.CharField(max_length=1000, blank=True)
    history = models.CharField(max_length=1000, blank=True)
    areas = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    skin_type = models.CharField(max_length=1, blank=True)
    ageing = models.CharField(max_length=1, blank=True)
    answers = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)
    rules_version = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["patient", "-recorded_at"], name="aesthetics_consult_last")]
        constraints = [
            *in_calendar("aesthetics_consultation", "recorded_at"),
            models.UniqueConstraint(name="aesthetics_consultation_in_order", fields=["visit", "n"]),
        ]
