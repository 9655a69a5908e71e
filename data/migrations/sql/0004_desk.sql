-- What the desk needs beyond writing rows: numbers for new records, and units named for the first time. Both ask who is
-- acting; everything else the desk writes goes by row-level security.

ALTER TABLE project_party ADD COLUMN position integer NOT NULL DEFAULT 0;

-- A code belongs to one record that stands; a deleted or merged one keeps its own in case it comes back.
ALTER TABLE project DROP CONSTRAINT uq_project_project_code;
CREATE UNIQUE INDEX uq_project_project_code ON project (project_code)
    WHERE deleted_at IS NULL AND merged_into_id IS NULL;

-- As next_project_id, many at once: one step of the counter however many records a file brings.
CREATE FUNCTION next_project_ids(prefix_wanted text, how_many integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE top integer;
BEGIN
    IF NOT may_file() OR how_many NOT BETWEEN 1 AND 100000 OR prefix_wanted !~ '^[A-Z]{1,8}$' THEN
        RAISE EXCEPTION 'no record numbers for this account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO id_counter AS counter (prefix, last) VALUES (prefix_wanted, how_many)
        ON CONFLICT (prefix) DO UPDATE SET last = counter.last + how_many RETURNING last INTO top;
    RETURN QUERY SELECT prefix_wanted || '-' || CASE WHEN number < 10000 THEN lpad(number::text, 4, '0')
                                                     ELSE number::text END
                   FROM generate_series(top - how_many + 1, top) AS number;
END $$;

-- A unit that an office names and the registry does not have. Of two offices that name it at once, the second finds it.
CREATE SEQUENCE reported_unit;
CREATE FUNCTION adopt_units(names text[], kinds text[]) RETURNS TABLE (name text, id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    IF NOT may_file() THEN
        RAISE EXCEPTION 'this account may not name units' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(7305117);
    INSERT INTO unit (id, name, kind, note)
    SELECT 'reported-' || nextval('reported_unit'), wanted.name, wanted.kind, '单位填报'
      FROM unnest(names, kinds) AS wanted (name, kind)
     WHERE wanted.kind IN ('enterprise', 'institution') AND length(wanted.name) BETWEEN 1 AND 200
       AND NOT EXISTS (SELECT FROM unit WHERE unit.name = wanted.name);
    RETURN QUERY SELECT DISTINCT ON (unit.name) unit.name, unit.id FROM unit
                  WHERE unit.name = ANY (names) ORDER BY unit.name, unit.id;
END $$;

-- New records of a change set get their ids into its entries at once: the policy on change_entry asks row by row.
CREATE FUNCTION name_new_entries(set_key integer, entries integer[], records text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE named integer;
BEGIN
    IF NOT EXISTS (SELECT FROM change_set WHERE id = set_key AND state = 'submitted') OR NOT may_decide(set_key) THEN
        RAISE EXCEPTION 'change set % is not this account''s to decide', set_key USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE change_entry entry SET project_id = given.record
      FROM unnest(entries, records) AS given (entry, record) JOIN project ON project.id = given.record
     WHERE entry.id = given.entry AND entry.change_set_id = set_key AND entry.operation = 'insert'
       AND entry.project_id IS NULL AND project.created_by = acting_name()
       AND (writes_everything() OR project.owner_unit_id = ANY (writable_units()));
    GET DIAGNOSTICS named = ROW_COUNT;
    RETURN named;
END $$;

-- An administrator files for 10,000 records without being asked 10,000 times who he is.
ALTER POLICY inserts ON change_entry WITH CHECK (
    EXISTS (SELECT FROM change_set WHERE change_set.id = change_entry.change_set_id
               AND change_set.filed_by = (SELECT acting_name()) AND change_set.state IN ('draft', 'submitted'))
    AND (target_id IS NULL OR EXISTS (SELECT FROM project WHERE project.id = change_entry.target_id))
    AND CASE WHEN project_id IS NULL THEN operation = 'insert' AND (SELECT may_file())
             ELSE EXISTS (SELECT FROM project WHERE project.id = change_entry.project_id
                             AND ((SELECT writes_everything())
                                  OR project.owner_unit_id = ANY ((SELECT fileable_units())::text[])))
                  OR may_file_for(project_id) END);

-- A change set writes into six tables whose triggers would each derive the same records again. A transaction that asks
-- for it derives once, when it is committed: the records wait in a table whose deferred trigger nobody can talk out of
-- it, and a transaction that fails leaves none there.
CREATE TABLE facet_queue (
    transaction_id bigint NOT NULL, project_id text NOT NULL,
    CONSTRAINT pk_facet_queue PRIMARY KEY (transaction_id, project_id));

CREATE FUNCTION derive_queued() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE keys text[];
BEGIN
    -- The first row takes all; the others look for themselves only, not through what is gone.
    IF NOT EXISTS (SELECT FROM facet_queue
                    WHERE transaction_id = NEW.transaction_id AND project_id = NEW.project_id) THEN
        RETURN NULL;
    END IF;
    WITH taken AS (DELETE FROM facet_queue WHERE transaction_id = NEW.transaction_id RETURNING project_id)
    SELECT array_agg(project_id) INTO keys FROM taken;
    IF keys IS NOT NULL THEN
        PERFORM refresh_facets(keys);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER derive_queued AFTER INSERT ON facet_queue DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION derive_queued();

-- As in 0002, but for the queue.
CREATE OR REPLACE FUNCTION facets_after_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE
    keys text[];
    changed text := CASE TG_OP
        WHEN 'DELETE' THEN 'SELECT %1$I AS key FROM old_rows'
        WHEN 'INSERT' THEN 'SELECT %1$I AS key FROM new_rows'
        ELSE 'SELECT %1$I AS key FROM old_rows UNION SELECT %1$I FROM new_rows' END;
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT key) FROM (' || changed || ') AS both_rows', TG_ARGV[0]) INTO keys;
    IF TG_NARGS > 1 AND keys IS NOT NULL THEN
        EXECUTE 'SELECT array_agg(DISTINCT key) FROM (' || TG_ARGV[1] || ') AS records (key)' INTO keys USING keys;
    END IF;
    IF keys IS NULL THEN
        RETURN NULL;
    END IF;
    IF current_setting('atlas.derive_at_end', true) = 'on' THEN
        INSERT INTO facet_queue SELECT pg_current_xact_id()::text::bigint, key FROM unnest(keys) AS key
            ON CONFLICT DO NOTHING;
    ELSE
        PERFORM refresh_facets(keys);
    END IF;
    RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION derive_queued(), name_new_entries(integer, integer[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION name_new_entries(integer, integer[], text[]) TO atlas_app;
REVOKE ALL ON FUNCTION next_project_ids(text, integer), adopt_units(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION next_project_ids(text, integer), adopt_units(text[], text[]) TO atlas_app;

-- Records with an exact place near any of some points, as far as the acting account sees them. A function, for
-- under row-level security a spatial index may not be asked before the policy: every point would look at all places.
CREATE FUNCTION near_places(lons double precision[], lats double precision[], metres double precision)
RETURNS TABLE (number integer, project_id text, distance double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT spot.number::integer, place.project_id, ST_Distance(place.geom::geography, spot.geom::geography)
      FROM (SELECT ordinality AS number, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS geom
              FROM unnest(lons, lats) WITH ORDINALITY AS given (lon, lat, ordinality)
             WHERE abs(lon) <= 180 AND abs(lat) <= 90) AS spot
      JOIN project_place place ON place.geom && ST_Expand(spot.geom, metres / 30000) AND place.precision <= 2
       AND ST_DWithin(place.geom::geography, spot.geom::geography, metres)
      JOIN project ON project.id = place.project_id
     WHERE project.deleted_at IS NULL AND project.merged_into_id IS NULL
       AND ((project.published AND (SELECT signed_in())) OR (SELECT sees_everything())
            OR project.owner_unit_id = ANY ((SELECT readable_units())::text[]))
$$;
REVOKE ALL ON FUNCTION near_places(double precision[], double precision[], double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION near_places(double precision[], double precision[], double precision) TO atlas_app;
