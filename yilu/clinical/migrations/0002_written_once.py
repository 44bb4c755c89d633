"""What is signed or measured is written once; the database itself says so, to everybody."""

from django.db import migrations

WHOLLY = (
    "clinical_noteversion",
    "clinical_prescriptionitem",
    "clinical_scoreresult",
    "clinical_intake",
    "clinical_background",
)

MAKE = """
CREATE FUNCTION clinical_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION clinical_refuse_late_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM clinical_prescription WHERE id = NEW.prescription_id) <> 'draft' THEN
        RAISE EXCEPTION 'a signed prescription gets no more drugs'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION clinical_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION clinical_keep_measured() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER clinical_prescriptionitem_in_time BEFORE INSERT ON clinical_prescriptionitem
    FOR EACH ROW EXECUTE FUNCTION clinical_refuse_late_item();
CREATE TRIGGER clinical_prescription_kept BEFORE UPDATE OR DELETE ON clinical_prescription
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_signed();
CREATE TRIGGER clinical_vitalsigns_kept BEFORE UPDATE OR DELETE ON clinical_vitalsigns
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_measured();
""" + "".join(
    f"""
CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION clinical_refuse_change();
"""
    for table in WHOLLY
)

UNMAKE = """
DROP FUNCTION clinical_refuse_change CASCADE;
DROP FUNCTION clinical_refuse_late_item CASCADE;
DROP FUNCTION clinical_keep_signed CASCADE;
DROP FUNCTION clinical_keep_measured CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("clinical", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
