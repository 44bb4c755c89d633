"""What was proposed is not changed, and a choice is made once; the database itself says so."""

from django.db import migrations

MAKE = """
CREATE FUNCTION clinical_keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
        IF (NEW.visit_id, NEW.patient_id, NEW.site_id, NEW.clinic_day, NEW.content, NEW.digest,
            NEW.practitioner_id, NEW.proposed_at)
           IS NOT DISTINCT FROM
           (OLD.visit_id, OLD.patient_id, OLD.site_id, OLD.clinic_day, OLD.content, OLD.digest,
            OLD.practitioner_id, OLD.proposed_at)
           AND (OLD.chosen IS NULL OR (NEW.chosen, NEW.chosen_at, NEW.way)
                = (OLD.chosen, OLD.chosen_at, OLD.way))
           AND (OLD.decided_at IS NULL OR NEW.decided_at = OLD.decided_at) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was proposed or chosen is not changed'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER clinical_treatmentplan_kept BEFORE UPDATE OR DELETE ON clinical_treatmentplan
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_plan();
"""

UNMAKE = "DROP FUNCTION clinical_keep_plan CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0010_treatment_plans")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
