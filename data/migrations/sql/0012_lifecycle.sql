-- Dated steps of a record in one row, and when an office last wrote into it: what the monthly dispatch counts by.

-- The codes in the order in which the steps usually come; ``planned`` and ``actual`` below stand in this order.
CREATE FUNCTION milestone_codes() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['projectApproval', 'siteSelection', 'landApproval', 'environmentalApproval', 'planningPermit',
                 'commercialClose',
                 'contractPerformed', 'landed', 'financialClose', 'constructionPermit', 'commencement',
                 'completion', 'commissioning']
$$;

-- One row per record. A date that nobody gave is null; ``open_on`` are the planned dates of steps without an actual
-- date, in order, so that width_bucket counts those up to a day. ``filed_at`` is null while only documents were loaded.
CREATE TABLE project_schedule (
    project_id text NOT NULL,
    owner_unit_id text,
    published boolean NOT NULL,
    filed_at timestamp with time zone,
    planned date[] NOT NULL,
    actual date[] NOT NULL,
    open_on date[] NOT NULL,
    CONSTRAINT pk_project_schedule PRIMARY KEY (project_id),
    CONSTRAINT fk_project_schedule_project_id_project FOREIGN KEY (project_id) REFERENCES project (id) ON DELETE CASCADE
);

-- Whoever sees a record in lists sees its dates: owner and publication stand here too, as in the facet, for a policy
-- that had to look them up row by row would cost more than the question. A record that is gone is nobody's.
ALTER TABLE project_schedule ENABLE ROW LEVEL SECURITY;
CREATE POLICY anonymous_reads ON project_schedule FOR SELECT TO atlas_anonymous USING (
    published AND (SELECT anonymous_reads()));
CREATE POLICY reads ON project_schedule FOR SELECT TO atlas_app USING (
    (published AND (SELECT signed_in())) OR (SELECT sees_everything())
    OR owner_unit_id = ANY ((SELECT readable_units())::text[]));
GRANT SELECT ON project_schedule TO atlas_app, atlas_anonymous;

CREATE FUNCTION refresh_schedule(keys text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    INSERT INTO project_schedule AS held (project_id, owner_unit_id, published, filed_at, planned, actual, open_on)
    SELECT project.id, project.owner_unit_id, project.published,
           CASE WHEN project.updated_by <> 'system' THEN project.updated_at END, steps.*
      FROM project CROSS JOIN LATERAL (
              SELECT ARRAY[max(planned_on) FILTER (WHERE code = 'projectApproval'),
                     max(planned_on) FILTER (WHERE code = 'siteSelection'),
                     max(planned_on) FILTER (WHERE code = 'landApproval'),
                     max(planned_on) FILTER (WHERE code = 'environmentalApproval'),
                     max(planned_on) FILTER (WHERE code = 'planningPermit'),
                     max(planned_on) FILTER (WHERE code = 'commercialClose'),
                     max(planned_on) FILTER (WHERE code = 'contractPerformed'),
                     max(planned_on) FILTER (WHERE code = 'landed'),
                     max(planned_on) FILTER (WHERE code = 'financialClose'),
                     max(planned_on) FILTER (WHERE code = 'constructionPermit'),
                     max(planned_on) FILTER (WHERE code = 'commencement'),
                     max(planned_on) FILTER (WHERE code = 'completion'),
                     max(planned_on) FILTER (WHERE code = 'commissioning')] AS planned,
                     ARRAY[max(actual_on) FILTER (WHERE code = 'projectApproval'),
                     max(actual_on) FILTER (WHERE code = 'siteSelection'),
                     max(actual_on) FILTER (WHERE code = 'landApproval'),
                     max(actual_on) FILTER (WHERE code = 'environmentalApproval'),
                     max(actual_on) FILTER (WHERE code = 'planningPermit'),
                     max(actual_on) FILTER (WHERE code = 'commercialClose'),
                     max(actual_on) FILTER (WHERE code = 'contractPerformed'),
                     max(actual_on) FILTER (WHERE code = 'landed'),
                     max(actual_on) FILTER (WHERE code = 'financialClose'),
                     max(actual_on) FILTER (WHERE code = 'constructionPermit'),
                     max(actual_on) FILTER (WHERE code = 'commencement'),
                     max(actual_on) FILTER (WHERE code = 'completion'),
                     max(actual_on) FILTER (WHERE code = 'commissioning')] AS actual,
                     coalesce(array_agg(planned_on ORDER BY planned_on)
                                  FILTER (WHERE planned_on IS NOT NULL AND actual_on IS NULL), '{}') AS open_on
                FROM milestone WHERE milestone.project_id = project.id) AS steps
     WHERE project.id = ANY (keys)
        ON CONFLICT (project_id) DO UPDATE
       SET owner_unit_id = excluded.owner_unit_id, published = excluded.published, planned = excluded.planned,
           actual = excluded.actual, open_on = excluded.open_on
$$;

-- Derived with the facet, whatever made that necessary.
CREATE FUNCTION schedule_after_facet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    PERFORM refresh_schedule((SELECT array_agg(project_id) FROM new_rows));
    RETURN NULL;
END $$;
CREATE FUNCTION schedule_without_facet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    UPDATE project_schedule held SET owner_unit_id = NULL, published = false
      FROM old_rows JOIN project ON project.id = old_rows.project_id
     WHERE held.project_id = project.id AND (project.deleted_at IS NOT NULL OR project.merged_into_id IS NOT NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER schedule_delete AFTER DELETE ON project_facet REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schedule_without_facet();
CREATE TRIGGER schedule_insert AFTER INSERT ON project_facet REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schedule_after_facet();

-- History tells an office's word from a load of the library: only the former is an update of the record.
CREATE FUNCTION filed_after_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    UPDATE project_schedule held SET filed_at = written.at
      FROM (SELECT project_id, max(changed_at) AS at FROM new_rows WHERE changed_by <> 'system' GROUP BY 1) AS written
     WHERE held.project_id = written.project_id AND (held.filed_at IS NULL OR held.filed_at < written.at);
    RETURN NULL;
END $$;
CREATE TRIGGER filed_insert AFTER INSERT ON history REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION filed_after_history();

SELECT refresh_schedule((SELECT array_agg(project_id) FROM project_facet));
UPDATE project_schedule held SET filed_at = written.at
  FROM (SELECT project_id, max(changed_at) AS at FROM history WHERE changed_by <> 'system' GROUP BY 1) AS written
 WHERE held.project_id = written.project_id;

-- A phase belongs to a whole, the whole to something larger, and never back to the phase. Looked at when a
-- statement ends, so that records may change places within it; one transaction at a time, so that no two close a ring
-- that neither sees.
CREATE FUNCTION parents_end() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE ring text;
BEGIN
    PERFORM pg_advisory_xact_lock(7305118);
    WITH RECURSIVE above AS (
        SELECT id, parent_id FROM project WHERE id = NEW.id
        UNION ALL SELECT project.id, project.parent_id FROM above JOIN project ON project.id = above.parent_id
    ) CYCLE id SET looped USING way
    SELECT id INTO ring FROM above WHERE looped LIMIT 1;
    IF ring IS NOT NULL THEN
        RAISE EXCEPTION 'record % would be a part of itself (parent_id of %)', ring, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'parents_end';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER parents_end AFTER INSERT OR UPDATE OF parent_id ON project DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION parents_end();

REVOKE ALL ON FUNCTION milestone_codes(), refresh_schedule(text[]), schedule_after_facet(), schedule_without_facet(),
    filed_after_history(), parents_end() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION milestone_codes() TO atlas_app, atlas_anonymous;
