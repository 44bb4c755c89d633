"""Why bookings were cancelled is a code; what people wrote stays with it as they wrote it."""

from django.db import migrations, models

PHRASES = {
    "came_up": ("临时有事", "something came up"),
    "time": ("时间不合适了", "时间冲突", "the time no longer suits me", "time"),
    "ill": ("身体不适", "身体不适，改天再来", "ill"),
    "better": ("已经好了", "已好转", "i feel better", "better"),
    "elsewhere": ("已在别处就诊", "i am treated elsewhere"),
    "wait": ("等候太久", "the wait is too long"),
    "cost": ("费用太高", "it costs too much"),
    "clinic": ("诊所无法如期接诊", "the clinic could not keep the time"),
    "mistake": ("误操作预约", "booked by mistake"),
    "unpaid": ("not paid in time",),
    "unsaid": ("patient", "已取消", "cancelled"),
    "other": ("其他原因", "another reason"),
}
VALUES = ", ".join(f"('{said}', '{code}')" for code, all_ in PHRASES.items() for said in all_)

# Old bookings are sealed; nothing about them changes but the way their reason is written. Tallies
# by reason are counted anew by the nightly job.
MEND = f"""
CREATE TEMPORARY TABLE sealing ON COMMIT DROP AS
    SELECT pg_get_functiondef('scheduling_keep_archived'::regproc) AS made;
CREATE OR REPLACE FUNCTION scheduling_keep_archived() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RETURN NEW; END $$;
WITH known (said, code) AS (VALUES {VALUES})
UPDATE scheduling_booking b
SET cancel_reason = coalesce(k.code, 'other'),
    cancel_words = CASE WHEN k.code IS NULL THEN b.cancel_reason ELSE '' END
FROM scheduling_booking a LEFT JOIN known k ON k.said = lower(btrim(a.cancel_reason))
WHERE a.id = b.id AND b.cancel_reason <> '';
WITH known (said, code) AS (VALUES {VALUES})
UPDATE scheduling_changerequest r SET reason = k.code
FROM known k WHERE r.kind = 'cancel' AND k.said = lower(btrim(r.reason));
DELETE FROM scheduling_bookingtally;
DELETE FROM scheduling_requesttally;
DELETE FROM scheduling_usetally;
DELETE FROM scheduling_countedday;
DO $$ BEGIN EXECUTE (SELECT made FROM sealing); END $$;
"""  # noqa: S608 (only names from this module are put in)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0016_online_limit")]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="cancel_words",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunSQL(MEND, migrations.RunSQL.noop),
    ]
