-- The app role reads what the pages show and writes nothing; later issues grant writing, row by row.

GRANT USAGE ON SCHEMA atlas TO atlas_app;
GRANT SELECT ON source, area, area_part, map_line, township, village, zone, zone_area, census_figure, loaded,
    unit, unit_alias, project, project_alias, project_area, project_place, task, task_unit, task_link, project_party,
    slot, project_facet, data_issue, finance_line, annual_plan, milestone, edition, edition_entry, promotion_event,
    target, indicator_report TO atlas_app;

-- Functions are closed by name, trigger functions too: whoever may hang one of those on a table of his own runs it
-- with the owner's rights.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA atlas FROM PUBLIC;
GRANT EXECUTE ON FUNCTION representative_point(geometry), county_at(geometry), counties_of(geometry),
    near_county_line(geometry, text), funding_status(text, numeric) TO atlas_app;
