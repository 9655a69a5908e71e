-- Planned units of a programme: their number never changes by itself, and only a confirmed clinic takes one.

CREATE FUNCTION create_slots(programme text) RETURNS integer LANGUAGE sql AS $$
    WITH made AS (
        INSERT INTO slot (programme_id, number)
        SELECT project.id, number FROM project, generate_series(1, project.quantity::integer) AS number
         WHERE project.id = programme
        ON CONFLICT (programme_id, number) DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM made
$$;

CREATE FUNCTION slot_before_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE clinic project%ROWTYPE;
BEGIN
    IF NEW.state <> 'placed' THEN
        RETURN NEW;
    END IF;
    SELECT * INTO clinic FROM project WHERE id = NEW.project_id;
    IF clinic.category <> 'village_clinic' OR clinic.delivery_mode <> '公建民营'
       OR clinic.deleted_at IS NOT NULL OR clinic.merged_into_id IS NOT NULL THEN
        RAISE EXCEPTION 'slot % can only be taken by a village clinic whose delivery mode is 公建民营; % is not one',
            NEW.number, NEW.project_id USING ERRCODE = 'check_violation';
    END IF;
    IF clinic.county_code IS DISTINCT FROM NEW.county_code THEN
        RAISE EXCEPTION 'slot % is claimed by county %, but clinic % lies in %',
            NEW.number, NEW.county_code, NEW.project_id, clinic.county_code USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER slot_before_write BEFORE INSERT OR UPDATE ON slot
    FOR EACH ROW EXECUTE FUNCTION slot_before_write();

CREATE FUNCTION slots_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    SELECT programme.id, programme.quantity, count(slot.id) AS slots INTO wrong
      FROM project programme JOIN slot ON slot.programme_id = programme.id
     GROUP BY programme.id HAVING count(slot.id) <> programme.quantity LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'programme % has % slots but a planned quantity of %', wrong.id, wrong.slots, wrong.quantity
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM old_rows JOIN project ON project.id = old_rows.programme_id) THEN
            RAISE EXCEPTION 'slots are freed, not deleted' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER slots_add_up_insert AFTER INSERT ON slot
    FOR EACH STATEMENT EXECUTE FUNCTION slots_add_up();
CREATE TRIGGER slots_add_up_delete AFTER DELETE ON slot REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION slots_add_up();

-- A clinic that is deleted, merged, moved to another county or is no longer 公建民营 gives its slot back.
CREATE FUNCTION free_slot() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.deleted_at IS NOT NULL OR NEW.merged_into_id IS NOT NULL
       OR NEW.category <> 'village_clinic' OR NEW.delivery_mode <> '公建民营'
       OR NEW.county_code IS DISTINCT FROM OLD.county_code THEN
        UPDATE slot SET state = 'unassigned', county_code = NULL, project_id = NULL,
                        confirmed_by = NULL, confirmed_on = NULL
         WHERE project_id = OLD.id;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER free_slot BEFORE UPDATE OR DELETE ON project FOR EACH ROW EXECUTE FUNCTION free_slot();

-- Identifiers: a prefix per prefecture and a number that only grows, so that none is ever used twice.
CREATE FUNCTION next_project_id(prefix_wanted text) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    INSERT INTO id_counter AS counter (prefix, last)
    VALUES (prefix_wanted, 1 + coalesce((SELECT max(substring(id FROM '-([0-9]+)$')::integer)
                                           FROM project WHERE id LIKE prefix_wanted || '-%'), 0))
    ON CONFLICT (prefix) DO UPDATE
       SET last = greatest(counter.last, excluded.last - 1) + 1
    RETURNING prefix || '-' || lpad(last::text, 4, '0')
$$;
