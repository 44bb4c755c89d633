"""A merge of two records of one person may say whose a written row is, and nothing else of it."""

from django.db import migrations

MAKE = """
CREATE OR REPLACE FUNCTION clinical_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION clinical_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'draft' AND (
        NEW.visit_id, NEW.patient_id, NEW.site_id, NEW.number, NEW.practitioner_id, NEW.kind,
        NEW.diagnosis_basis, NEW.rationale, NEW.follow_up_plan, NEW.advice,
        NEW.long_supply_reason, NEW.diagnoses, NEW.signed_at, NEW.digest
    ) IS DISTINCT FROM (
        OLD.visit_id, OLD.patient_id, OLD.site_id, OLD.number, OLD.practitioner_id, OLD.kind,
        OLD.diagnosis_basis, OLD.rationale, OLD.follow_up_plan, OLD.advice,
        OLD.long_supply_reason, OLD.diagnoses, OLD.signed_at, OLD.digest
    ) THEN
        RAISE EXCEPTION 'a signed prescription is not changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION clinical_keep_measured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' OR (
        NEW.visit_id, NEW.patient_id, NEW.taken_at, NEW.taken_by_id, NEW."values", NEW.flags
    ) IS DISTINCT FROM (
        OLD.visit_id, OLD.patient_id, OLD.taken_at, OLD.taken_by_id, OLD."values", OLD.flags
    ) THEN
        RAISE EXCEPTION 'measurements are withdrawn, never changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""

UNMAKE = """
CREATE OR REPLACE FUNCTION clinical_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION clinical_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'draft' AND (
        NEW.visit_id, NEW.patient_id, NEW.site_id, NEW.number, NEW.practitioner_id, NEW.kind,
        NEW.diagnosis_basis, NEW.rationale, NEW.follow_up_plan, NEW.advice,
        NEW.long_supply_reason, NEW.diagnoses, NEW.signed_at, NEW.digest
    ) IS DISTINCT FROM (
        OLD.visit_id, OLD.patient_id, OLD.site_id, OLD.number, OLD.practitioner_id, OLD.kind,
        OLD.diagnosis_basis, OLD.rationale, OLD.follow_up_plan, OLD.advice,
        OLD.long_supply_reason, OLD.diagnoses, OLD.signed_at, OLD.digest
    ) THEN
        RAISE EXCEPTION 'a signed prescription is not changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION clinical_keep_measured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (
        NEW.visit_id, NEW.patient_id, NEW.taken_at, NEW.taken_by_id, NEW."values", NEW.flags
    ) IS DISTINCT FROM (
        OLD.visit_id, OLD.patient_id, OLD.taken_at, OLD.taken_by_id, OLD."values", OLD.flags
    ) THEN
        RAISE EXCEPTION 'measurements are withdrawn, never changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("clinical", "0003_prescription_window")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
