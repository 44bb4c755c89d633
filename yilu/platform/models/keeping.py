"""Files kept outside the database, and deeds that may still be taken back."""

from django.db import models

from yilu.platform import clock
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.ids import new_id


class File(models.Model):
    """What is known of a file: what it is and its hash. Its bytes lie in the files' folder.

    A row exists only after its bytes are safely on disk. `key_number` is the key they are sealed
    with, none for what is from before files were sealed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.BinaryField(max_length=32)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=80)
    name = EncryptedTextField(column="platform.file.name")
    purpose = models.CharField(max_length=60)
    site_id = models.UUIDField(null=True)
    made_by = models.UUIDField(null=True)
    key_number = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.machine_now, editable=False)


class Undo(models.Model):
    """A deed that may be taken back until an instant of real time, unless something built on it.

    `version` is the subject's version after the deed: another version means another deed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    deed = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    site_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField()
    actor_id = models.UUIDField(null=True)
    body = models.JSONField(default=dict)
    until = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["until"], name="platform_undo_age")]
