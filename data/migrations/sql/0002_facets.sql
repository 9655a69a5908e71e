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

CREATE VIEW project_facet_source AS
WITH best_place AS (
    SELECT DISTINCT ON (project_id) project_id, precision, method, basis, datum_entered, source, county_code, near_line
      FROM project_place ORDER BY project_id, is_primary DESC, precision, position
), places AS (
    SELECT project_id, array_agg(DISTINCT county_code) FILTER (WHERE county_code IS NOT NULL) AS county_codes,
           CASE WHEN count(*) = 1 THEN (array_agg(geom))[1] ELSE ST_Collect(geom ORDER BY position) END AS geom
      FROM project_place GROUP BY project_id
), links AS (
    SELECT link.project_id, array_agg(DISTINCT task.source_id) AS document_ids,
           array_agg(DISTINCT task.id) AS task_ids, string_agg(DISTINCT link.printed_name, ' ') AS printed
      FROM task_link link JOIN task ON task.id = link.task_id GROUP BY link.project_id
), roles AS (
    SELECT link.project_id, unit.role, unit.unit_id
      FROM task_link link JOIN task_unit unit ON unit.task_id = link.task_id
    UNION SELECT project_id, role, unit_id FROM project_party
), units AS (
    SELECT project_id, array_agg(DISTINCT unit_id) FILTER (WHERE role = 'lead') AS lead_ids,
           array_agg(DISTINCT unit_id) FILTER (WHERE role = 'support') AS support_ids,
           array_agg(DISTINCT unit_id) FILTER (WHERE role = 'duty') AS duty_ids
      FROM roles GROUP BY project_id
), names AS (
    SELECT project_id, array_agg(alias ORDER BY alias) AS aliases FROM project_alias GROUP BY project_id
), touched AS (
    SELECT project_id, array_agg(DISTINCT county_code) AS county_codes
      FROM project_area WHERE relation = 'touches' GROUP BY project_id
)
SELECT project.id AS project_id, project.category, project.province_code, project.prefecture_code,
       coalesce(project.county_code, CASE WHEN best_place.precision <= 3 THEN best_place.county_code END)
           AS county_code,
       coalesce(best_place.precision,
                CASE WHEN project.county_code IS NOT NULL THEN 4
                     WHEN coalesce(project.prefecture_code, project.province_code, project.zone_id) IS NOT NULL THEN 5
                     ELSE 0 END)::smallint AS precision,
       places.geom, best_place.method AS place_method, best_place.basis AS place_basis,
       best_place.datum_entered AS place_datum, best_place.source AS place_source,
       coalesce(best_place.near_line, false) AS near_line,
       funding_status(project.id, project.total_investment) AS funding_status,
       ARRAY(SELECT DISTINCT code FROM unnest(
           ARRAY[project.province_code, project.prefecture_code, project.county_code]
           || coalesce(places.county_codes, '{}') || coalesce(touched.county_codes, '{}')) AS code
           WHERE code IS NOT NULL ORDER BY code) AS area_codes,
       coalesce(links.document_ids, '{}') AS document_ids, coalesce(links.task_ids, '{}') AS task_ids,
       coalesce(units.lead_ids, '{}') AS lead_ids, coalesce(units.support_ids, '{}') AS support_ids,
       coalesce(units.duty_ids, '{}') AS duty_ids, coalesce(names.aliases, '{}') AS aliases,
       lower(concat_ws(' ', project.id, project.name, array_to_string(names.aliases, ' '), links.printed,
                       project.township, project.address, zone.name)) AS search
  FROM project
  LEFT JOIN best_place ON best_place.project_id = project.id
  LEFT JOIN places ON places.project_id = project.id
  LEFT JOIN links ON links.project_id = project.id
  LEFT JOIN units ON units.project_id = project.id
  LEFT JOIN names ON names.project_id = project.id
  LEFT JOIN touched ON touched.project_id = project.id
  LEFT JOIN zone ON zone.id = project.zone_id
 WHERE project.deleted_at IS NULL AND project.merged_into_id IS NULL;

CREATE FUNCTION refresh_facets(keys text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    DELETE FROM project_facet WHERE keys IS NULL OR project_id = ANY (keys);
    INSERT INTO project_facet SELECT * FROM project_facet_source
     WHERE keys IS NULL OR project_id = ANY (keys);
    PERFORM refresh_place_issues(keys);
END $$;

-- A declared county that disagrees with the point, and a point too near a line to be sure, are issues.
CREATE FUNCTION refresh_place_issues(keys text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    DELETE FROM data_issue WHERE code IN ('coordinates_outside_county', 'near_county_line')
       AND (keys IS NULL OR project_id = ANY (keys));
    INSERT INTO data_issue (project_id, code, severity, field, value, action, remedy)
    SELECT DISTINCT ON (project.id) project.id, 'coordinates_outside_county', 'warning', 'county_code',
           concat(project.county_code, ' / ', coalesce(place.county_code, '-')), 'kept both',
           'check the coordinates, their datum and the declared county'
      FROM project_place place JOIN project ON project.id = place.project_id
     WHERE project.county_code IS NOT NULL AND place.county_code IS DISTINCT FROM project.county_code
       AND GeometryType(place.geom) = 'POINT' AND project.deleted_at IS NULL
       AND (keys IS NULL OR project.id = ANY (keys))
     ORDER BY project.id, place.position;
    INSERT INTO data_issue (project_id, code, severity, field, value, action, remedy)
    SELECT DISTINCT ON (place.project_id) place.project_id, 'near_county_line', 'notice', 'geom',
           coalesce(place.county_code, '-'), 'flagged',
           'within 500 m of a county line: confirm the county with the office'
      FROM project_place place JOIN project ON project.id = place.project_id
     WHERE place.near_line AND place.precision <= 2 AND project.deleted_at IS NULL
       AND (keys IS NULL OR project.id = ANY (keys))
     ORDER BY place.project_id, place.position;
$$;

CREATE FUNCTION facets_after_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE keys text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM old_rows', TG_ARGV[0]) INTO keys;
    ELSIF TG_OP = 'INSERT' THEN
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM new_rows', TG_ARGV[0]) INTO keys;
    ELSE
        EXECUTE format('SELECT array_agg(DISTINCT key) FROM (SELECT %1$I AS key FROM old_rows'
                       ' UNION SELECT %1$I FROM new_rows) AS both_rows', TG_ARGV[0]) INTO keys;
    END IF;
    IF keys IS NOT NULL THEN
        PERFORM refresh_facets(keys);
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE subject text;
BEGIN
    FOREACH subject IN ARRAY ARRAY['project', 'project_alias', 'project_area', 'project_place', 'project_party',
                                   'task_link', 'finance_line'] LOOP
        EXECUTE format('CREATE TRIGGER facets_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write(%L)',
            subject, CASE subject WHEN 'project' THEN 'id' ELSE 'project_id' END);
        EXECUTE format('CREATE TRIGGER facets_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows'
            ' NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write(%L)',
            subject, CASE subject WHEN 'project' THEN 'id' ELSE 'project_id' END);
        EXECUTE format('CREATE TRIGGER facets_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write(%L)',
            subject, CASE subject WHEN 'project' THEN 'id' ELSE 'project_id' END);
    END LOOP;
END $$;
