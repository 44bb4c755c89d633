"""An opinion is given once and signed minutes stay; the database itself says so."""

from django.db import migrations

MAKE = """
CREATE FUNCTION clinical_keep_opinion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,version,text,given_by_id,given_at,read_at,reason}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - free = to_jsonb(OLD) - free
           AND (OLD.state = 'asked'
                OR to_jsonb(NEW) - '{version,read_at}'::text[]
                   = to_jsonb(OLD) - '{version,read_at}'::text[]) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an opinion is given once' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION clinical_keep_discussion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,version,minutes,decision,others,digest,noted_at,ended_at,reason}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('yilu.as_written', true) = 'on'
           AND to_jsonb(NEW) - 'patient_id' = to_jsonb(OLD) - 'patient_id' THEN
            RETURN NEW;
        END IF;
        IF OLD.state IN ('planned', 'noted')
           AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'signed minutes are not changed' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION clinical_keep_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.signed_at IS NULL
       AND (NEW.id, NEW.discussion_id, NEW.practitioner_id)
           = (OLD.id, OLD.discussion_id, OLD.practitioner_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a signature is not changed' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER clinical_opinion_kept BEFORE UPDATE OR DELETE ON clinical_opinion
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_opinion();
CREATE TRIGGER clinical_casediscussion_kept BEFORE UPDATE OR DELETE ON clinical_casediscussion
    FOR EACH ROW EXECUTE FUNCTION clinical_keep_discussion();
CREATE TRIGGER clinical_discussionmember_kept BEFORE UPDATE OR DELETE
    ON clinical_discussionmember FOR EACH ROW EXECUTE FUNCTION clinical_keep_member();
"""

UNMAKE = """
DROP FUNCTION clinical_keep_opinion CASCADE;
DROP FUNCTION clinical_keep_discussion CASCADE;
DROP FUNCTION clinical_keep_member CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("clinical", "0012_opinions_and_discussions")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
