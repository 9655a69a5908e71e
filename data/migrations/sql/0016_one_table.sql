-- What filters ask and figures add up stands in the facet: one narrow table is read where two were joined, the wide one
-- among them. Written with the rest of the facet, by the same function and never by hand.
ALTER TABLE project_facet
    ADD COLUMN kind text,
    ADD COLUMN parent_id text,
    ADD COLUMN zone_id text,
    ADD COLUMN township_code text,
    ADD COLUMN township text,
    ADD COLUMN stage text,
    ADD COLUMN promotion_stage text,
    ADD COLUMN delivery_mode text,
    ADD COLUMN ownership text,
    ADD COLUMN land_status text,
    ADD COLUMN basis text,
    ADD COLUMN total_investment numeric(20, 6),
    ADD COLUMN beds integer,
    ADD COLUMN floor_area_m2 numeric,
    ADD COLUMN land_mu numeric;

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
        milestone_count, due_on, due_code, kind, parent_id, zone_id, township_code, township, stage, promotion_stage,
        delivery_mode, ownership, land_status, basis, total_investment, beds, floor_area_m2, land_mu)
    SELECT source.*, project.kind, project.parent_id, project.zone_id, project.township_code, project.township,
           project.stage, project.promotion_stage, project.delivery_mode, project.ownership, project.land_status,
           project.basis, project.total_investment, project.beds, project.floor_area_m2, project.land_mu
      FROM project_facet_source AS source JOIN project ON project.id = source.project_id
     WHERE keys IS NULL OR source.project_id = ANY (keys);
    PERFORM refresh_place_issues(keys);
    PERFORM mark_edit();
END $$;

SELECT refresh_facets();

ALTER TABLE project_facet
    ALTER COLUMN kind SET NOT NULL,
    ALTER COLUMN stage SET NOT NULL,
    ALTER COLUMN promotion_stage SET NOT NULL,
    ALTER COLUMN delivery_mode SET NOT NULL,
    ALTER COLUMN basis SET NOT NULL;
