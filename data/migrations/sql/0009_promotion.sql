-- Visits, leads and events with investors. They are confidential: nothing of them is granted to whoever has not signed
-- in, and the policies let through the unit of an entry, the unit that owns its record, those above both, and nobody
-- else. An entry is never overwritten: a correction, and taking it back, is a further version.

ALTER TABLE promotion_event
    ALTER COLUMN detail DROP DEFAULT, ALTER COLUMN detail DROP NOT NULL,
    ALTER COLUMN detail TYPE text USING nullif(detail::text, '{}'),
    ADD COLUMN entry_id integer, ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN unit_id text,
    ADD COLUMN next_step text, ADD COLUMN next_due date, ADD COLUMN withdrawn boolean NOT NULL DEFAULT false,
    ADD COLUMN reason text, ADD COLUMN created_by text NOT NULL DEFAULT 'system',
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
-- No program wrote into this table before; what somebody put there by hand is kept.
UPDATE promotion_event SET entry_id = id,
    unit_id = coalesce((SELECT owner_unit_id FROM project WHERE project.id = promotion_event.project_id),
                       (SELECT owner_unit.id FROM owner_unit WHERE owner_unit.id = promotion_event.area_code)),
    detail = CASE WHEN kind IN ('visit', 'lead', 'roadshow', 'negotiation', 'other') THEN detail
                  ELSE left(concat_ws(' ', kind, detail), 2000) END,
    kind = CASE WHEN kind IN ('visit', 'lead', 'roadshow', 'negotiation') THEN kind ELSE 'other' END;
ALTER TABLE promotion_event
    ALTER COLUMN entry_id SET NOT NULL, ALTER COLUMN unit_id SET NOT NULL,
    ADD CONSTRAINT ck_promotion_event_kind_in_list
        CHECK (kind IN ('visit', 'lead', 'roadshow', 'negotiation', 'other')),
    ADD CONSTRAINT ck_promotion_event_version_counts CHECK (version >= 1),
    ADD CONSTRAINT ck_promotion_event_dates_sensible CHECK (
        happened_on BETWEEN DATE '1990-01-01' AND DATE '2100-12-31'
        AND next_due BETWEEN DATE '1990-01-01' AND DATE '2100-12-31'),
    ADD CONSTRAINT ck_promotion_event_texts_short CHECK (
        length(counterpart) <= 200 AND length(next_step) <= 200 AND length(reason) <= 200
        AND length(result) <= 2000 AND length(detail) <= 2000),
    ADD CONSTRAINT uq_promotion_event_entry_id_version UNIQUE (entry_id, version),
    ADD CONSTRAINT fk_promotion_event_unit_id_owner_unit FOREIGN KEY (unit_id) REFERENCES owner_unit (id);
CREATE INDEX ix_promotion_event_unit_id ON promotion_event (unit_id);

-- Whether an area or zone is a unit's own, or lies in the area of a department, prefecture or province.
CREATE FUNCTION area_of_unit(area_key text, unit_key text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM owner_unit own JOIN owner_unit about ON about.id = area_key AND about.kind <> 'department'
         WHERE own.id = unit_key
           AND (about.id = own.id
                OR (own.kind IN ('department', 'prefecture', 'province')
                    AND own.area_code IN (about.area_code, about.prefecture_code, about.province_code))))
$$;

-- A first version is about a living record of the unit, or about an area of it; a further one follows the last version
-- of an entry that one may file for.
CREATE FUNCTION may_note_event(entry_key integer, number integer, unit_key text, project_key text, area_key text)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE
    mine text[] := fileable_units();
    everything boolean := writes_everything();
BEGIN
    IF number = 1 THEN
        RETURN coalesce(everything OR unit_key = ANY (mine), false)
           AND (project_key IS NULL OR EXISTS (
                SELECT FROM project WHERE project.id = project_key AND owner_unit_id = unit_key
                   AND deleted_at IS NULL AND merged_into_id IS NULL))
           AND (area_key IS NULL OR area_of_unit(area_key, unit_key));
    END IF;
    RETURN EXISTS (
        SELECT FROM promotion_event last LEFT JOIN project ON project.id = last.project_id
         WHERE last.entry_id = entry_key AND last.version = number - 1
           AND (everything OR last.unit_id = ANY (mine) OR project.owner_unit_id = ANY (mine)));
END $$;

-- What an entry is about and whose it is stays as it was first noted, so that all its versions are seen by the same
-- people; who wrote a version, and when, is the database's word.
CREATE FUNCTION promotion_event_before_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE who text := acting_name();
BEGIN
    IF NEW.version = 1 THEN
        NEW.entry_id := NEW.id;
    ELSIF NEW.version > 1 THEN
        SELECT first.unit_id, first.project_id, first.area_code INTO NEW.unit_id, NEW.project_id, NEW.area_code
          FROM promotion_event first WHERE first.entry_id = NEW.entry_id AND first.version = 1;
    END IF;
    IF who IS NOT NULL THEN
        NEW.created_by := who;
        NEW.created_at := now();
    END IF;
    IF NEW.happened_on > (now() AT TIME ZONE 'Asia/Shanghai')::date THEN
        RAISE EXCEPTION 'happened_on % lies in the future', NEW.happened_on USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promotion_event_before_insert BEFORE INSERT ON promotion_event
    FOR EACH ROW EXECUTE FUNCTION promotion_event_before_insert();

REVOKE ALL ON FUNCTION area_of_unit(text, text), may_note_event(integer, integer, text, text, text),
    promotion_event_before_insert() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION area_of_unit(text, text), may_note_event(integer, integer, text, text, text) TO atlas_app;

GRANT INSERT (entry_id, version, kind, project_id, area_code, unit_id, happened_on, counterpart, result, next_step,
    next_due, detail, withdrawn, reason) ON promotion_event TO atlas_app;
GRANT USAGE ON SEQUENCE promotion_event_id_seq TO atlas_app;

ALTER TABLE promotion_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON promotion_event FOR SELECT TO atlas_app USING (
    (SELECT sees_everything()) OR unit_id = ANY ((SELECT readable_units())::text[])
    OR EXISTS (SELECT FROM project WHERE project.id = promotion_event.project_id
                  AND project.owner_unit_id = ANY ((SELECT readable_units())::text[])));
CREATE POLICY inserts ON promotion_event FOR INSERT TO atlas_app WITH CHECK (
    may_note_event(entry_id, version, unit_id, project_id, area_code));
