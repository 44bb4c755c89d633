"""Who or what signs in."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yilu.platform import clock
from yilu.platform.ids import new_id


class UserKind(models.TextChoices):
    STAFF = "staff", _("Staff")
    PATIENT = "patient", _("Patient")
    DEVICE = "device", _("Device")
    PARTNER = "partner", _("Partner")


class Users(BaseUserManager["User"]):
    def create_user(self, username: str, kind: UserKind, **fields: Any) -> "User":
        """Someone who may sign in, with no way to do so until a password is set."""
        user = self.model(username=username, kind=kind, **fields)
        user.set_unusable_password()
        user.save(force_insert=True)
        return user


class User(AbstractBaseUser):
    """Whoever or whatever signs in. What they may do is a grant, not a flag here.

    Staff sign in by staff number; a patient's username is the blind index of the phone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=8, choices=UserKind.choices)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.machine_now, editable=False)

    USERNAME_FIELD = "username"
    objects = Users()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="platform_user_known_kind", condition=Q(kind__in=UserKind.values)
            )
        ]


class AccessToken(models.Model):
    """A bearer's key to the API or to a screen. Only its hash is kept.

    `permissions` are held at `sites`; an empty list of sites means every site of the group.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    digest = models.BinaryField(unique=True, max_length=32)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    sites = ArrayField(models.UUIDField(), default=list)
    created_at = models.DateTimeField(default=clock.machine_now, editable=False)
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)
