-- Who reads and writes what. Rights say which tables and columns a role may touch at all, policies which rows. Row-level
-- security is enabled and not forced: the owner of the tables derives facets, loads, migrates and backs up, and has to
-- see every row (pg_dump refuses to dump what a policy could thin out). The pages never act as the owner.

GRANT USAGE ON SCHEMA atlas TO atlas_app, atlas_anonymous, atlas_door;

-- ---- reading ----

GRANT SELECT ON source, area, area_part, map_line, township, village, zone, zone_area, census_figure, loaded, unit,
    unit_alias, task, task_unit, project_alias, project_area, project_place, task_link, project_party, finance_line,
    annual_plan, milestone, project_facet, data_issue, target, owner_unit, edit_mark
    TO atlas_anonymous;
-- Nobody reads a person's name without having signed in: no contacts, no accounts.
GRANT SELECT (id, programme_id, number, state, county_code, project_id, confirmed_on) ON slot TO atlas_anonymous;
DO $$
BEGIN
    EXECUTE (SELECT format('GRANT SELECT (%s) ON project TO atlas_anonymous',
                           string_agg(quote_ident(attname), ', ' ORDER BY attnum))
               FROM pg_attribute WHERE attrelid = 'project'::regclass AND attnum > 0 AND NOT attisdropped
                AND attname NOT IN ('contact', 'created_by', 'updated_by'));
END $$;
GRANT SELECT ON owner_unit, edit_mark, change_set, change_entry, change, history, draft, attachment, job
    TO atlas_app;
GRANT SELECT (id, name, display_name, role, unit_id, scope_code, must_change_password, last_signed_in_at, created_at)
    ON account TO atlas_app;

-- ---- writing: records are deleted softly, history and facets are written by triggers alone ----

GRANT INSERT, UPDATE ON project TO atlas_app;
GRANT INSERT, UPDATE, DELETE ON project_place, project_alias, project_area, project_party, task_link, finance_line,
    annual_plan, milestone, data_issue, draft TO atlas_app;
GRANT INSERT ON source, change_entry, change, job TO atlas_app;
-- When something was filed or brought is the database's word.
GRANT INSERT (title, kind, unit_id, filed_by, reason, source_id, job_id, counts, state, decided_at, decided_by, remark)
    ON change_set TO atlas_app;
GRANT INSERT (project_id, change_set_id, file_name, media_type, size_bytes, sha256, uploaded_by)
    ON attachment TO atlas_app;
GRANT UPDATE (state, decided_at, decided_by, remark) ON change_set TO atlas_app;
GRANT UPDATE (project_id) ON change_entry TO atlas_app;
GRANT UPDATE (decision, remark) ON change TO atlas_app;
GRANT UPDATE (removed_at) ON attachment TO atlas_app;
GRANT UPDATE (cancel_asked, state, message, finished_at) ON job TO atlas_app;
GRANT USAGE ON SEQUENCE project_place_id_seq, task_link_id_seq, finance_line_id_seq, milestone_id_seq,
    data_issue_id_seq, draft_id_seq, change_set_id_seq, change_entry_id_seq, change_id_seq, attachment_id_seq, job_id_seq
    TO atlas_app;

-- The door: who signs in, and nothing of the library.
GRANT SELECT, INSERT, UPDATE ON account TO atlas_door;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_session TO atlas_door;
GRANT SELECT, UPDATE (reviewed) ON owner_unit TO atlas_door;
GRANT SELECT ON access_policy TO atlas_door;
GRANT SELECT (code, level, name) ON area TO atlas_door;
GRANT USAGE ON SEQUENCE account_id_seq TO atlas_door;

-- ---- rows: records ----

ALTER TABLE project ENABLE ROW LEVEL SECURITY;
CREATE POLICY anonymous_reads ON project FOR SELECT TO atlas_anonymous USING (
    published AND deleted_at IS NULL AND merged_into_id IS NULL AND (SELECT anonymous_reads()));
CREATE POLICY reads ON project FOR SELECT TO atlas_app USING (
    (published AND deleted_at IS NULL AND merged_into_id IS NULL AND (SELECT signed_in()))
    OR (SELECT sees_everything()) OR owner_unit_id = ANY ((SELECT readable_units())::text[]));
CREATE POLICY inserts ON project FOR INSERT TO atlas_app WITH CHECK (
    (SELECT writes_everything()) OR owner_unit_id = ANY ((SELECT writable_units())::text[]));
CREATE POLICY updates ON project FOR UPDATE TO atlas_app
    USING ((SELECT writes_everything()) OR owner_unit_id = ANY ((SELECT writable_units())::text[]))
    WITH CHECK ((SELECT writes_everything()) OR owner_unit_id = ANY ((SELECT writable_units())::text[]));

ALTER TABLE project_facet ENABLE ROW LEVEL SECURITY;
CREATE POLICY anonymous_reads ON project_facet FOR SELECT TO atlas_anonymous USING (
    published AND (SELECT anonymous_reads()));
CREATE POLICY reads ON project_facet FOR SELECT TO atlas_app USING (
    (published AND (SELECT signed_in())) OR (SELECT sees_everything())
    OR owner_unit_id = ANY ((SELECT readable_units())::text[]));

-- What belongs to a record is read with it and written by whoever may write it.
DO $$
DECLARE
    child text;
    writes text := 'EXISTS (SELECT FROM project WHERE project.id = %1$I.project_id AND ((SELECT writes_everything())'
        ' OR project.owner_unit_id = ANY ((SELECT writable_units())::text[])))';
BEGIN
    FOREACH child IN ARRAY ARRAY['project_place', 'project_alias', 'project_area', 'project_party', 'task_link',
        'finance_line', 'annual_plan', 'milestone', 'data_issue'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY reads ON %1$I FOR SELECT TO atlas_app, atlas_anonymous'
            ' USING (EXISTS (SELECT FROM project WHERE project.id = %1$I.project_id))', child);
        EXECUTE format('CREATE POLICY inserts ON %1$I FOR INSERT TO atlas_app WITH CHECK (' || writes || ')', child);
        EXECUTE format('CREATE POLICY updates ON %1$I FOR UPDATE TO atlas_app USING (' || writes || ') WITH CHECK ('
            || writes || ')', child);
        EXECUTE format('CREATE POLICY deletes ON %1$I FOR DELETE TO atlas_app USING (' || writes || ')', child);
    END LOOP;
END $$;

-- Slots are claimed and taken through functions of their own (0006), never written by hand.
ALTER TABLE slot ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON slot FOR SELECT TO atlas_app, atlas_anonymous USING (
    EXISTS (SELECT FROM project WHERE project.id = slot.programme_id));

-- Sources that come with an office's own data; those of the library stay as they are.
ALTER TABLE source ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON source FOR SELECT TO atlas_app USING (true);
-- What an office calls its upload is no business of the public's, and the upload may still wait for its reviewer.
CREATE POLICY anonymous_reads ON source FOR SELECT TO atlas_anonymous USING (id NOT LIKE 'file-%');
CREATE POLICY inserts ON source FOR INSERT TO atlas_app WITH CHECK (
    kind IN ('file', 'office') AND (SELECT may_file()));

-- ---- rows: history, attachments ----

ALTER TABLE history ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON history FOR SELECT TO atlas_app USING (
    (SELECT sees_everything()) OR EXISTS (SELECT FROM project WHERE project.id = history.project_id));

ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON attachment FOR SELECT TO atlas_app USING (
    EXISTS (SELECT FROM project WHERE project.id = attachment.project_id));
CREATE POLICY inserts ON attachment FOR INSERT TO atlas_app WITH CHECK (
    uploaded_by = (SELECT acting_name()) AND may_file_for(project_id));
CREATE POLICY updates ON attachment FOR UPDATE TO atlas_app
    USING (may_file_for(project_id) AND (uploaded_by = (SELECT acting_name()) OR EXISTS (
        SELECT FROM project WHERE project.id = attachment.project_id AND ((SELECT writes_everything())
           OR project.owner_unit_id = ANY ((SELECT writable_units())::text[])))))
    WITH CHECK (may_file_for(project_id));

-- ---- rows: change sets ----

-- A draft is its author's alone; what is filed is seen by the filing unit, by whoever sees a record that it is about,
-- and by the reviewers over both.
ALTER TABLE change_set ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON change_set FOR SELECT TO atlas_app USING (
    filed_by = (SELECT acting_name())
    OR (state <> 'draft' AND ((SELECT sees_everything()) OR unit_id = ANY ((SELECT readable_units())::text[])
                              OR change_set_concerns_me(id))));
CREATE POLICY inserts ON change_set FOR INSERT TO atlas_app WITH CHECK (
    state IN ('draft', 'submitted') AND filed_by = (SELECT acting_name())
    AND decided_by IS NULL AND decided_at IS NULL
    AND ((SELECT writes_everything()) OR unit_id = ANY ((SELECT fileable_units())::text[])));
-- What has been decided stands. The filing unit may take back what waits; only a decider says accepted or rejected.
CREATE POLICY updates ON change_set FOR UPDATE TO atlas_app
    USING (state IN ('draft', 'submitted')
           AND ((SELECT writes_everything()) OR unit_id = ANY ((SELECT fileable_units())::text[]) OR may_decide(id)))
    WITH CHECK (CASE WHEN state IN ('draft', 'submitted') THEN decided_by IS NULL
                     WHEN state = 'withdrawn' THEN decided_by IS NULL AND ((SELECT writes_everything())
                                                   OR unit_id = ANY ((SELECT fileable_units())::text[]))
                     ELSE may_decide(id) AND decided_by = (SELECT acting_name()) END);

ALTER TABLE change_entry ENABLE ROW LEVEL SECURITY;
-- Of a change set that touches several units (a city's upload), a unit that did not file it sees its own records.
CREATE POLICY reads ON change_entry FOR SELECT TO atlas_app USING (
    EXISTS (SELECT FROM change_set filed WHERE filed.id = change_entry.change_set_id
               AND (filed.filed_by = (SELECT acting_name()) OR (SELECT sees_everything())
                    OR filed.unit_id = ANY ((SELECT readable_units())::text[])
                    OR EXISTS (SELECT FROM project WHERE project.id IN (change_entry.project_id, change_entry.target_id)
                                  AND project.owner_unit_id = ANY ((SELECT readable_units())::text[])))));
CREATE POLICY inserts ON change_entry FOR INSERT TO atlas_app WITH CHECK (
    EXISTS (SELECT FROM change_set WHERE change_set.id = change_entry.change_set_id
               AND change_set.filed_by = (SELECT acting_name()) AND change_set.state IN ('draft', 'submitted'))
    AND (target_id IS NULL OR EXISTS (SELECT FROM project WHERE project.id = change_entry.target_id))
    AND CASE WHEN project_id IS NULL THEN operation = 'insert' AND (SELECT may_file())
             ELSE EXISTS (SELECT FROM project WHERE project.id = change_entry.project_id
                             AND project.owner_unit_id = ANY ((SELECT fileable_units())::text[]))
                  OR may_file_for(project_id) END);
-- A new record gets its id when it is accepted.
CREATE POLICY updates ON change_entry FOR UPDATE TO atlas_app
    USING (operation = 'insert' AND project_id IS NULL AND id IN (SELECT decidable_entries()))
    WITH CHECK (may_file_for(project_id));

ALTER TABLE change ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON change FOR SELECT TO atlas_app USING (
    EXISTS (SELECT FROM change_entry WHERE change_entry.id = change.entry_id));
CREATE POLICY inserts ON change FOR INSERT TO atlas_app WITH CHECK (
    decision IS NULL AND entry_id IN (SELECT open_entries()));
CREATE POLICY updates ON change FOR UPDATE TO atlas_app
    USING (entry_id IN (SELECT decidable_entries())) WITH CHECK (entry_id IN (SELECT decidable_entries()));

-- ---- rows: one's own ----

ALTER TABLE draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON draft FOR ALL TO atlas_app USING (account_id = (SELECT acting_account()))
    WITH CHECK (account_id = (SELECT acting_account()) AND (SELECT may_file()));

ALTER TABLE job ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON job FOR SELECT TO atlas_app USING (
    account_id = (SELECT acting_account()) OR (SELECT sees_everything()));
CREATE POLICY inserts ON job FOR INSERT TO atlas_app WITH CHECK (
    account_id = (SELECT acting_account()) AND state = 'waiting');
-- An account may ask its job to stop; only the worker says that one has run, failed or is done.
CREATE POLICY updates ON job FOR UPDATE TO atlas_app
    USING ((account_id = (SELECT acting_account()) OR (SELECT writes_everything())) AND state IN ('waiting', 'running'))
    WITH CHECK (state IN ('waiting', 'running', 'cancelled'));

ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON account FOR SELECT TO atlas_app USING (id = (SELECT acting_account()));
CREATE POLICY door ON account TO atlas_door USING (true) WITH CHECK (true);
ALTER TABLE account_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON account_session TO atlas_door USING (true) WITH CHECK (true);

-- ---- functions: closed by name, as in 0002 ----

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA atlas FROM PUBLIC;
GRANT EXECUTE ON FUNCTION representative_point(geometry), county_at(geometry), counties_of(geometry),
    near_county_line(geometry, text), funding_status(text, numeric), anonymous_reads(), who_am_i() TO atlas_anonymous;
GRANT EXECUTE ON FUNCTION who_am_i(), acting_account(), acting_name(), signed_in(), sees_everything(), may_file(),
    writes_everything(), readable_units(), fileable_units(), writable_units(), may_read_unit(text),
    may_write_unit(text), may_file_for(text), change_set_concerns_me(integer), may_decide(integer), open_entries(),
    decidable_entries(), owner_of(text, text, text, text), next_project_id(text) TO atlas_app;
