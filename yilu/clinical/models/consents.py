"""Consents to treatment: the clinic's own texts, what was told to one patient, who signed it, and
the paper that came of it. Consent to the use of data is another thing (`patients`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.clinical.rules.consents import CODE_LETTERS
from yilu.clinical.states import Capacity, ConsentState, SignerRole, SigningWay
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit


class ConsentText(models.Model):
    """The clinic's own version of a text. The newest of a key is used; older ones stay."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=40)
    n = models.PositiveSmallIntegerField()
    title = LocalizedField()
    high_risk = models.BooleanField()
    sections = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "n"], name="clinical_consenttext_version"),
            *in_calendar("clinical_consenttext", "published_at"),
        ]


class TreatmentConsent(OfVisit):
    """What one patient was told before a treatment, and what they said to it.

    `content` is the text with its blanks filled, in both languages, as it was put before them:
    a trigger refuses every change of it. `digest` is the seal over it, which everyone signs.
    `code` finds the paper without saying whose it is.
    """

    code = models.CharField(max_length=CODE_LETTERS, unique=True)
    template = models.CharField(max_length=40)
    template_version = models.CharField(max_length=20)
    high_risk = models.BooleanField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    capacity = models.CharField(max_length=10, choices=Capacity.choices)
    why_proxy = models.CharField(max_length=200, blank=True)
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    prepared_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=ConsentState.choices, default=ConsentState.PREPARED
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_patient = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["visit", "prepared_at"], name="clinical_consent_visit"),
            models.Index(fields=["patient", "-prepared_at"], name="clinical_consent_patient"),
        ]
        constraints = [
            *in_calendar("clinical_treatmentconsent", "prepared_at", "decided_at", "withdrawn_at"),
            models.CheckConstraint(
                name="clinical_consent_known_words",
                condition=Q(state__in=ConsentState.values, capacity__in=Capacity.values),
            ),
            models.CheckConstraint(
                name="clinical_consent_decided_when",
                condition=Q(state__in=[ConsentState.PREPARED, ConsentState.DISCARDED])
                | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clinical_consent_refused_why",
                condition=Q(state__in=[ConsentState.PREPARED, ConsentState.GIVEN]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="clinical_consent_withdrawn_when",
                condition=~Q(state=ConsentState.WITHDRAWN) | Q(withdrawn_at__isnull=False),
            ),
        ]


class ConsentSignature(models.Model):
    """That somebody signed what a consent says. Each role signs once, and nothing is changed.

    `name` and `strokes` are the hand of a person who may be nobody's patient or staff.
    `language` is the one in which the text was read.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consent = models.ForeignKey(TreatmentConsent, models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=10, choices=SignerRole.choices)
    way = models.CharField(max_length=10, choices=SigningWay.choices)
    name = EncryptedTextField(column="clinical.consent.signer")
    relation = models.CharField(max_length=40, blank=True)
    strokes = EncryptedTextField(column="clinical.consent.strokes", null=True)
    witness = EncryptedTextField(column="clinical.consent.witness", null=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    where = models.CharField(max_length=10)
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "role"], name="clinical_consentsignature_once"
            ),
            models.CheckConstraint(
                name="clinical_consentsignature_by_hand",
                condition=~Q(way=SigningWay.DRAWN) | Q(strokes__isnull=False),
            ),
            models.CheckConstraint(
                name="clinical_consentsignature_before_witness",
                condition=~Q(way=SigningWay.SAID) | Q(witness__isnull=False),
            ),
            models.CheckConstraint(
                name="clinical_consentsignature_own_sign_in",
                condition=~Q(way=SigningWay.ACCOUNT) | Q(user__isnull=False),
            ),
            *in_calendar("clinical_consentsignature", "signed_at"),
        ]


class ConsentPaper(models.Model):
    """The paper of a decided consent: its bytes, encrypted, and their SHA-256, written once."""

    consent = models.OneToOneField(
        TreatmentConsent, models.PROTECT, primary_key=True, related_name="paper"
    )
    content = EncryptedTextField(column="clinical.consent.paper")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [*in_calendar("clinical_consentpaper", "made_at")]
