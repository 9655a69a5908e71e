-- What lists, filters and the map need of one record, derived here and nowhere else.

-- The rule of the standards: 未报 until a finance line says something; then how far approval and receipt cover the
-- known total. With an unknown total nothing can be called covered.
CREATE FUNCTION funding_status(project_key text, total numeric) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN count(*) = 0 THEN '未报'
        WHEN total > 0 AND sum(amount) FILTER (WHERE status IN ('到位', '支付')) >= total THEN '已到位'
        WHEN sum(amount) FILTER (WHERE status IN ('到位', '支付')) > 0 THEN '部分到位'
        WHEN total > 0 AND sum(amount) FILTER (WHERE status IN ('批复', '到位', '支付')) >= total THEN '已落实'
        WHEN sum(amount) FILTER (WHERE status IN ('批复', '到位', '支付')) > 0 THEN '部分落实'
        ELSE '未落实'
    END
    FROM finance_line WHERE finance_line.project_id = project_key
$$;

-- Every part is looked up record by record through an index, so that one edit costs one record and a full rebuild
-- costs one pass.
--   best     the place that speaks for the record: the primary one, else the most precise
--   places   all its places; a point known to county or coarser is not drawn, a line or polygon always is
--   home     the county it lies in: declared, else the one county of its best place, when that is good for a county
--   around   every county it lies in or touches (worked out once: OFFSET 0 keeps it from being copied to each use)
--   above    the prefectures and provinces of those
CREATE VIEW project_facet_source AS
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
                       project.township, project.address, zone.name)) AS search
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

-- A declared county that disagrees with a place, and a point too near a line to be sure, are issues. A place in a
-- county that the record touches is no disagreement.
CREATE VIEW place_issue_source AS
SELECT DISTINCT ON (place.project_id) place.project_id, 'coordinates_outside_county' AS code, 'warning' AS severity,
       'county_code' AS field, concat(project.county_code, ' / ', coalesce(place.county_code, '-')) AS value,
       'kept both' AS action, 'check the coordinates, their datum and the declared county' AS remedy
  FROM project_place place JOIN project ON project.id = place.project_id
 WHERE project.deleted_at IS NULL AND project.merged_into_id IS NULL AND project.county_code IS NOT NULL
   AND NOT project.county_code = ANY (place.county_codes)
   AND NOT EXISTS (SELECT FROM project_area touched WHERE touched.project_id = place.project_id
                      AND touched.relation = 'touches' AND touched.county_code = ANY (place.county_codes))
 ORDER BY place.project_id, place.position;

CREATE VIEW line_issue_source AS
SELECT DISTINCT ON (place.project_id) place.project_id, 'near_county_line' AS code, 'notice' AS severity,
       'geom' AS field, coalesce(place.county_code, '-') AS value, 'flagged' AS action,
       'within 500 m of a county line: confirm the county with the office' AS remedy
  FROM project_place place JOIN project ON project.id = place.project_id
 WHERE place.near_line AND place.precision <= 2
   AND project.deleted_at IS NULL AND project.merged_into_id IS NULL
 ORDER BY place.project_id, place.position;

-- An issue that still holds keeps the day it was found.
CREATE FUNCTION refresh_place_issues(keys text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    DELETE FROM data_issue issue
     WHERE issue.code IN ('coordinates_outside_county', 'near_county_line')
       AND (keys IS NULL OR issue.project_id = ANY (keys))
       AND NOT EXISTS (SELECT FROM place_issue_source found
                        WHERE found.project_id = issue.project_id AND found.code = issue.code)
       AND NOT EXISTS (SELECT FROM line_issue_source found
                        WHERE found.project_id = issue.project_id AND found.code = issue.code);
    INSERT INTO data_issue (project_id, code, severity, field, value, action, remedy)
    SELECT found.* FROM (SELECT * FROM place_issue_source UNION ALL SELECT * FROM line_issue_source) AS found
     WHERE keys IS NULL OR found.project_id = ANY (keys)
        ON CONFLICT (project_id, code, field) DO UPDATE SET value = excluded.value
     WHERE data_issue.value <> excluded.value;
END $$;

-- The records are locked first: of two transactions that edit parts of one record, the second derives after the first
-- is done, and sees what it wrote.
CREATE FUNCTION refresh_facets(keys text[] DEFAULT NULL) RETURNS void
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
        support_ids, duty_ids, aliases, search)
    SELECT * FROM project_facet_source WHERE keys IS NULL OR project_id = ANY (keys);
    PERFORM refresh_place_issues(keys);
END $$;

-- Arguments: the column that names the record; where it names something else (a task, a zone), a query from those
-- keys ($1) to records.
CREATE FUNCTION facets_after_write() RETURNS trigger
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
    IF keys IS NOT NULL THEN
        PERFORM refresh_facets(keys);
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    of_tasks text := 'SELECT project_id FROM task_link WHERE task_id = ANY ($1)';
    of_zones text := 'SELECT id FROM project WHERE zone_id = ANY ($1)';
    watched text[] := ARRAY[['project', 'id', ''], ['project_alias', 'project_id', ''],
        ['project_area', 'project_id', ''], ['project_place', 'project_id', ''], ['project_party', 'project_id', ''],
        ['task_link', 'project_id', ''], ['finance_line', 'project_id', ''], ['task', 'id', of_tasks],
        ['task_unit', 'task_id', of_tasks], ['zone', 'id', of_zones]];
    subject text[];
    arguments text;
BEGIN
    FOREACH subject SLICE 1 IN ARRAY watched LOOP
        arguments := quote_literal(subject[2]) || CASE subject[3] WHEN '' THEN '' ELSE ', ' || quote_literal(subject[3]) END;
        EXECUTE format('CREATE TRIGGER facets_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write(%s)', subject[1], arguments);
        EXECUTE format('CREATE TRIGGER facets_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows'
            ' NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write(%s)',
            subject[1], arguments);
        EXECUTE format('CREATE TRIGGER facets_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write(%s)', subject[1], arguments);
    END LOOP;
END $$;
