-- Planned units of a programme: their number never changes by itself, and only a confirmed clinic takes one.

CREATE FUNCTION create_slots(programme text) RETURNS integer LANGUAGE sql AS $$
    WITH made AS (
        INSERT INTO slot (programme_id, number)
        SELECT project.id, number FROM project, generate_series(1, project.quantity::integer) AS number
         WHERE project.id = programme
        ON CONFLICT (programme_id, number) DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM made
$$;

-- unassigned → claimed by a county of the programme's prefecture → placed with a clinic of that county, and back.
CREATE FUNCTION slot_before_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE clinic project%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.programme_id, NEW.number) IS DISTINCT FROM (OLD.programme_id, OLD.number) THEN
        RAISE EXCEPTION 'slot % of % keeps its programme and number', OLD.number, OLD.programme_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.county_code IS NOT NULL AND NOT EXISTS (
        SELECT FROM area JOIN project ON project.id = NEW.programme_id
         WHERE area.level = 'county' AND area.code = NEW.county_code
           AND (project.prefecture_code IS NULL OR area.prefecture_code = project.prefecture_code)) THEN
        RAISE EXCEPTION 'slot % of % cannot be claimed by %: not a county of the programme''s prefecture',
            NEW.number, NEW.programme_id, NEW.county_code USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> 'placed' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' OR OLD.state = 'unassigned' THEN
        RAISE EXCEPTION 'slot % must be claimed by a county before a clinic takes it', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO clinic FROM project WHERE id = NEW.project_id;
    IF clinic.category IS DISTINCT FROM 'village_clinic' OR clinic.kind IS DISTINCT FROM 'site'
       OR clinic.delivery_mode IS DISTINCT FROM '公建民营'
       OR clinic.deleted_at IS NOT NULL OR clinic.merged_into_id IS NOT NULL THEN
        RAISE EXCEPTION 'slot % can only be taken by a village clinic whose delivery mode is 公建民营; % is not one',
            NEW.number, NEW.project_id USING ERRCODE = 'check_violation';
    END IF;
    IF clinic.county_code IS DISTINCT FROM NEW.county_code THEN
        RAISE EXCEPTION 'slot % is claimed by county %, but clinic % lies in %',
            NEW.number, NEW.county_code, NEW.project_id, coalesce(clinic.county_code, 'no known county')
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER slot_before_write BEFORE INSERT OR UPDATE ON slot
    FOR EACH ROW EXECUTE FUNCTION slot_before_write();

CREATE FUNCTION slots_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM old_rows JOIN project ON project.id = old_rows.programme_id) THEN
            RAISE EXCEPTION 'slots are freed, not deleted' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END IF;
    SELECT programme.id, programme.quantity, count(slot.id) AS slots INTO wrong
      FROM project programme JOIN slot ON slot.programme_id = programme.id
     WHERE programme.id IN (SELECT programme_id FROM new_rows)
     GROUP BY programme.id HAVING count(slot.id) IS DISTINCT FROM programme.quantity LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'programme % has % slots but a planned quantity of %', wrong.id, wrong.slots, wrong.quantity
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER slots_add_up_insert AFTER INSERT ON slot REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION slots_add_up();
CREATE TRIGGER slots_add_up_delete AFTER DELETE ON slot REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION slots_add_up();

-- The plan's number stands: a programme that has slots keeps its quantity, and is neither deleted nor merged away.
CREATE FUNCTION programme_keeps_slots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM slot WHERE programme_id = NEW.id) THEN
        RAISE EXCEPTION 'programme % has slots: its quantity stays %, and it cannot be deleted or merged',
            NEW.id, OLD.quantity USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER programme_keeps_slots BEFORE UPDATE ON project FOR EACH ROW
    WHEN (NEW.quantity IS DISTINCT FROM OLD.quantity
          OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL)
          OR (NEW.merged_into_id IS NOT NULL AND OLD.merged_into_id IS NULL))
    EXECUTE FUNCTION programme_keeps_slots();

-- A clinic that is deleted, merged, moved to another county or is no longer 公建民营 gives its slot back.
CREATE FUNCTION free_slot() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    UPDATE slot SET state = 'unassigned', county_code = NULL, project_id = NULL,
                    confirmed_by = NULL, confirmed_on = NULL
     WHERE project_id = OLD.id;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER free_slot_of_changed BEFORE UPDATE ON project FOR EACH ROW
    WHEN (OLD.category = 'village_clinic'
          AND (NEW.deleted_at IS NOT NULL OR NEW.merged_into_id IS NOT NULL OR NEW.category <> 'village_clinic'
               OR NEW.kind <> 'site' OR NEW.delivery_mode <> '公建民营'
               OR NEW.county_code IS DISTINCT FROM OLD.county_code))
    EXECUTE FUNCTION free_slot();
CREATE TRIGGER free_slot_of_deleted BEFORE DELETE ON project FOR EACH ROW EXECUTE FUNCTION free_slot();

-- Identifiers: a prefix per prefecture and a number that only grows, so that none is ever used twice, not even that
-- of a record which was removed.
CREATE FUNCTION remember_project_ids() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    INSERT INTO id_counter AS counter (prefix, last)
    SELECT split_part(id, '-', 1), max(split_part(id, '-', 2)::integer) FROM new_rows GROUP BY 1
        ON CONFLICT (prefix) DO UPDATE SET last = excluded.last WHERE counter.last < excluded.last;
    RETURN NULL;
END $$;

CREATE TRIGGER remember_project_ids AFTER INSERT ON project REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION remember_project_ids();

CREATE FUNCTION next_project_id(prefix_wanted text) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    INSERT INTO id_counter AS counter (prefix, last) VALUES (prefix_wanted, 1)
        ON CONFLICT (prefix) DO UPDATE SET last = counter.last + 1
    RETURNING prefix || '-' || CASE WHEN last < 10000 THEN lpad(last::text, 4, '0') ELSE last::text END
$$;
