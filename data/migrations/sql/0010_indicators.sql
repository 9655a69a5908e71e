-- Indicators, reports of them and their review; what computes a target.

CREATE TABLE indicator (
    code text NOT NULL CONSTRAINT pk_indicator PRIMARY KEY,
    position integer NOT NULL,
    zh text NOT NULL, en text NOT NULL, unit text NOT NULL,
    kind text NOT NULL CONSTRAINT ck_indicator_kind_in_list
        CHECK (kind IN ('count', 'sum', 'percentage', 'ratio', 'amount')),
    direction text NOT NULL CONSTRAINT ck_indicator_direction_in_list CHECK (direction IN ('up', 'down')),
    aggregation text NOT NULL CONSTRAINT ck_indicator_aggregation_in_list CHECK (aggregation IN ('sum', 'none')),
    period text NOT NULL CONSTRAINT ck_indicator_period_in_list CHECK (period IN ('year', 'date', 'span')),
    lowest numeric NOT NULL, highest numeric NOT NULL,
    computed text NOT NULL, definition text NOT NULL, definition_en text NOT NULL,
    CONSTRAINT ck_indicator_limits_in_order CHECK (lowest <= highest));

CREATE TABLE target_recipe (
    target_id text NOT NULL CONSTRAINT pk_target_recipe PRIMARY KEY
        CONSTRAINT fk_target_recipe_target_id REFERENCES target ON DELETE CASCADE,
    method text NOT NULL CONSTRAINT ck_target_recipe_method_in_list CHECK (method IN (
        'rule', 'report', 'slots', 'children', 'children_beds', 'named', 'rate', 'growth', 'increase')),
    indicator text CONSTRAINT fk_target_recipe_indicator REFERENCES indicator,
    base text CONSTRAINT fk_target_recipe_base REFERENCES indicator,
    programme text, records text, kind text, category text, ownership text, population text, counted text,
    universe text, note text, note_en text,
    CONSTRAINT ck_target_recipe_rule_says_why
        CHECK (indicator IS NOT NULL OR (method = 'rule' AND note IS NOT NULL)));

CREATE TABLE census_zone (
    code text NOT NULL CONSTRAINT pk_census_zone PRIMARY KEY,
    zone_id text NOT NULL CONSTRAINT fk_census_zone_zone_id REFERENCES zone ON DELETE CASCADE);

ALTER TABLE indicator_report
    DROP CONSTRAINT uq_indicator_report_indicator_area_code_period_to_source_note,
    ADD COLUMN numerator numeric, ADD COLUMN denominator numeric,
    ADD COLUMN state text NOT NULL
        CONSTRAINT ck_indicator_report_state_in_list CHECK (state IN ('submitted', 'accepted', 'rejected', 'replaced')),
    ADD COLUMN unit_id text, ADD COLUMN filed_by text NOT NULL,
    ADD COLUMN decided_by text, ADD COLUMN decided_at timestamptz, ADD COLUMN remark text,
    ADD COLUMN replaced_by_id integer
        CONSTRAINT fk_indicator_report_replaced_by_id REFERENCES indicator_report,
    ADD CONSTRAINT fk_indicator_report_indicator FOREIGN KEY (indicator) REFERENCES indicator,
    ADD CONSTRAINT ck_indicator_report_period_in_order CHECK (period_from <= period_to),
    ADD CONSTRAINT ck_indicator_report_period_range
        CHECK (period_to BETWEEN '1990-01-01' AND '2100-12-31'),
    ADD CONSTRAINT ck_indicator_report_parts_in_range
        CHECK (denominator > 0 AND numerator >= 0 AND denominator <= 2000000000 AND numerator <= 2000000000),
    ADD CONSTRAINT ck_indicator_report_source_note_length CHECK (length(source_note) BETWEEN 1 AND 500),
    ADD CONSTRAINT ck_indicator_report_decided_when
        CHECK ((state IN ('accepted', 'rejected')) <= (decided_at IS NOT NULL));
CREATE UNIQUE INDEX uq_indicator_report_accepted ON indicator_report (indicator, area_code, period_to)
    WHERE state = 'accepted';
CREATE UNIQUE INDEX uq_indicator_report_submitted ON indicator_report (indicator, area_code, period_to, unit_id)
    WHERE state = 'submitted';
CREATE INDEX ix_indicator_report_unit_id ON indicator_report (unit_id);

-- ---- who sees what ----

GRANT SELECT ON indicator, target_recipe, census_zone TO atlas_app, atlas_anonymous;
-- Nobody reads a person's name, or what was said between filer and reviewer, without having signed in.
GRANT SELECT (id, indicator, area_code, project_id, period_from, period_to, value, unit, numerator, denominator, basis,
              source_note, state, created_at) ON indicator_report TO atlas_anonymous;
GRANT SELECT ON indicator_report TO atlas_app;
ALTER TABLE indicator_report ENABLE ROW LEVEL SECURITY;
-- What is accepted is everybody's; what waits, was sent back or replaced is the filing unit's and its reviewers'. A
-- figure about one project is seen by whoever sees the project.
CREATE POLICY anonymous_reads ON indicator_report FOR SELECT TO atlas_anonymous USING (
    state = 'accepted' AND (SELECT anonymous_reads())
    AND (project_id IS NULL OR EXISTS (SELECT FROM project WHERE project.id = indicator_report.project_id)));
CREATE POLICY reads ON indicator_report FOR SELECT TO atlas_app USING (
    ((state = 'accepted' AND (SELECT signed_in())) OR filed_by = (SELECT acting_name())
     OR (SELECT sees_everything()) OR unit_id = ANY ((SELECT readable_units())::text[]))
    AND (project_id IS NULL OR EXISTS (SELECT FROM project WHERE project.id = indicator_report.project_id)));

-- ---- filing and deciding: by these functions alone ----

-- A county, prefecture or province files for itself, a zone for itself, a department for its area.
CREATE FUNCTION may_file_indicator(unit_key text, area text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    RETURN (writes_everything() OR unit_key = ANY (fileable_units()))
       AND EXISTS (SELECT FROM owner_unit WHERE id = unit_key
                      AND (id = area OR (kind = 'department' AND area_code = area)));
END $$;

-- Whether a unit's figure may stand now: who files or decides may write the unit, and that of the figure it replaces.
CREATE FUNCTION may_stand_indicator(unit_key text, indicator_key text, area text, ends date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT may_write_unit(unit_key) AND NOT EXISTS (
        SELECT FROM indicator_report WHERE indicator = indicator_key AND area_code = area AND period_to = ends
           AND state = 'accepted' AND unit_id IS DISTINCT FROM unit_key AND NOT may_write_unit(unit_id))
$$;

-- Files one figure and returns its number: accepted at once where the unit's changes are, else waiting. A figure of the
-- same indicator, area and period that stands or waits stays in the trail as replaced; the very same one is not filed twice.
CREATE FUNCTION file_indicator(
    unit_key text, indicator_key text, area text, starts date, ends date, figure numeric, above numeric, below numeric,
    said text) RETURNS TABLE (report_id integer, report_state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE known indicator; made integer; stands text;
BEGIN
    IF NOT coalesce(may_file_indicator(unit_key, area), false) THEN
        RAISE EXCEPTION 'unit % may not report for area %', coalesce(unit_key, '(none)'), coalesce(area, '(none)')
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT indicator.* INTO known FROM indicator WHERE indicator.code = indicator_key;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no indicator %', indicator_key USING ERRCODE = 'check_violation';
    END IF;
    IF position('report' IN known.computed) = 0 THEN
        RAISE EXCEPTION '% is computed, nobody reports it', indicator_key USING ERRCODE = 'check_violation';
    END IF;
    IF figure IS NULL OR figure NOT BETWEEN known.lowest AND known.highest THEN
        RAISE EXCEPTION '% of % is outside % to %', coalesce(figure::text, 'nothing'), indicator_key, known.lowest,
            known.highest USING ERRCODE = 'check_violation';
    END IF;
    IF known.period = 'span' AND starts IS NULL THEN
        RAISE EXCEPTION '% needs the start of its period', indicator_key USING ERRCODE = 'check_violation';
    END IF;
    IF known.kind = 'percentage' AND (above > below OR abs(figure - 100 * above / nullif(below, 0)) > 0.06) THEN
        RAISE EXCEPTION '% of % is not % per cent', above, below, figure USING ERRCODE = 'check_violation';
    END IF;
    -- One after the other: two people who report the same figure at once leave one that stands.
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'indicator', indicator_key, area, ends), 0));
    stands := CASE WHEN may_stand_indicator(unit_key, indicator_key, area, ends) THEN 'accepted' ELSE 'submitted' END;
    SELECT report.id INTO made FROM indicator_report report
     WHERE report.indicator = indicator_key AND report.area_code = area AND report.period_to = ends
       AND report.state IN (stands, 'accepted') AND report.unit_id = unit_key AND report.value = figure
       AND report.source_note = btrim(said)
       AND (report.period_from, report.numerator, report.denominator) IS NOT DISTINCT FROM (starts, above, below)
       AND NOT EXISTS (SELECT FROM indicator_report later WHERE later.indicator = indicator_key
                          AND later.area_code = area AND later.period_to = ends AND later.unit_id = unit_key
                          AND later.state = 'submitted' AND later.id > report.id);
    IF FOUND THEN
        RETURN QUERY SELECT made, report.state FROM indicator_report report WHERE report.id = made;
        RETURN;
    END IF;
    INSERT INTO indicator_report (indicator, area_code, period_from, period_to, value, unit, numerator, denominator, basis,
                                  source_note, state, unit_id, filed_by, created_at)
    VALUES (indicator_key, area, starts, ends, figure, known.unit, above, below, 'reported', btrim(said), 'replaced',
            unit_key, acting_name(), clock_timestamp()) RETURNING id INTO made;
    PERFORM stand_indicator(made, stands, NULL);
    RETURN QUERY SELECT made, stands;
END $$;

-- Lets a row stand (or wait); what stood or waited in its place is replaced by it.
CREATE FUNCTION stand_indicator(report_key integer, stands text, said text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    UPDATE indicator_report old SET state = 'replaced', replaced_by_id = report_key
      FROM indicator_report made
     WHERE made.id = report_key AND old.id <> made.id AND old.indicator = made.indicator
       AND old.area_code = made.area_code AND old.period_to = made.period_to
       AND ((old.state = 'accepted' AND stands = 'accepted') OR (old.state = 'submitted' AND old.unit_id = made.unit_id));
    UPDATE indicator_report SET state = stands, remark = said,
           decided_by = CASE WHEN stands <> 'submitted' THEN acting_name() END,
           decided_at = CASE WHEN stands <> 'submitted' THEN clock_timestamp() END
     WHERE id = report_key;
END $$;

-- Decides on a figure that waits: whoever may write the unit that filed it. Deciding the same again changes nothing.
CREATE FUNCTION decide_indicator(report_key integer, accepts boolean, said text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE found_report indicator_report; wanted text := CASE WHEN accepts THEN 'accepted' ELSE 'rejected' END;
BEGIN
    SELECT report.* INTO found_report FROM indicator_report report WHERE report.id = report_key;
    IF NOT FOUND OR NOT may_write_unit(found_report.unit_id) THEN
        RAISE EXCEPTION 'report % is not yours to decide', report_key USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'indicator', found_report.indicator,
        found_report.area_code, found_report.period_to), 0));
    SELECT report.* INTO found_report FROM indicator_report report WHERE report.id = report_key;
    IF found_report.state = wanted THEN
        RETURN wanted;
    END IF;
    IF found_report.state <> 'submitted' THEN
        RAISE EXCEPTION 'report % has been decided or replaced', report_key USING ERRCODE = 'check_violation';
    END IF;
    IF accepts IS NULL THEN
        RAISE EXCEPTION 'report % is neither accepted nor sent back', report_key USING ERRCODE = 'check_violation';
    END IF;
    IF NOT accepts AND coalesce(btrim(said), '') = '' THEN
        RAISE EXCEPTION 'report % is sent back without a reason', report_key USING ERRCODE = 'check_violation';
    END IF;
    IF accepts AND NOT may_stand_indicator(found_report.unit_id, found_report.indicator, found_report.area_code,
                                           found_report.period_to) THEN
        RAISE EXCEPTION 'report % would replace a figure of another unit', report_key
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF accepts THEN
        PERFORM stand_indicator(report_key, wanted, nullif(btrim(said), ''));
    ELSE
        UPDATE indicator_report SET state = wanted, remark = btrim(said), decided_by = acting_name(),
               decided_at = clock_timestamp() WHERE id = report_key;
    END IF;
    RETURN wanted;
END $$;

REVOKE ALL ON FUNCTION may_file_indicator(text, text), stand_indicator(integer, text, text),
    may_stand_indicator(text, text, text, date),
    file_indicator(text, text, text, date, date, numeric, numeric, numeric, text),
    decide_indicator(integer, boolean, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION may_file_indicator(text, text),
    file_indicator(text, text, text, date, date, numeric, numeric, numeric, text),
    decide_indicator(integer, boolean, text) TO atlas_app;
