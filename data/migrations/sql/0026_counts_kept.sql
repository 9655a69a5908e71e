-- Counts of the map kept beside the records, so that a nation's library answers at once (docs/decisions/0013).
--
--   facet_place, facet_sort, facet_link   what filters ask, each combination that published records have or had: where
--                                         and whose; of what sort; from which document and by whom
--   facet_count                           how many published records have three of them
--   facet_total                           the same, wherever they lie: what most questions need
--   facet_tile                            how many of them stand in a tile of one degree, with the sums of their positions
--
-- Writers only append: +n for what came, -n for what went, grouped by statement, so that no two ever wait for each
-- other. Readers add up. tidy_counts() adds up for good, refresh_counts() counts anew.

-- ---- what a record counts as ----

-- Position in units of 2^-22 degree (2 cm); of a line or polygon the point that stands for it. Named with their schemas,
-- so that they may be drawn into the expression of a column and work while a dump is put back.
CREATE FUNCTION spot_x(place geometry) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT floor(public.ST_X(CASE WHEN public.GeometryType(place) = 'POINT' THEN place
                                  ELSE public.ST_PointOnSurface(place) END) * 4194304)::integer
$$;
CREATE FUNCTION spot_y(place geometry) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT floor(public.ST_Y(CASE WHEN public.GeometryType(place) = 'POINT' THEN place
                                  ELSE public.ST_PointOnSurface(place) END) * 4194304)::integer
$$;

-- The tile of 1/8 degree, counted from 256 W 256 S, its bits interleaved (Morton order): every cell of the map's grid of
-- 2^k tiles is one range of numbers, and comparing numbers is what an index may do under row-level security.
CREATE FUNCTION tile_key(place geometry) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = atlas, public, pg_temp AS $$
DECLARE
    x integer := (spot_x(place) >> 19) + 2048;
    y integer := (spot_y(place) >> 19) + 2048;
BEGIN
    x := (x | (x << 8)) & 16711935;
    x := (x | (x << 4)) & 252645135;
    x := (x | (x << 2)) & 858993459;
    x := (x | (x << 1)) & 1431655765;
    y := (y | (y << 8)) & 16711935;
    y := (y | (y << 4)) & 252645135;
    y := (y | (y << 2)) & 858993459;
    y := (y | (y << 1)) & 1431655765;
    RETURN x | (y << 1);
END $$;

-- The keys are hashes of what they stand for (64 bits): whoever writes a facet need not look anything up. The character
-- between the lists is in no key of ours.
-- The indexes of lists go: their operators are not trusted under row-level security, so no page ever used them.
DROP INDEX ix_project_facet_area_codes, ix_project_facet_document_ids, ix_project_facet_task_ids,
    ix_project_facet_lead_ids, ix_project_facet_support_ids, ix_project_facet_duty_ids;
ALTER TABLE project_facet
    ADD COLUMN place_key bigint NOT NULL GENERATED ALWAYS AS (hash_array_extended(
        area_codes || ARRAY[province_code, prefecture_code, county_code, zone_id, owner_unit_id], 0)) STORED,
    ADD COLUMN sort_key bigint NOT NULL GENERATED ALWAYS AS (hash_array_extended(
        ARRAY[category, kind, stage, funding_status, delivery_mode, promotion_stage, precision::text], 0)) STORED,
    ADD COLUMN link_key bigint NOT NULL GENERATED ALWAYS AS (hash_array_extended(
        key_lists || E'\x01'::text || document_ids || E'\x01'::text || task_ids || E'\x01'::text || lead_ids
        || E'\x01'::text || support_ids || E'\x01'::text || duty_ids, 0)) STORED,
    ADD COLUMN spot_x integer GENERATED ALWAYS AS (spot_x(geom)) STORED,
    ADD COLUMN spot_y integer GENERATED ALWAYS AS (spot_y(geom)) STORED,
    ADD COLUMN tile integer GENERATED ALWAYS AS (tile_key(geom)) STORED;

-- Each holds all that its question reads, and what the policies ask of a row: the table itself stays closed.
CREATE INDEX ix_project_facet_tile ON project_facet (tile)
    INCLUDE (published, owner_unit_id, place_key, sort_key, link_key, spot_x, spot_y);
CREATE INDEX ix_project_facet_place_key ON project_facet (place_key)
    INCLUDE (published, owner_unit_id, sort_key, link_key, spot_x, spot_y);
CREATE INDEX ix_project_facet_link_key ON project_facet (link_key);
CREATE INDEX ix_project_facet_in_order ON project_facet (project_id)
    INCLUDE (published, owner_unit_id, place_key, sort_key, link_key);
CREATE INDEX ix_project_facet_township_code ON project_facet (township_code);

-- ---- what is kept ----

CREATE TABLE facet_place (
    key bigint NOT NULL, area_codes text[] NOT NULL, province_code text, prefecture_code text, county_code text,
    zone_id text, owner_unit_id text);
CREATE TABLE facet_sort (
    key bigint NOT NULL, category text NOT NULL, kind text NOT NULL, stage text NOT NULL, funding_status text NOT NULL,
    delivery_mode text NOT NULL, promotion_stage text NOT NULL, precision smallint NOT NULL);
CREATE TABLE facet_link (
    key bigint NOT NULL, key_lists text[] NOT NULL, document_ids text[] NOT NULL, task_ids text[] NOT NULL,
    lead_ids text[] NOT NULL, support_ids text[] NOT NULL, duty_ids text[] NOT NULL);
CREATE TABLE facet_count (
    place_key bigint NOT NULL, sort_key bigint NOT NULL, link_key bigint NOT NULL, n integer NOT NULL);
CREATE TABLE facet_total (sort_key bigint NOT NULL, link_key bigint NOT NULL, n integer NOT NULL);
CREATE TABLE facet_tile (
    tile integer NOT NULL, sort_key bigint NOT NULL, link_key bigint NOT NULL, n integer NOT NULL,
    sum_x bigint NOT NULL, sum_y bigint NOT NULL);
CREATE INDEX ix_facet_place_key ON facet_place (key);
CREATE INDEX ix_facet_sort_key ON facet_sort (key);
CREATE INDEX ix_facet_link_key ON facet_link (key);
CREATE INDEX ix_facet_count_place_key ON facet_count (place_key);
CREATE INDEX ix_facet_tile_tile ON facet_tile (tile);

-- They hold published records alone, which whoever may read at all may read: the same rows as by the facets' policies.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['facet_place', 'facet_sort', 'facet_link', 'facet_count', 'facet_total',
        'facet_tile'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY anonymous_reads ON %I FOR SELECT TO atlas_anonymous'
            ' USING ((SELECT anonymous_reads()))', kept);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT TO atlas_app USING ((SELECT signed_in()))', kept);
        EXECUTE format('GRANT SELECT ON %I TO atlas_app, atlas_anonymous', kept);
    END LOOP;
END $$;

-- ---- keeping ----

-- After facets came or went: +1 or -1 (the argument) for each. A combination that no row shows yet is written down; of
-- two transactions that meet it at once both do, and nobody waits: readers take each key once.
CREATE FUNCTION counts_after_facets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp SET jit = off AS $$
DECLARE
    sign integer := TG_ARGV[0]::integer;
BEGIN
    IF sign > 0 THEN
        INSERT INTO facet_place
        SELECT DISTINCT ON (place_key) place_key, area_codes, province_code, prefecture_code, county_code, zone_id,
               owner_unit_id
          FROM moved WHERE published AND NOT EXISTS (SELECT FROM facet_place WHERE key = place_key);
        INSERT INTO facet_sort
        SELECT DISTINCT ON (sort_key) sort_key, category, kind, stage, funding_status, delivery_mode, promotion_stage,
               precision
          FROM moved WHERE published AND NOT EXISTS (SELECT FROM facet_sort WHERE key = sort_key);
        INSERT INTO facet_link
        SELECT DISTINCT ON (link_key) link_key, key_lists, document_ids, task_ids, lead_ids, support_ids, duty_ids
          FROM moved WHERE published AND NOT EXISTS (SELECT FROM facet_link WHERE key = link_key);
    END IF;
    INSERT INTO facet_count
    SELECT place_key, sort_key, link_key, sign * count(*) FROM moved WHERE published GROUP BY 1, 2, 3
     ORDER BY 1;
    INSERT INTO facet_total
    SELECT sort_key, link_key, sign * count(*) FROM moved WHERE published GROUP BY 1, 2;
    INSERT INTO facet_tile
    SELECT tile >> 6, sort_key, link_key, sign * count(*), sign * sum(spot_x), sign * sum(spot_y)
      FROM moved WHERE published AND tile IS NOT NULL AND precision BETWEEN 1 AND 3 GROUP BY 1, 2, 3 ORDER BY 1;
    RETURN NULL;
END $$;
CREATE TRIGGER counts_insert AFTER INSERT ON project_facet REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION counts_after_facets('1');
CREATE TRIGGER counts_delete AFTER DELETE ON project_facet REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION counts_after_facets('-1');
CREATE TRIGGER counts_update_from AFTER UPDATE ON project_facet REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION counts_after_facets('-1');
CREATE TRIGGER counts_update_to AFTER UPDATE ON project_facet REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION counts_after_facets('1');

-- All anew, for a load that went past the triggers and for a repair. Nobody writes a facet meanwhile; readers go on
-- with what was kept before.
CREATE FUNCTION refresh_counts() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp SET jit = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7305126);
    LOCK TABLE project_facet IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM facet_place;
    DELETE FROM facet_sort;
    DELETE FROM facet_link;
    DELETE FROM facet_count;
    DELETE FROM facet_total;
    DELETE FROM facet_tile;
    INSERT INTO facet_place
    SELECT place_key, area_codes, province_code, prefecture_code, county_code, zone_id, owner_unit_id
      FROM project_facet WHERE published GROUP BY 1, 2, 3, 4, 5, 6, 7;
    INSERT INTO facet_sort
    SELECT sort_key, category, kind, stage, funding_status, delivery_mode, promotion_stage, precision
      FROM project_facet WHERE published GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
    INSERT INTO facet_link
    SELECT link_key, key_lists, document_ids, task_ids, lead_ids, support_ids, duty_ids
      FROM project_facet WHERE published GROUP BY 1, 2, 3, 4, 5, 6, 7;
    INSERT INTO facet_count
    SELECT place_key, sort_key, link_key, count(*) FROM project_facet WHERE published GROUP BY 1, 2, 3
     ORDER BY 1;
    INSERT INTO facet_total SELECT sort_key, link_key, sum(n) FROM facet_count GROUP BY 1, 2;
    INSERT INTO facet_tile
    SELECT tile >> 6, sort_key, link_key, count(*), sum(spot_x), sum(spot_y)
      FROM project_facet WHERE published AND tile IS NOT NULL AND precision BETWEEN 1 AND 3 GROUP BY 1, 2, 3
     ORDER BY 1;
    ANALYZE facet_place, facet_sort, facet_link, facet_count, facet_total, facet_tile;
END $$;

-- Emptying the records at once fires no trigger of the above.
CREATE FUNCTION counts_after_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    PERFORM refresh_counts();
    RETURN NULL;
END $$;
CREATE TRIGGER counts_truncate AFTER TRUNCATE ON project_facet
    FOR EACH STATEMENT EXECUTE FUNCTION counts_after_truncate();

-- What is asked together lies together: rows are written in the order of areas and tiles.
-- Rows that were appended become sums, when they are more than a tenth of all. What is deleted is what is added up: rows
-- that others append meanwhile stay. Returns how many rows went.
CREATE FUNCTION tidy_counts() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp SET jit = off AS $$
DECLARE
    held integer;
    needed integer;
BEGIN
    PERFORM pg_advisory_xact_lock(7305126);
    SELECT sum(rows), count(*) INTO held, needed
      FROM (SELECT count(*) AS rows FROM facet_count GROUP BY place_key, sort_key, link_key) AS grouped;
    IF coalesce(held, 0) <= needed * 1.1 + 1000 THEN
        RETURN 0;
    END IF;
    WITH gone AS (DELETE FROM facet_count RETURNING *)
    INSERT INTO facet_count SELECT place_key, sort_key, link_key, sum(n) FROM gone GROUP BY 1, 2, 3 HAVING sum(n) <> 0
     ORDER BY 1;
    WITH gone AS (DELETE FROM facet_total RETURNING *)
    INSERT INTO facet_total SELECT sort_key, link_key, sum(n) FROM gone GROUP BY 1, 2 HAVING sum(n) <> 0;
    WITH gone AS (DELETE FROM facet_tile RETURNING *)
    INSERT INTO facet_tile SELECT tile, sort_key, link_key, sum(n), sum(sum_x), sum(sum_y) FROM gone GROUP BY 1, 2, 3
    HAVING sum(n) <> 0 ORDER BY 1;
    RETURN held - (SELECT count(*) FROM facet_count);
END $$;

-- Whether what is kept is what the facets say, in one snapshot.
CREATE FUNCTION counts_agree() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp SET jit = off AS $$
    SELECT NOT EXISTS (
        SELECT FROM (SELECT place_key, sort_key, link_key, -1 AS n FROM project_facet WHERE published
                     UNION ALL SELECT place_key, sort_key, link_key, n FROM facet_count) AS both_sides
         GROUP BY place_key, sort_key, link_key HAVING sum(n) <> 0)
       AND NOT EXISTS (
        SELECT FROM (SELECT sort_key, link_key, -1 AS n FROM project_facet WHERE published
                     UNION ALL SELECT sort_key, link_key, n FROM facet_total) AS both_sides
         GROUP BY sort_key, link_key HAVING sum(n) <> 0)
       AND NOT EXISTS (
        SELECT FROM (SELECT tile >> 6 AS tile, sort_key, link_key, -1 AS n, -spot_x::bigint AS x, -spot_y::bigint AS y
                       FROM project_facet WHERE published AND tile IS NOT NULL AND precision BETWEEN 1 AND 3
                     UNION ALL SELECT tile, sort_key, link_key, n, sum_x, sum_y FROM facet_tile) AS both_sides
         GROUP BY tile, sort_key, link_key HAVING (sum(n), sum(x), sum(y)) <> (0, 0, 0))
$$;

SELECT refresh_counts();

REVOKE ALL ON FUNCTION spot_x(geometry), spot_y(geometry), tile_key(geometry), counts_after_facets(), refresh_counts(),
    counts_after_truncate(), tidy_counts(), counts_agree() FROM PUBLIC;
