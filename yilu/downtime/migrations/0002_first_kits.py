"""Sites that are there already get their first kit at once; new ones are heard of."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from yilu.platform import clock
from yilu.platform.ids import new_id

HANDLER = "downtime.kit"


def schedule(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sites = apps.get_model("facility", "Site").objects.filter(is_active=True)
    timer = apps.get_model("platform", "Timer")
    for site_id in sites.values_list("pk", flat=True):
        timer.objects.get_or_create(
            key=f"{HANDLER}:{site_id}",
            defaults={
                "id": new_id(),
                "handler": HANDLER,
                "subject_id": site_id,
                "site_id": site_id,
                "due_at": clock.now(),
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("downtime", "0001_initial"),
        ("facility", "0003_quiet_hours"),
        ("platform", "0003_throttle_known"),
    ]
    operations = [migrations.RunPython(schedule, migrations.RunPython.noop)]
