-- New fields of a record, and what lists and sums need of its money and its steps, derived like the rest of the facet.

ALTER TABLE project DROP COLUMN land, DROP COLUMN key_project_years,
    ADD COLUMN ownership text CONSTRAINT ck_project_ownership_in_list CHECK (ownership IN ('公办', '民办', '混合')),
    ADD COLUMN open_to_capital text CONSTRAINT ck_project_open_to_capital_in_list
        CHECK (open_to_capital IN ('是', '否')),
    ADD COLUMN capital_sought numeric(20, 6) CONSTRAINT ck_project_capital_sought_not_negative
        CHECK (capital_sought >= 0),
    ADD COLUMN land_status text CONSTRAINT ck_project_land_status_in_list
        CHECK (land_status IN ('未落实', '已选址', '已征收', '净地', '现有场地')),
    ADD COLUMN cooperation text,
    ADD COLUMN key_lists text;
GRANT SELECT (ownership, open_to_capital, capital_sought, land_status, cooperation, key_lists) ON project
    TO atlas_anonymous;

ALTER TABLE project_facet
    ADD COLUMN line_count integer NOT NULL DEFAULT 0, ADD COLUMN line_sum numeric(20, 6) NOT NULL DEFAULT 0,
    ADD COLUMN committed numeric(20, 6) NOT NULL DEFAULT 0, ADD COLUMN received numeric(20, 6) NOT NULL DEFAULT 0,
    ADD COLUMN milestone_count integer NOT NULL DEFAULT 0, ADD COLUMN due_on date, ADD COLUMN due_code text;

-- As in 0003, with sums of the finance lines and the first step that is planned and not done.
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
       project.owner_unit_id, project.published,
       money.line_count, money.line_sum, money.committed, money.received,
       steps.milestone_count, steps.due_on, steps.due_code
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
 CROSS JOIN LATERAL (
        SELECT count(*)::integer AS line_count, coalesce(sum(amount), 0) AS line_sum,
               coalesce(sum(amount) FILTER (WHERE status IN ('批复', '到位', '支付')), 0) AS committed,
               coalesce(sum(amount) FILTER (WHERE status IN ('到位', '支付')), 0) AS received
          FROM finance_line WHERE finance_line.project_id = project.id) AS money
 CROSS JOIN LATERAL (
        SELECT count(*)::integer AS milestone_count,
               min(planned_on) FILTER (WHERE actual_on IS NULL) AS due_on,
               (array_agg(code ORDER BY planned_on, id)
                    FILTER (WHERE actual_on IS NULL AND planned_on IS NOT NULL))[1] AS due_code
          FROM milestone WHERE milestone.project_id = project.id) AS steps
 WHERE project.deleted_at IS NULL AND project.merged_into_id IS NULL;


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
        support_ids, duty_ids, aliases, search, owner_unit_id, published, line_count, line_sum, committed, received,
        milestone_count, due_on, due_code)
    SELECT * FROM project_facet_source WHERE keys IS NULL OR project_id = ANY (keys);
    PERFORM refresh_place_issues(keys);
    PERFORM mark_edit();
END $$;


CREATE TRIGGER facets_insert AFTER INSERT ON milestone REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write('project_id');
CREATE TRIGGER facets_update AFTER UPDATE ON milestone REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write('project_id');
CREATE TRIGGER facets_delete AFTER DELETE ON milestone REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION facets_after_write('project_id');

-- Total and sums are read together, always.
SELECT refresh_facets();
