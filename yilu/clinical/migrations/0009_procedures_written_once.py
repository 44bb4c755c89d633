"""What was said, checked, excused and seen is written once; the database itself says so."""

from django.db import migrations

MAKE = """
CREATE FUNCTION clinical_keep_procedure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,version,started_at,ended_at,reason}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
        IF OLD.state NOT IN ('done', 'abandoned')
           AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the steps of a procedure are not changed'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION clinical_keep_observation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{version,made_at,made_by_id,is_well,text,overdue_at}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
        IF OLD.made_at IS NULL AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an observation is written once' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER clinical_procedure_kept BEFORE UPDATE OR DELETE ON clinical_procedure
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_procedure();
CREATE TRIGGER clinical_observation_kept BEFORE UPDATE OR DELETE ON clinical_observation
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_observation();
CREATE TRIGGER clinical_procedureentry_written_once BEFORE UPDATE OR DELETE
    ON clinical_procedureentry FOR EACH ROW EXECUTE FUNCTION clinical_refuse_change();
CREATE TRIGGER clinical_exemption_written_once BEFORE UPDATE OR DELETE
    ON clinical_exemption FOR EACH ROW EXECUTE FUNCTION clinical_refuse_change();
"""

UNMAKE = """
DROP FUNCTION clinical_keep_procedure CASCADE;
DROP FUNCTION clinical_keep_observation CASCADE;
DROP TRIGGER clinical_procedureentry_written_once ON clinical_procedureentry;
DROP TRIGGER clinical_exemption_written_once ON clinical_exemption;
"""


class Migration(migrations.Migration):
    dependencies = [("clinical", "0008_procedures")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
