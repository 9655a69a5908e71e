-- The app role reads what the pages show and writes nothing; later issues grant writing, row by row.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'atlas_app') THEN
        CREATE ROLE atlas_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'atlas_app' AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'role atlas_app is a superuser or bypasses row-level security: take that from it first';
    END IF;
    IF NOT pg_has_role(current_user, 'atlas_app', 'MEMBER') THEN
        EXECUTE format('GRANT atlas_app TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'atlas_app') THEN
        RAISE EXCEPTION 'the database user may not create the role atlas_app: ask the administrator to run'
            ' CREATE ROLE atlas_app NOLOGIN; GRANT atlas_app TO this user';
    END IF;
END $$;

GRANT USAGE ON SCHEMA atlas TO atlas_app;
GRANT SELECT ON source, area, area_part, map_line, township, village, zone, zone_area, census_figure, loaded,
    unit, unit_alias, project, project_alias, project_area, project_place, task, task_unit, task_link, project_party,
    slot, project_facet, data_issue, finance_line, annual_plan, milestone, edition, edition_entry, promotion_event,
    target, indicator_report TO atlas_app;
REVOKE ALL ON FUNCTION refresh_facets(text[]), refresh_place_issues(text[]), create_slots(text),
    next_project_id(text) FROM PUBLIC;
