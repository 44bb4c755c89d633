"""Names of files are encrypted, and each file says with which key its bytes are.

Bytes from before stay as they are until the worker's next sweep seals them.
"""

from django.db import migrations, models

import yilu.platform.crypto


def seal_names(apps, schema_editor):
    for row in apps.get_model("platform", "File").objects.iterator():
        row.sealed_name = row.name
        row.save(update_fields=["sealed_name"])


def open_names(apps, schema_editor):
    for row in apps.get_model("platform", "File").objects.iterator():
        row.name = row.sealed_name
        row.save(update_fields=["name"])


def sealed(**options):
    return yilu.platform.crypto.EncryptedTextField(column="platform.file.name", **options)


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_key_proof")]

    operations = [
        migrations.AddField("file", "key_number", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("file", "sealed_name", sealed(null=True)),
        # A default for the way back, on which all rows are made without a name at first.
        migrations.AlterField("file", "name", models.CharField(max_length=200, default="")),
        migrations.RunPython(seal_names, open_names),
        migrations.RemoveField("file", "name"),
        migrations.RenameField("file", "sealed_name", "name"),
        migrations.AlterField("file", "name", sealed()),
    ]
