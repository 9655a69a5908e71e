-- Editions of three-year rolling plans and investment catalogues: proposed by a unit, decided by a reviewer over the
-- area, frozen. Nobody but the functions below writes them; what is published, rejected or withdrawn stands for good.

ALTER TABLE edition DROP CONSTRAINT uq_edition_kind_area_code_title, DROP COLUMN frozen_at,
    ADD COLUMN number integer,
    ADD COLUMN state text NOT NULL DEFAULT 'proposed',
    ADD COLUMN base_id integer CONSTRAINT fk_edition_base_id REFERENCES edition (id),
    ADD COLUMN unit_id text,
    ADD COLUMN conditions text NOT NULL DEFAULT '',
    ADD COLUMN proposed_by text NOT NULL DEFAULT 'system',
    ADD COLUMN proposed_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN decided_by text,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN remark text,
    ADD CONSTRAINT uq_edition_kind_area_code_number UNIQUE (kind, area_code, number),
    ADD CONSTRAINT ck_edition_state_in_list CHECK (state IN ('proposed', 'published', 'rejected', 'withdrawn')),
    ADD CONSTRAINT ck_edition_year_range CHECK (year BETWEEN 2000 AND 2100),
    ADD CONSTRAINT ck_edition_title_length CHECK (length(title) BETWEEN 1 AND 120),
    ADD CONSTRAINT ck_edition_texts_short
        CHECK (length(note) <= 2000 AND length(remark) <= 2000 AND length(conditions) <= 20000),
    ADD CONSTRAINT ck_edition_decided_is_dated CHECK ((state <> 'proposed') = (decided_at IS NOT NULL)),
    ADD CONSTRAINT ck_edition_published_is_numbered CHECK ((state = 'published') = (number IS NOT NULL));

ALTER TABLE edition_entry
    ADD COLUMN plan jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN digest text NOT NULL DEFAULT '',
    ADD CONSTRAINT ck_edition_entry_left_has_reason
        CHECK (change <> 'left' OR (reason IS NOT NULL AND length(btrim(reason)) > 0)),
    ADD CONSTRAINT ck_edition_entry_reason_short CHECK (length(reason) <= 500);

-- ---- frozen: whoever asks, the owner of the tables included ----

CREATE FUNCTION keep_edition() RETURNS trigger LANGUAGE plpgsql SET search_path = atlas, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'proposed' THEN
        RAISE EXCEPTION 'edition % is %: it stands as it is', OLD.id, OLD.state USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.kind, NEW.area_code, NEW.year, NEW.title, NEW.note, NEW.base_id, NEW.unit_id,
                             NEW.conditions, NEW.proposed_by, NEW.proposed_at)
           IS DISTINCT FROM (OLD.id, OLD.kind, OLD.area_code, OLD.year, OLD.title, OLD.note, OLD.base_id, OLD.unit_id,
                             OLD.conditions, OLD.proposed_by, OLD.proposed_at) THEN
        RAISE EXCEPTION 'a proposal is decided on, never changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON edition FOR EACH ROW EXECUTE FUNCTION keep_edition();

CREATE FUNCTION keep_edition_entries() RETURNS trigger LANGUAGE plpgsql SET search_path = atlas, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM touched_rows JOIN edition ON edition.id = touched_rows.edition_id
                WHERE edition.state <> 'proposed') THEN
        RAISE EXCEPTION 'entries of an edition that was decided on stand as they are'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER frozen_insert AFTER INSERT ON edition_entry REFERENCING NEW TABLE AS touched_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_edition_entries();
CREATE TRIGGER frozen_delete AFTER DELETE ON edition_entry REFERENCING OLD TABLE AS touched_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_edition_entries();

-- Entries are never changed, also not in a proposal; and no table is emptied that holds editions.
CREATE FUNCTION refuse_edition_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of editions are never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER frozen_update BEFORE UPDATE ON edition_entry FOR EACH ROW EXECUTE FUNCTION refuse_edition_change();
CREATE TRIGGER frozen_truncate BEFORE TRUNCATE ON edition_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_edition_change();
CREATE TRIGGER frozen_truncate BEFORE TRUNCATE ON edition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_edition_change();

-- ---- whose areas ----

-- Areas for which the account may propose: a county's, city's or province's own and what lies in it, a department's
-- prefecture; a reviewer's whole scope. Empty for an administrator: writes_everything() stands for all.
CREATE FUNCTION planning_areas() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE me account := acting();
BEGIN
    IF NOT may_file() OR me.role = 'administrator' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT DISTINCT area.code FROM area, owner_unit own
                  WHERE own.id = me.unit_id AND me.role = 'editor' AND area.level <> 'nation'
                    AND (area.code = own.area_code AND own.kind <> 'zone'
                         OR own.kind IN ('prefecture', 'province')
                            AND own.area_code IN (area.prefecture_code, area.province_code))
                 UNION SELECT unnest(deciding_areas()));
END $$;

-- Areas on whose proposals the account decides: those that a reviewer's scope covers.
CREATE FUNCTION deciding_areas() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE me account := acting();
BEGIN
    IF NOT may_file() OR me.role <> 'reviewer' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT DISTINCT area.code FROM area
                  WHERE area.level <> 'nation'
                    AND me.scope_code IN (area.code, area.prefecture_code, area.province_code));
END $$;

CREATE FUNCTION may_plan(area text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN coalesce(writes_everything() OR area = ANY (planning_areas()), false); END $$;

CREATE FUNCTION may_publish_for(area text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN coalesce(writes_everything() OR area = ANY (deciding_areas()), false); END $$;

-- ---- what is frozen of a record: what everybody may see of it, amounts as decimal text ----

CREATE VIEW edition_source AS
SELECT project.id AS project_id, facet.area_codes, project.stage, project.open_to_capital, project.version,
       extract(year FROM coalesce(begun.actual_on, begun.planned_on))::integer AS begins,
       extract(year FROM coalesce(done.actual_on, done.planned_on))::integer AS ends,
       jsonb_strip_nulls(jsonb_build_object(
           'name', project.name, 'kind', project.kind, 'category', project.category,
           'project_code', project.project_code,
           'province_code', facet.province_code, 'prefecture_code', facet.prefecture_code,
           'prefecture', prefecture.name, 'county_code', facet.county_code, 'county', county.name,
           'township', project.township, 'zone', zone.name, 'address', project.address,
           'precision', facet.precision,
           'stage', project.stage, 'promotion_stage', project.promotion_stage,
           'delivery_mode', project.delivery_mode, 'ownership', project.ownership, 'key_lists', project.key_lists,
           'open_to_capital', project.open_to_capital,
           'capital_sought', trim_scale(project.capital_sought)::text,
           'land_status', project.land_status, 'cooperation', project.cooperation,
           'total_investment', trim_scale(project.total_investment)::text,
           'committed', CASE WHEN facet.line_count > 0 THEN trim_scale(facet.committed)::text END,
           'received', CASE WHEN facet.line_count > 0 THEN trim_scale(facet.received)::text END,
           'funding_status', facet.funding_status,
           'beds', project.beds, 'floor_area_m2', trim_scale(project.floor_area_m2)::text,
           'land_mu', trim_scale(project.land_mu)::text, 'jobs', project.jobs,
           'annual_output', trim_scale(project.annual_output)::text,
           'start_planned', begun.planned_on, 'start_actual', begun.actual_on,
           'end_planned', done.planned_on, 'end_actual', done.actual_on,
           'lead_units', (SELECT string_agg(unit.name, '；' ORDER BY unit.id) FROM unit
                           WHERE unit.id = ANY (facet.lead_ids)),
           'owner_unit', owner_unit.name, 'basis', project.basis)) AS snapshot
  FROM project JOIN project_facet facet ON facet.project_id = project.id
  LEFT JOIN area county ON county.code = facet.county_code AND county.level = 'county'
  LEFT JOIN area prefecture ON prefecture.code = facet.prefecture_code AND prefecture.level = 'prefecture'
  LEFT JOIN zone ON zone.id = project.zone_id
  LEFT JOIN owner_unit ON owner_unit.id = project.owner_unit_id
  LEFT JOIN milestone begun ON begun.project_id = project.id AND begun.code = 'commencement'
  LEFT JOIN milestone done ON done.project_id = project.id AND done.code = 'completion'
 WHERE project.published AND project.deleted_at IS NULL AND project.merged_into_id IS NULL;

-- What became of merged records in the end; the chain is as long as somebody merged.
CREATE VIEW record_heir AS
WITH RECURSIVE chain AS (
    SELECT id, merged_into_id AS heir_id, 1 AS step FROM project WHERE merged_into_id IS NOT NULL
    UNION ALL
    SELECT chain.id, project.merged_into_id, step + 1 FROM chain JOIN project ON project.id = chain.heir_id
     WHERE project.merged_into_id IS NOT NULL AND step < 100)
SELECT DISTINCT ON (chain.id) chain.id AS project_id, chain.heir_id
  FROM chain JOIN project heir ON heir.id = chain.heir_id AND heir.published AND heir.deleted_at IS NULL
                              AND heir.merged_into_id IS NULL
 ORDER BY chain.id, step DESC;

-- Merged records of the editions that one reads, and what everybody may see they became.
CREATE FUNCTION edition_heirs(editions integer[]) RETURNS TABLE (project_id text, heir_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT record_heir.project_id, record_heir.heir_id FROM record_heir
     WHERE EXISTS (SELECT FROM edition JOIN edition_entry entry ON entry.edition_id = edition.id
                    WHERE edition.id = ANY (editions) AND entry.project_id = record_heir.project_id
                      AND CASE WHEN edition.state = 'published' THEN anonymous_reads() OR signed_in()
                               ELSE sees_everything() OR edition.unit_id = ANY (readable_units())
                                    OR edition.area_code = ANY (deciding_areas()) END)
$$;

-- ---- proposing ----

-- Every entry of an edition to be, and what is wrong with it (fault). Members of the base stay unless they leave
-- (``leaving``) or, in a catalogue, are not chosen again; ``chosen`` come in. In which years something is in: those set
-- by hand; else the years of its annual plan and those of its construction; else those of the base; else nobody knows.
CREATE FUNCTION edition_draft(
    kind text, area text, first_year integer, base integer, chosen text[], chosen_reasons text[], leaving text[],
    leaving_reasons text[], hand_years jsonb)
RETURNS TABLE (project_id text, change text, reason text, plan jsonb, snapshot jsonb, version integer, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
WITH held AS MATERIALIZED (
    SELECT DISTINCT ON (key) coalesce(heir.heir_id, entry.project_id) AS key, entry.project_id, entry.plan,
           entry.snapshot, entry.version
      FROM edition_entry entry LEFT JOIN record_heir heir ON heir.project_id = entry.project_id
     WHERE entry.edition_id = base AND entry.change <> 'left'
     ORDER BY key, entry.project_id = coalesce(heir.heir_id, entry.project_id) DESC, entry.project_id),
wanted AS MATERIALIZED (
    SELECT DISTINCT ON (key) key, btrim(why) AS why FROM unnest(chosen, chosen_reasons) AS given (key, why)
     ORDER BY key, btrim(why) DESC NULLS LAST),
going AS MATERIALIZED (
    SELECT DISTINCT ON (key) key, nullif(btrim(why), '') AS why, known
      FROM (SELECT coalesce(held.key, given.key) AS key, given.why, held.key IS NOT NULL AS known
              FROM unnest(leaving, leaving_reasons) AS given (key, why)
              -- A number that stood in no edition is not told what it became.
              LEFT JOIN record_heir heir ON heir.project_id = given.key AND EXISTS (
                   SELECT FROM edition_entry former WHERE former.edition_id = base AND former.project_id = given.key)
              LEFT JOIN held ON held.key = coalesce(heir.heir_id, given.key)) AS named
     ORDER BY key, btrim(why) DESC NULLS LAST),
changes AS (
    SELECT held.key, CASE WHEN going.key IS NOT NULL OR kind = 'catalogue' AND wanted.key IS NULL THEN 'left'
                          ELSE 'kept' END AS change,
           going.why, held.project_id AS former, held.plan AS held_plan, held.snapshot AS held_snapshot,
           held.version AS held_version, going.key IS NOT NULL AND wanted.key IS NOT NULL AS both_ways
      FROM held LEFT JOIN going ON going.key = held.key LEFT JOIN wanted ON wanted.key = held.key
    UNION ALL
    SELECT wanted.key, 'entered', nullif(wanted.why, ''), wanted.key, '{}', NULL, NULL, false
      FROM wanted WHERE NOT EXISTS (SELECT FROM held WHERE held.key = wanted.key)
    UNION ALL
    SELECT going.key, 'left', going.why, NULL, '{}', NULL, NULL, false FROM going WHERE NOT going.known)
SELECT CASE WHEN now.project_id IS NULL THEN coalesce(changes.former, changes.key) ELSE changes.key END,
       changes.change,
       CASE WHEN changes.change = 'left' AND kind = 'catalogue' AND changes.why IS NULL
            THEN CASE WHEN now.project_id IS NULL THEN '已从项目库撤下' WHEN now.stage = '退库' THEN '已退库'
                      WHEN now.open_to_capital IS DISTINCT FROM '是' THEN '不再对外招商' ELSE '本次未选入' END
            WHEN changes.change <> 'kept' THEN changes.why END,
       CASE WHEN changes.change = 'left' OR kind = 'catalogue' THEN '{}' ELSE coalesce(years.plan, '{}') END,
       coalesce(now.snapshot, changes.held_snapshot), coalesce(now.version, changes.held_version),
       CASE WHEN changes.former IS NULL THEN 'not_a_member'
            WHEN changes.both_ways THEN 'both_ways'
            WHEN changes.change = 'left' THEN CASE WHEN kind = 'rolling_plan' AND changes.why IS NULL THEN 'no_reason' END
            WHEN now.project_id IS NULL THEN CASE changes.change WHEN 'kept' THEN 'must_leave' ELSE 'not_public' END
            WHEN changes.change = 'kept' THEN CASE WHEN kind = 'catalogue' AND now.open_to_capital IS DISTINCT FROM '是'
                                                   THEN 'not_open' END
            WHEN NOT now.area_codes @> ARRAY[area] THEN 'elsewhere'
            WHEN now.stage = '退库' THEN 'withdrawn'
            WHEN kind = 'catalogue' AND now.open_to_capital IS DISTINCT FROM '是' THEN 'not_open'
            WHEN kind = 'rolling_plan' AND base IS NOT NULL AND changes.why IS NULL THEN 'no_reason' END
  FROM changes LEFT JOIN edition_source now ON now.project_id = changes.key
  LEFT JOIN LATERAL (
        SELECT jsonb_object_agg(annual_plan.year::text, trim_scale(annual_plan.amount)::text) AS amounts
          FROM annual_plan WHERE annual_plan.project_id = changes.key
           AND annual_plan.year BETWEEN first_year AND first_year + 2) AS money ON true
  LEFT JOIN LATERAL (
        SELECT jsonb_object_agg(year::text, money.amounts -> year::text) AS plan
          FROM generate_series(first_year, first_year + 2) AS year
         WHERE CASE WHEN hand_years ? changes.key THEN hand_years -> changes.key @> to_jsonb(year)
                    WHEN money.amounts IS NOT NULL
                      OR now.begins <= first_year + 2 AND now.ends >= greatest(first_year, now.begins)
                    THEN coalesce(money.amounts ? year::text, false) OR coalesce(year BETWEEN now.begins AND now.ends, false)
                    ELSE changes.held_plan ? year::text END) AS years
       ON changes.change <> 'left' AND kind = 'rolling_plan'
$$;

-- One proposal, whole or not at all. Raises insufficient_privilege; unique_violation when the base is no longer the
-- newest edition; check_violation with a code as message and the records as detail.
CREATE FUNCTION propose_edition(
    kind text, area text, first_year integer, title text, note text, conditions text, base integer, chosen text[],
    chosen_reasons text[], leaving text[], leaving_reasons text[], hand_years jsonb) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    made integer; fault text; told text; newest edition := newest_edition(propose_edition.kind, propose_edition.area);
BEGIN
    IF NOT may_plan(propose_edition.area) THEN
        RAISE EXCEPTION 'area % is not yours to plan for', propose_edition.area
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF newest.id IS DISTINCT FROM base THEN
        RAISE EXCEPTION 'edition % is no longer the newest', coalesce(base::text, 'none')
            USING ERRCODE = 'unique_violation';
    END IF;
    IF first_year < newest.year THEN
        RAISE EXCEPTION 'year_goes_back' USING ERRCODE = 'check_violation', DETAIL = newest.year::text;
    END IF;
    INSERT INTO edition (kind, area_code, title, year, note, base_id, unit_id, conditions, proposed_by)
    VALUES (propose_edition.kind, propose_edition.area, btrim(propose_edition.title), first_year,
            nullif(btrim(propose_edition.note), ''), base, filing_unit_for(propose_edition.area),
            propose_edition.conditions, acting_name())
    RETURNING id INTO made;
    WITH drafted AS MATERIALIZED (
        SELECT * FROM edition_draft(propose_edition.kind, propose_edition.area, first_year, base, chosen,
                                    chosen_reasons, leaving, leaving_reasons, hand_years)),
    stored AS (
        INSERT INTO edition_entry (edition_id, project_id, change, reason, plan, snapshot, digest, version)
        SELECT made, project_id, change, reason, plan, snapshot, md5(snapshot::text), version
          FROM drafted WHERE drafted.fault IS NULL)
    SELECT drafted.fault, count(*) || ': ' || array_to_string((array_agg(project_id ORDER BY project_id))[1:5], ', ')
      INTO fault, told FROM drafted WHERE drafted.fault IS NOT NULL GROUP BY drafted.fault ORDER BY 1 LIMIT 1;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', DETAIL = told;
    END IF;
    IF NOT EXISTS (SELECT FROM edition_entry WHERE edition_id = made) THEN
        RAISE EXCEPTION 'empty' USING ERRCODE = 'check_violation';
    END IF;
    RETURN made;
END $$;

CREATE FUNCTION newest_edition(kind text, area text) RETURNS edition
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT edition FROM edition WHERE edition.kind = newest_edition.kind AND area_code = area AND state = 'published'
     ORDER BY number DESC LIMIT 1
$$;

-- An editor's own unit; a reviewer or administrator acts for the unit of the area itself.
CREATE FUNCTION filing_unit_for(area text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT coalesce((SELECT unit_id FROM acting() WHERE role = 'editor'), (SELECT id FROM owner_unit WHERE id = area))
$$;

-- ---- deciding: as a whole ----

CREATE FUNCTION decide_edition(edition_key integer, publishing boolean, saying text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE found edition; newest edition; told text;
BEGIN
    SELECT * INTO found FROM edition WHERE id = edition_key;
    IF found.id IS NULL OR NOT may_publish_for(found.area_code) THEN
        RAISE EXCEPTION 'edition % is not yours to decide on', edition_key USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('editions of ' || found.kind || found.area_code));
    SELECT * INTO found FROM edition WHERE id = edition_key FOR UPDATE;
    IF found.state <> 'proposed' THEN
        RAISE EXCEPTION 'edition % is % already', edition_key, found.state USING ERRCODE = 'unique_violation';
    END IF;
    IF publishing IS NOT TRUE THEN
        IF coalesce(btrim(saying), '') = '' THEN
            RAISE EXCEPTION 'no_remark' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE edition SET state = 'rejected', decided_by = acting_name(), decided_at = statement_timestamp(),
               remark = btrim(saying) WHERE id = edition_key;
        RETURN;
    END IF;
    newest := newest_edition(found.kind, found.area_code);
    IF newest.id IS DISTINCT FROM found.base_id THEN
        RAISE EXCEPTION 'edition % is no longer the newest', coalesce(found.base_id::text, 'none')
            USING ERRCODE = 'unique_violation';
    END IF;
    -- What was hidden, deleted or merged since it was proposed is not made public by freezing it; of what leaves,
    -- nothing that the edition before does not say of it already.
    SELECT count(*) || ': ' || array_to_string((array_agg(entry.project_id ORDER BY entry.project_id))[1:5], ', ')
      INTO told FROM edition_entry entry
     WHERE entry.edition_id = edition_key
       AND (entry.change <> 'left' OR NOT EXISTS (
            SELECT FROM edition_entry before WHERE before.edition_id = found.base_id
               AND before.project_id = entry.project_id AND before.snapshot = entry.snapshot))
       AND NOT EXISTS (SELECT FROM project WHERE project.id = entry.project_id AND published AND deleted_at IS NULL
                          AND merged_into_id IS NULL)
    HAVING count(*) > 0;
    IF told IS NOT NULL THEN
        RAISE EXCEPTION 'hidden_since' USING ERRCODE = 'check_violation', DETAIL = told;
    END IF;
    UPDATE edition SET state = 'published', number = coalesce(newest.number, 0) + 1, decided_by = acting_name(),
           decided_at = statement_timestamp(), remark = nullif(btrim(saying), '') WHERE id = edition_key;
END $$;

CREATE FUNCTION withdraw_edition(edition_key integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE found edition;
BEGIN
    SELECT * INTO found FROM edition WHERE id = edition_key FOR UPDATE;
    IF found.id IS NULL OR NOT may_file() OR NOT coalesce(
            found.proposed_by = acting_name() OR writes_everything() OR found.unit_id = ANY (fileable_units()), false) THEN
        RAISE EXCEPTION 'edition % is not yours to withdraw', edition_key USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF found.state <> 'proposed' THEN
        RAISE EXCEPTION 'edition % is % already', edition_key, found.state USING ERRCODE = 'unique_violation';
    END IF;
    UPDATE edition SET state = 'withdrawn', decided_by = acting_name(), decided_at = statement_timestamp()
     WHERE id = edition_key;
END $$;

-- ---- who reads ----

-- What was published once stays readable, also where the record was hidden since: it was public when it was frozen.
-- Proposals are for the filing unit and those who decide. Who proposed and decided is told to those who signed in.
GRANT SELECT (id, kind, area_code, title, year, number, state, base_id, conditions, proposed_at, decided_at)
    ON edition TO atlas_anonymous;
GRANT SELECT ON edition_entry TO atlas_anonymous;

ALTER TABLE edition ENABLE ROW LEVEL SECURITY;
CREATE POLICY anonymous_reads ON edition FOR SELECT TO atlas_anonymous USING (
    state = 'published' AND (SELECT anonymous_reads()));
CREATE POLICY reads ON edition FOR SELECT TO atlas_app USING (
    (state = 'published' AND (SELECT signed_in())) OR (SELECT sees_everything())
    OR unit_id = ANY ((SELECT readable_units())::text[]) OR area_code = ANY ((SELECT deciding_areas())::text[]));

ALTER TABLE edition_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON edition_entry FOR SELECT TO atlas_app, atlas_anonymous USING (
    edition_id IN (SELECT id FROM edition));

REVOKE ALL ON FUNCTION keep_edition(), keep_edition_entries(), refuse_edition_change(), planning_areas(),
    deciding_areas(), may_plan(text), may_publish_for(text), edition_heirs(integer[]),
    edition_draft(text, text, integer, integer, text[], text[], text[], text[], jsonb),
    propose_edition(text, text, integer, text, text, text, integer, text[], text[], text[], text[], jsonb),
    newest_edition(text, text), filing_unit_for(text), decide_edition(integer, boolean, text), withdraw_edition(integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edition_heirs(integer[]) TO atlas_app, atlas_anonymous;
GRANT EXECUTE ON FUNCTION planning_areas(), deciding_areas(), may_plan(text), may_publish_for(text),
    propose_edition(text, text, integer, text, text, text, integer, text[], text[], text[], text[], jsonb),
    decide_edition(integer, boolean, text), withdraw_edition(integer) TO atlas_app;
