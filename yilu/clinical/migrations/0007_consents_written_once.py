"""What was told is never changed, signatures and papers are written once; the database says so.

The application's keys change now and then: encrypted columns may then be written anew, with a
newer key and nothing else.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION clinical_keep_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,version,decided_at,reason,withdrawn_at,withdrawn_by_patient}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
        IF OLD.state IN ('prepared', 'given') AND to_jsonb(NEW) - free = to_jsonb(OLD) - free
           AND (OLD.decided_at IS NULL OR NEW.decided_at = OLD.decided_at) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what a patient was told is not changed'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION clinical_refuse_late_signature() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM clinical_treatmentconsent
        WHERE id = NEW.consent_id AND state = 'prepared' AND digest = NEW.digest
    ) THEN
        RAISE EXCEPTION 'a decided consent gets no more signatures'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION clinical_newer_key(old bytea, new bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT new IS NOT DISTINCT FROM old OR get_byte(new, 0) > get_byte(old, 0)
$$;

CREATE FUNCTION clinical_keep_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed text[] := '{name,strokes,witness}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - sealed = to_jsonb(OLD) - sealed
           AND clinical_newer_key(OLD.name, NEW.name)
           AND clinical_newer_key(OLD.strokes, NEW.strokes)
           AND clinical_newer_key(OLD.witness, NEW.witness) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a signature is written once' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION clinical_keep_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content'
           AND clinical_newer_key(OLD.content, NEW.content) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a paper is written once' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER clinical_treatmentconsent_kept BEFORE UPDATE OR DELETE ON clinical_treatmentconsent
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_told();
CREATE TRIGGER clinical_consentsignature_in_time BEFORE INSERT ON clinical_consentsignature
    FOR EACH ROW EXECUTE FUNCTION clinical_refuse_late_signature();
CREATE TRIGGER clinical_consentsignature_kept BEFORE UPDATE OR DELETE ON clinical_consentsignature
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_signature();
CREATE TRIGGER clinical_consentpaper_kept BEFORE UPDATE OR DELETE ON clinical_consentpaper
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_paper();
CREATE TRIGGER clinical_consenttext_written_once BEFORE UPDATE OR DELETE ON clinical_consenttext
    FOR EACH ROW EXECUTE FUNCTION clinical_refuse_change();
"""

UNMAKE = """
DROP FUNCTION clinical_keep_told CASCADE;
DROP FUNCTION clinical_refuse_late_signature CASCADE;
DROP FUNCTION clinical_keep_signature CASCADE;
DROP FUNCTION clinical_keep_paper CASCADE;
DROP FUNCTION clinical_newer_key;
DROP TRIGGER clinical_consenttext_written_once ON clinical_consenttext;
"""


class Migration(migrations.Migration):
    dependencies = [("clinical", "0006_treatment_consents")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
