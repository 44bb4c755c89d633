"""A merge of two records of one person may say whose an archived booking is, and nothing else."""

from django.db import migrations

MAKE = """
CREATE OR REPLACE FUNCTION scheduling_keep_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('yilu.as_written', true) = 'on'
       AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
        RETURN NEW;
    END IF;
    IF NEW.archived_at IS NOT NULL
       OR to_jsonb(NEW) - 'archived_at' IS DISTINCT FROM to_jsonb(OLD) - 'archived_at' THEN
        RAISE EXCEPTION 'an archived booking is not changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""

UNMAKE = """
CREATE OR REPLACE FUNCTION scheduling_keep_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.archived_at IS NOT NULL
       OR to_jsonb(NEW) - 'archived_at' IS DISTINCT FROM to_jsonb(OLD) - 'archived_at' THEN
        RAISE EXCEPTION 'an archived booking is not changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0013_planned_sittings")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
