"""What is kept about a person. Numbers, phones and addresses lie encrypted; names are clear."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from yilu.patients.rules.papers import Paper
from yilu.patients.states import (
    CardEnd,
    CardKind,
    ConsentHow,
    ConsentKind,
    ContactKind,
    Kinship,
    LinkHow,
    Sex,
)
from yilu.platform import clock
from yilu.platform.crypto import BlindField, EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.platform.names import CHINESE


class Patient(models.Model):
    """A person known to the group. No patient is ever deleted; a second record is merged into one.

    One paper belongs to one record: the database refuses the second. `tokens` are the words
    under which the name is found. `version` rises with every change, contacts included.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_no = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    pinyin = models.CharField(max_length=700)
    tokens = ArrayField(models.CharField(max_length=24))
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    born_on = models.DateField(null=True)
    birth_estimated = models.BooleanField(default=False)
    id_type = models.CharField(max_length=20, choices=Paper.choices, blank=True)
    id_number = EncryptedTextField(column="patients.id_number")
    id_blind = BlindField(null=True)
    id_tail_blind = BlindField(null=True)
    address = EncryptedTextField(column="patients.address")
    language = models.CharField(max_length=10, default=CHINESE)
    special_needs = ArrayField(models.CharField(max_length=16), default=list)
    companion = EncryptedTextField(column="patients.companion")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [
            GinIndex(fields=["tokens"], name="patients_patient_found_by"),
            models.Index(
                fields=["id_tail_blind"],
                condition=Q(id_tail_blind__isnull=False),
                name="patients_patient_id_tail",
            ),
            models.Index(fields=["born_on", "pinyin"], name="patients_patient_born_and_said"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_blind", "id_type"], name="patients_patient_one_per_paper"
            ),
            models.CheckConstraint(
                name="patients_patient_known_sex", condition=Q(sex__in=Sex.values)
            ),
            models.CheckConstraint(
                name="patients_patient_born_in_calendar",
                condition=Q(born_on__gte="1870-01-01", born_on__lt="2201-01-01"),
            ),
            models.CheckConstraint(
                name="patients_patient_paper_has_a_type",
                condition=Q(id_blind__isnull=True) | ~Q(id_type=""),
            ),
            models.CheckConstraint(
                name="patients_patient_not_merged_into_itself",
                condition=~Q(merged_into=F("id")),
            ),
            *in_calendar("patients_patient", "created_at"),
        ]


class ContactPoint(models.Model):
    """A way to reach a patient. Ended ones are kept; of each kind one is the first to be tried."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ContactKind.choices)
    value = EncryptedTextField(column="patients.contact")
    blind = BlindField()
    tail_blind = BlindField(null=True)
    is_primary = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["blind"], condition=Q(ended_at=None), name="patients_contact_exact"
            ),
            models.Index(
                fields=["tail_blind"],
                condition=Q(ended_at=None, tail_blind__isnull=False),
                name="patients_contact_tail",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind", "blind"],
                condition=Q(ended_at=None),
                name="patients_contact_once",
            ),
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(ended_at=None, is_primary=True),
                name="patients_contact_one_primary",
            ),
            models.CheckConstraint(
                name="patients_contact_known_kind", condition=Q(kind__in=ContactKind.values)
            ),
            *in_calendar("patients_contactpoint", "created_at", "ended_at"),
        ]


class Card(models.Model):
    """A visit card or an insurance card that a patient shows.

    One that has ended works nowhere: whoever looks a number up asks for those that have not. Its
    number is never given to anybody else.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=CardKind.choices)
    number = EncryptedTextField(column="patients.card")
    blind = BlindField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    issued_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_why = models.CharField(max_length=10, choices=CardEnd.choices, blank=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["blind"], name="patients_card_ever")]
        constraints = [
            models.UniqueConstraint(
                fields=["blind", "kind"], condition=Q(ended_at=None), name="patients_card_once"
            ),
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(ended_at=None),
                name="patients_card_one_of_a_kind",
            ),
            models.CheckConstraint(
                name="patients_card_known_kind", condition=Q(kind__in=CardKind.values)
            ),
            models.CheckConstraint(
                name="patients_card_ended_for_a_reason",
                condition=Q(ended_why="") | Q(ended_why__in=CardEnd.values, ended_at__isnull=False),
            ),
            *in_calendar("patients_card", "created_at", "ended_at"),
        ]


class Registration(models.Model):
    """That a site knows a patient. Staff see patients who are registered where they work."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    record_no = models.CharField(max_length=32, blank=True)
    sharing_consent = models.BooleanField(default=False)
    registered_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["site", "registered_at"], name="patients_registration_latest")
        ]
        constraints = [
            models.UniqueConstraint(fields=["patient", "site"], name="patients_registration_once"),
            *in_calendar("patients_registration", "registered_at"),
        ]


class Consent(models.Model):
    """What a patient agreed to, in which version of its words, and whether they took it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ConsentKind.choices)
    text_version = models.CharField(max_length=20)
    how = models.CharField(max_length=8, choices=ConsentHow.choices)
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(withdrawn_at=None),
                name="patients_consent_one_holds",
            ),
            models.CheckConstraint(
                name="patients_consent_known_words",
                condition=Q(kind__in=ConsentKind.values, how__in=ConsentHow.values),
            ),
            *in_calendar("patients_consent", "given_at", "withdrawn_at"),
        ]


class Relation(models.Model):
    """A relative of a patient: another record, or a name and a phone.

    `may_act` lets the relative's account see and act for the patient, as a parent does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    relative = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="+")
    relative_name = models.CharField(max_length=100, blank=True)
    relative_phone = EncryptedTextField(column="patients.relative_phone")
    kind = models.CharField(max_length=10, choices=Kinship.choices)
    may_act = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["relative"],
                condition=Q(ended_at=None, may_act=True),
                name="patients_relation_acts",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "relative"],
                condition=Q(ended_at=None),
                name="patients_relation_once",
            ),
            models.CheckConstraint(
                name="patients_relation_not_to_self", condition=~Q(patient=F("relative"))
            ),
            models.CheckConstraint(
                name="patients_relation_names_somebody",
                condition=Q(relative__isnull=False) | ~Q(relative_name=""),
            ),
            models.CheckConstraint(
                name="patients_relation_known_kind", condition=Q(kind__in=Kinship.values)
            ),
            *in_calendar("patients_relation", "created_at", "ended_at"),
        ]


class WechatIdentity(models.Model):
    """That somebody whom WeChat knows by an open id signs in to a phone's account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("platform.User", models.PROTECT, related_name="+")
    openid = EncryptedTextField(column="patients.wechatidentity.openid")
    openid_blind = BlindField()
    bound_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["openid_blind"],
                condition=Q(ended_at=None),
                name="patients_wechat_identity_once",
            ),
            *in_calendar("patients_wechatidentity", "bound_at", "ended_at"),
        ]


class Account(models.Model):
    """That a phone's account may see and act for a patient, and how that came about."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("platform.User", models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    how = models.CharField(max_length=8, choices=LinkHow.choices)
    linked_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "patient"], condition=Q(ended_at=None), name="patients_account_once"
            ),
            models.CheckConstraint(
                name="patients_account_known_how", condition=Q(how__in=LinkHow.values)
            ),
            *in_calendar("patients_account", "linked_at", "ended_at"),
        ]
