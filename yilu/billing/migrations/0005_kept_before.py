"""What the rule kept before it was booked is booked on the day its booking ended."""

from django.db import migrations

BOOK = """
WITH ended AS (
    SELECT d.bill_id, b.site_id, k.changed_at, s.time_zone, k.state,
           LEAST(d.amount - d.applied - d.returned, p.paid) AS kept
    FROM billing_deposit d
    JOIN billing_bill b ON b.id = d.bill_id
    JOIN facility_site s ON s.id = b.site_id
    JOIN scheduling_booking k ON k.id = d.booking_id
    JOIN scheduling_prepayment p ON p.booking_id = k.id
    WHERE k.state IN ('cancelled', 'no_show') AND d.kept = 0
), booked AS (
    INSERT INTO billing_keeping (id, deposit_id, site_id, clinic_day, amount, why, made_at)
    SELECT gen_random_uuid(), bill_id, site_id, (changed_at AT TIME ZONE time_zone)::date, kept,
           CASE state WHEN 'no_show' THEN 'missed' ELSE 'cancelled' END, changed_at
    FROM ended WHERE kept > 0
    RETURNING deposit_id, amount
)
UPDATE billing_deposit d SET kept = booked.amount FROM booked WHERE booked.deposit_id = d.bill_id
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_keeping")]

    operations = [migrations.RunSQL(BOOK, migrations.RunSQL.noop)]
