"""The doctor's note: one draft, and every version that was ever signed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.clinical.states import NoteKind, NoteState
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit


class Note(OfVisit):
    """The note of one visit. Its draft may change; what is signed lives in `NoteVersion`.

    `draft` are the sections being written, `copied` the sections brought forward from an
    earlier visit and from which; `draft_version` rises with each save, so that a second
    window learns that it is looking at an old text.
    """

    kind = models.CharField(max_length=8, choices=NoteKind.choices)
    state = models.CharField(max_length=8, choices=NoteState.choices, default=NoteState.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    draft = models.JSONField(default=dict)
    copied = models.JSONField(default=dict)
    draft_version = models.PositiveIntegerField(default=0)
    draft_saved_at = models.DateTimeField(null=True)
    signed_n = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            *in_calendar("clinical_note", "draft_saved_at"),
            models.UniqueConstraint(fields=["visit"], name="clinical_note_one_per_visit"),
            models.CheckConstraint(
                name="clinical_note_known_state", condition=Q(state__in=NoteState.values)
            ),
            models.CheckConstraint(
                name="clinical_note_signed_has_version",
                condition=~Q(state=NoteState.SIGNED) | Q(signed_n__gte=1),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "clinic_day"], name="clinical_note_history"),
            models.Index(
                fields=["author", "clinic_day"],
                condition=Q(state=NoteState.DRAFT),
                name="clinical_note_unsigned",
            ),
        ]


class NoteVersion(models.Model):
    """A note as it was signed. Written once: a trigger refuses to change or remove it.

    `digest` is over the content, its signature and the digest of the version before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    note = models.ForeignKey(Note, models.PROTECT, related_name="versions")
    n = models.PositiveSmallIntegerField()
    content = models.JSONField()
    copied = models.JSONField(default=dict)
    diagnoses = models.JSONField(default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    signed_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            *in_calendar("clinical_noteversion", "signed_at"),
            models.UniqueConstraint(fields=["note", "n"], name="clinical_noteversion_one_of_each"),
            models.CheckConstraint(
                name="clinical_noteversion_amended_why", condition=Q(n=1) | ~Q(reason="")
            ),
        ]


class Diagnosis(OfVisit):
    """A coded diagnosis of a visit. Taking it off again keeps the row."""

    code = models.CharField(max_length=12)
    text = LocalizedField()
    remark = models.CharField(max_length=200, blank=True)
    is_primary = models.BooleanField(default=False)
    is_suspected = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *in_calendar("clinical_diagnosis", "recorded_at", "removed_at"),
            models.UniqueConstraint(
                fields=["visit", "code"],
                condition=Q(removed_at__isnull=True),
                name="clinical_diagnosis_once",
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(removed_at__isnull=True, is_primary=True),
                name="clinical_diagnosis_one_primary",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "clinic_day"], name="clinical_diagnosis_history")
        ]
