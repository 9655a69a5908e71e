-- Owner units: every area, zone and department, one row per code or id.

-- A code that stands at several levels (a city without counties, a municipality) is one unit: a county where it stands
-- at county level, else what the code itself is. What was set about a unit (``reviewed``) survives. A unit that is
-- gone keeps what names it, and goes when nothing does.
CREATE FUNCTION refresh_owner_units() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE units integer;
BEGIN
    CREATE TEMP TABLE wanted_unit ON COMMIT DROP AS
    WITH place AS (
        SELECT DISTINCT ON (code) code, level, name, prefecture_code, province_code FROM area
         WHERE level <> 'nation'
         ORDER BY code, level = 'county' DESC, stand_in, level = 'province' DESC
    )
    SELECT DISTINCT ON (id) * FROM (
        SELECT code AS id, level AS kind, name, code AS area_code, prefecture_code, province_code, 1 AS turn FROM place
        UNION ALL
        SELECT zone.id, 'zone', zone.name, zone.prefecture_code, zone.prefecture_code, place.province_code, 2
          FROM zone LEFT JOIN place ON place.code = zone.prefecture_code
        UNION ALL
        SELECT unit.id, 'department', unit.name, coalesce(unit.area_code, '100000'), place.prefecture_code,
               place.province_code, 3
          FROM unit LEFT JOIN place ON place.code = unit.area_code WHERE unit.kind = 'department') AS found
     ORDER BY id, turn;
    INSERT INTO owner_unit AS present (id, kind, name, area_code, prefecture_code, province_code)
    SELECT id, kind, name, area_code, prefecture_code, province_code FROM wanted_unit
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, area_code = excluded.area_code,
           prefecture_code = excluded.prefecture_code, province_code = excluded.province_code
     WHERE (present.kind, present.name, present.area_code, present.prefecture_code, present.province_code)
           IS DISTINCT FROM (excluded.kind, excluded.name, excluded.area_code, excluded.prefecture_code,
                             excluded.province_code);
    DELETE FROM owner_unit gone WHERE NOT EXISTS (SELECT FROM wanted_unit WHERE wanted_unit.id = gone.id)
       AND NOT EXISTS (SELECT FROM project WHERE owner_unit_id = gone.id)
       AND NOT EXISTS (SELECT FROM account WHERE unit_id = gone.id)
       AND NOT EXISTS (SELECT FROM change_set WHERE unit_id = gone.id);
    SELECT count(*) INTO units FROM wanted_unit;
    DROP TABLE wanted_unit;
    RETURN units;
END $$;

-- A record belongs to its county; while that is open, to its zone, prefecture or province.
CREATE FUNCTION owner_of(county text, zone_key text, prefecture text, province text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT owner_unit.id FROM unnest(ARRAY[county, zone_key, prefecture, province]) WITH ORDINALITY AS found (id, turn)
      JOIN owner_unit USING (id) ORDER BY turn LIMIT 1
$$;

CREATE FUNCTION give_owners() RETURNS void LANGUAGE sql AS $$
    UPDATE project SET owner_unit_id = owner_of(county_code, zone_id, prefecture_code, province_code)
     WHERE owner_unit_id IS NULL AND owner_of(county_code, zone_id, prefecture_code, province_code) IS NOT NULL
$$;

INSERT INTO access_policy (id, anonymous_reads) VALUES (1, true);
SELECT refresh_owner_units();
SELECT give_owners();
