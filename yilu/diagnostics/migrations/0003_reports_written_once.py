"""Results are written once, and a report that was released stays as it is: the database says so."""

from django.db import migrations

MAKE = """
CREATE FUNCTION diagnostics_keep_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (SELECT state FROM diagnostics_labreport WHERE id = NEW.report_id) <> 'entered' THEN
            RAISE EXCEPTION 'a released report gets no more values'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'results are written once' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION diagnostics_keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a report is never deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state <> 'entered' AND to_jsonb(NEW)
            - '{state,version,explained_at,explained_by_id,patient_id}'::text[]
        IS DISTINCT FROM to_jsonb(OLD)
            - '{state,version,explained_at,explained_by_id,patient_id}'::text[] THEN
        RAISE EXCEPTION 'a released report is not changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER diagnostics_labvalue_kept BEFORE INSERT OR UPDATE OR DELETE ON diagnostics_labvalue
    FOR EACH ROW EXECUTE FUNCTION diagnostics_keep_value();
CREATE TRIGGER diagnostics_labreport_kept BEFORE UPDATE OR DELETE ON diagnostics_labreport
    FOR EACH ROW EXECUTE FUNCTION diagnostics_keep_report();
"""

UNMAKE = """
DROP FUNCTION diagnostics_keep_value CASCADE;
DROP FUNCTION diagnostics_keep_report CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0002_laboratory")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
