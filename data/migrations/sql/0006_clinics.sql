-- Clinics of the plan: a county claims slots, confirms the clinics that take them, gives back. The numbers add up by
-- the rules of 0002; what is decided here is who may: whoever may file for the county. A slot is the county's word about
-- a record that is published already, so it waits for nobody; confirmed_by names the account.

CREATE FUNCTION may_handle_slots(county text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN coalesce(writes_everything() OR county = ANY (fileable_units()), false); END $$;

CREATE FUNCTION check_may_handle_slots(county text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    IF NOT may_handle_slots(county) THEN
        RAISE EXCEPTION 'the slots of county % are not yours to change', coalesce(county, '(none)')
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- One claim at a time per programme: two counties that reach for the last slots do not both get them.
CREATE FUNCTION move_slots(programme text, county text, wanted integer, claiming boolean) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE moved integer;
BEGIN
    PERFORM check_may_handle_slots(county);
    IF wanted IS NULL OR wanted < 1 THEN
        RAISE EXCEPTION 'the number of slots must be 1 or more, not %', coalesce(wanted::text, 'nothing')
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('slots of ' || programme));
    WITH picked AS (
        SELECT id FROM slot WHERE programme_id = programme
           AND CASE WHEN claiming THEN state = 'unassigned' ELSE state = 'claimed' AND county_code = county END
         ORDER BY CASE WHEN claiming THEN number ELSE -number END LIMIT wanted FOR UPDATE),
    done AS (
        UPDATE slot SET state = CASE WHEN claiming THEN 'claimed' ELSE 'unassigned' END,
                        county_code = CASE WHEN claiming THEN county END
          FROM picked WHERE slot.id = picked.id RETURNING 1)
    SELECT count(*) INTO moved FROM done;
    IF moved < wanted THEN
        RAISE EXCEPTION 'only % slots of % are %, % were asked for', moved, programme,
            CASE WHEN claiming THEN 'unassigned' ELSE 'claimed and not taken in ' || county END, wanted
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN (SELECT count(*) FROM slot WHERE programme_id = programme AND state = 'claimed' AND county_code = county);
END $$;

CREATE FUNCTION claim_slots(programme text, county text, wanted integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS
    'SELECT move_slots(programme, county, wanted, true)';

CREATE FUNCTION release_slots(programme text, county text, wanted integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS
    'SELECT move_slots(programme, county, wanted, false)';

-- The lowest claimed slot of the clinic's county goes to the clinic; the rules for clinics stand in slot_before_write().
CREATE FUNCTION place_slot(clinic text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE county text; placed integer;
BEGIN
    SELECT project.county_code INTO county FROM project WHERE project.id = clinic AND project.published
       AND project.deleted_at IS NULL AND project.merged_into_id IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'clinic % is not a published record of this library', clinic USING ERRCODE = 'check_violation';
    END IF;
    PERFORM check_may_handle_slots(county);
    IF EXISTS (SELECT FROM slot WHERE project_id = clinic) THEN
        RAISE EXCEPTION 'clinic % has taken a slot already', clinic USING ERRCODE = 'check_violation';
    END IF;
    UPDATE slot SET state = 'placed', project_id = clinic, confirmed_by = acting_name(), confirmed_on = current_date
     WHERE id = (SELECT slot.id FROM slot WHERE slot.state = 'claimed' AND slot.county_code = county
                  ORDER BY slot.programme_id, slot.number LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING number INTO placed;
    IF placed IS NULL THEN
        RAISE EXCEPTION 'county % has no claimed slot left for clinic %: claim more first', county, clinic
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN placed;
END $$;

-- A confirmation taken back: the clinic stays a record, the slot stays the county's.
CREATE FUNCTION free_slot_of(clinic text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE county text; freed integer;
BEGIN
    SELECT slot.county_code INTO county FROM slot WHERE slot.project_id = clinic FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'clinic % has no slot', clinic USING ERRCODE = 'check_violation';
    END IF;
    PERFORM check_may_handle_slots(county);
    UPDATE slot SET state = 'claimed', project_id = NULL, confirmed_by = NULL, confirmed_on = NULL
     WHERE project_id = clinic RETURNING number INTO freed;
    RETURN freed;
END $$;

REVOKE ALL ON FUNCTION may_handle_slots(text), check_may_handle_slots(text), move_slots(text, text, integer, boolean),
    claim_slots(text, text, integer), release_slots(text, text, integer), place_slot(text), free_slot_of(text)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION may_handle_slots(text), claim_slots(text, text, integer),
    release_slots(text, text, integer), place_slot(text), free_slot_of(text) TO atlas_app;
