-- Facets carry owner and publication; every change to what lists and maps show leaves a mark for caches.

CREATE FUNCTION mark_edit() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    INSERT INTO edit_mark (transaction_id) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING
$$;

-- As in 0002, with the owner and whether it is published.
CREATE OR REPLACE VIEW project_facet_source AS
SELECT project.id AS project_id, project.category,
       coalesce(project.province_code, lineage.province_code) AS province_code,
       coalesce(project.prefecture_code, lineage.prefecture_code) AS prefecture_code,
       home.county_code,
       coalesce(best.precision,
                CASE WHEN project.county_code IS NOT NULL THEN 4
                     WHEN coalesce(project.prefecture_code, project.province_code, project.zone_id) IS NOT NULL THEN 5
                     ELSE 0 END)::smallint AS precision,
       places.geom, best.method AS place_method, best.basis AS place_basis, best.datum_entered AS place_datum,
       best.source AS place_source, coalesce(best.near_line, false) AS near_line,
       funding_status(project.id, project.total_investment) AS funding_status,
       ARRAY(SELECT DISTINCT code FROM unnest(
                ARRAY[project.province_code, project.prefecture_code, lineage.province_code, lineage.prefecture_code]
                || around.codes || above.codes) AS code
              WHERE code IS NOT NULL ORDER BY code) AS area_codes,
       array_remove(around.codes, home.county_code) AS touches,
       links.document_ids, links.task_ids, units.lead_ids, units.support_ids, units.duty_ids, names.aliases,
       lower(concat_ws(' ', project.id, project.name, array_to_string(names.aliases, ' '), links.printed,
                       project.township, project.address, zone.name)) AS search,
       project.owner_unit_id, project.published
  FROM project
  LEFT JOIN zone ON zone.id = project.zone_id
  LEFT JOIN LATERAL (
        SELECT place.* FROM project_place place WHERE place.project_id = project.id
         ORDER BY place.is_primary DESC, place.precision, place.position LIMIT 1) AS best ON true
 CROSS JOIN LATERAL (
        SELECT CASE count(*) WHEN 0 THEN NULL WHEN 1 THEN (array_agg(place.geom))[1]
                    ELSE ST_CollectionHomogenize(ST_Collect(place.geom ORDER BY place.position)) END AS geom
          FROM project_place place WHERE place.project_id = project.id
           AND (place.precision <= 3 OR ST_Dimension(place.geom) > 0)) AS places
 CROSS JOIN LATERAL (
        SELECT coalesce(project.county_code, CASE WHEN best.precision <= 4 AND cardinality(best.county_codes) = 1
                                                  THEN best.county_codes[1] END) AS county_code) AS home
 CROSS JOIN LATERAL (
        SELECT CASE WHEN count(DISTINCT area.prefecture_code) = 1 THEN min(area.prefecture_code) END
                   AS prefecture_code,
               CASE WHEN count(DISTINCT area.province_code) = 1 THEN min(area.province_code) END AS province_code
          FROM area WHERE area.level = 'county'
           AND area.code = ANY (CASE WHEN home.county_code IS NULL THEN best.county_codes
                                     ELSE ARRAY[home.county_code] END)) AS lineage
 CROSS JOIN LATERAL (
        SELECT ARRAY(SELECT home.county_code WHERE home.county_code IS NOT NULL
                     UNION SELECT unnest(place.county_codes) FROM project_place place
                            WHERE place.project_id = project.id
                     UNION SELECT touched.county_code FROM project_area touched
                            WHERE touched.project_id = project.id AND touched.relation = 'touches'
                     ORDER BY 1) AS codes OFFSET 0) AS around
 CROSS JOIN LATERAL (
        SELECT ARRAY(SELECT area.prefecture_code FROM area
                      WHERE area.level = 'county' AND area.code = ANY (around.codes)
                     UNION SELECT area.province_code FROM area
                      WHERE area.level = 'county' AND area.code = ANY (around.codes)) AS codes) AS above
 CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT task.source_id), '{}') AS document_ids,
               coalesce(array_agg(DISTINCT task.id), '{}') AS task_ids,
               string_agg(DISTINCT link.printed_name, ' ') AS printed
          FROM task_link link JOIN task ON task.id = link.task_id WHERE link.project_id = project.id) AS links
 CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT unit_id) FILTER (WHERE role = 'lead'), '{}') AS lead_ids,
               coalesce(array_agg(DISTINCT unit_id) FILTER (WHERE role = 'support'), '{}') AS support_ids,
               coalesce(array_agg(DISTINCT unit_id) FILTER (WHERE role = 'duty'), '{}') AS duty_ids
          FROM (SELECT unit.role, unit.unit_id FROM task_link link JOIN task_unit unit ON unit.task_id = link.task_id
                 WHERE link.project_id = project.id
                UNION ALL SELECT role, unit_id FROM project_party WHERE project_id = project.id) AS roles) AS units
 CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(alias ORDER BY alias), '{}') AS aliases
          FROM project_alias WHERE project_id = project.id) AS names
 WHERE project.deleted_at IS NULL AND project.merged_into_id IS NULL;

-- The records are locked first: of two transactions that edit parts of one record, the second derives after the first
-- is done, and sees what it wrote.
CREATE OR REPLACE FUNCTION refresh_facets(keys text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = atlas, public, pg_temp SET jit = off SET enable_seqscan = off AS $$
BEGIN
    IF keys IS NULL THEN
        LOCK TABLE project IN EXCLUSIVE MODE;
        DELETE FROM project_facet;
    ELSE
        PERFORM FROM project WHERE id = ANY (keys) ORDER BY id FOR NO KEY UPDATE;
        DELETE FROM project_facet WHERE project_id = ANY (keys);
    END IF;
    INSERT INTO project_facet (
        project_id, category, province_code, prefecture_code, county_code, precision, geom, place_method, place_basis,
        place_datum, place_source, near_line, funding_status, area_codes, touches, document_ids, task_ids, lead_ids,
        support_ids, duty_ids, aliases, search, owner_unit_id, published)
    SELECT * FROM project_facet_source WHERE keys IS NULL OR project_id = ANY (keys);
    PERFORM refresh_place_issues(keys);
    PERFORM mark_edit();
END $$;

-- What guards the data looks at all of it, whoever writes, and nobody's temporary table stands in for ours.
ALTER FUNCTION place_before_write() SET search_path = atlas, public, pg_temp;
ALTER FUNCTION create_slots(text) SET search_path = atlas, public, pg_temp;
ALTER FUNCTION slot_before_write() SECURITY DEFINER SET search_path = atlas, public, pg_temp;
ALTER FUNCTION slots_add_up() SECURITY DEFINER SET search_path = atlas, public, pg_temp;
ALTER FUNCTION programme_keeps_slots() SECURITY DEFINER SET search_path = atlas, public, pg_temp;

SELECT refresh_facets();
