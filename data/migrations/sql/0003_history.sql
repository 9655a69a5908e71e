-- Who changed what. The version of a record and its stamps are the database's own; every row that belongs to a record
-- leaves an image before and after. An image holds the row as JSON; a geometry stands in it as hexadecimal EWKB, exact
-- to the last bit, so that jsonb_populate_record gives the row back as it was.

-- A record's version grows by one with every UPDATE that changes it. What somebody signed in writes is stamped with the
-- account's name, whatever the statement says; only the owner of the tables (a load of the library) may say "system".
CREATE FUNCTION record_before_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE who text := acting_name();
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF who IS NULL THEN
            RETURN NEW;
        END IF;
        IF NOT EXISTS (SELECT FROM id_counter WHERE prefix = split_part(NEW.id, '-', 1)
                          AND last >= split_part(NEW.id, '-', 2)::bigint) THEN
            RAISE EXCEPTION 'record id % was never given out: ask next_project_id for one', NEW.id
                USING ERRCODE = 'check_violation';
        END IF;
        NEW.version := 1;
        NEW.created_by := who;
        NEW.created_at := now();
    ELSE
        IF NEW.id <> OLD.id THEN
            RAISE EXCEPTION 'record % keeps its id', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
        NEW.version := OLD.version + 1;
        NEW.created_by := OLD.created_by;
        NEW.created_at := OLD.created_at;
    END IF;
    NEW.updated_by := coalesce(who, NEW.updated_by);
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE TRIGGER record_before_write BEFORE INSERT OR UPDATE ON project
    FOR EACH ROW EXECUTE FUNCTION record_before_write();

-- The change set that a statement is said to carry out. Whoever is signed in names one that waits and is their own or
-- theirs to decide; another one would put a change into the mouth of somebody else's review.
CREATE FUNCTION noted_change_set() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE key integer := nullif(current_setting('atlas.change_set', true), '')::integer;
BEGIN
    IF key IS NULL OR acting_name() IS NULL THEN
        RETURN key;
    END IF;
    RETURN (SELECT id FROM change_set WHERE id = key AND state = 'submitted'
               AND (filed_by = acting_name() OR may_decide(id)));
END $$;

-- Arguments: the column that names the record, then the columns that tell its rows apart. A row that moves from one
-- record to another is taken away there and put in here.
CREATE FUNCTION history_after_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE
    image text := CASE TG_TABLE_NAME WHEN 'project_place'
        THEN 'to_jsonb(r) || jsonb_build_object(''geom'', r.geom::text)' ELSE 'to_jsonb(r)' END;
    keys text;
    side text;
    written bigint;
BEGIN
    SELECT string_agg(format('r.%I', key), ', ') INTO keys FROM unnest(TG_ARGV[1:]) AS key;
    side := format('SELECT r.%I AS project, concat_ws(''/'', %s) AS key, %s AS image FROM ', TG_ARGV[0], keys, image);
    EXECUTE format(
        'INSERT INTO history (project_id, table_name, row_key, operation, old_row, new_row, changed_by, reason,'
        ' change_set_id, transaction_id)'
        ' SELECT coalesce(a.project, b.project), %L, coalesce(a.key, b.key), CASE WHEN b.key IS NULL THEN ''insert'''
        ' WHEN a.key IS NULL THEN ''delete'' ELSE ''update'' END, b.image, a.image, $1, $2, $3, $4'
        ' FROM (%s) AS b FULL JOIN (%s) AS a ON a.key = b.key AND a.project = b.project'
        ' WHERE a.image IS DISTINCT FROM b.image',
        TG_TABLE_NAME,
        side || CASE TG_OP WHEN 'INSERT' THEN 'new_rows AS r WHERE false' ELSE 'old_rows AS r' END,
        side || CASE TG_OP WHEN 'DELETE' THEN 'old_rows AS r WHERE false' ELSE 'new_rows AS r' END)
    USING coalesce(acting_name(), 'system'), nullif(current_setting('atlas.reason', true), ''),
        noted_change_set(), pg_current_xact_id()::text::bigint;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written > 0 THEN
        PERFORM mark_edit();
    END IF;
    RETURN NULL;
END $$;

-- Everything that stands at the start is a first line of its own history.
DO $$
DECLARE
    watched text[] := ARRAY[['project', 'id', 'id', ''], ['project_alias', 'project_id', 'alias', ''],
        ['project_area', 'project_id', 'county_code', 'relation'], ['project_place', 'project_id', 'id', ''],
        ['project_party', 'project_id', 'role', 'unit_id'], ['task_link', 'project_id', 'id', ''],
        ['finance_line', 'project_id', 'id', ''], ['annual_plan', 'project_id', 'year', ''],
        ['milestone', 'project_id', 'id', ''], ['slot', 'programme_id', 'number', ''],
        ['attachment', 'project_id', 'id', '']];
    subject text[];
    arguments text;
BEGIN
    FOREACH subject SLICE 1 IN ARRAY watched LOOP
        arguments := concat_ws(', ', quote_literal(subject[2]), quote_literal(subject[3]),
                               quote_literal(nullif(subject[4], '')));
        EXECUTE format('CREATE TRIGGER history_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION history_after_write(%s)', subject[1], arguments);
        EXECUTE format('CREATE TRIGGER history_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows'
            ' NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION history_after_write(%s)',
            subject[1], arguments);
        EXECUTE format('CREATE TRIGGER history_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION history_after_write(%s)', subject[1], arguments);
        EXECUTE format('INSERT INTO history (project_id, table_name, row_key, operation, new_row, changed_by, reason,'
            ' transaction_id) SELECT r.%I, %L, concat_ws(''/'', %s), ''insert'', %s, ''system'', ''baseline'', %s'
            ' FROM %I AS r', subject[2], subject[1], concat_ws(', ', format('r.%I', subject[3]),
            CASE WHEN subject[4] <> '' THEN format('r.%I', subject[4]) END),
            CASE subject[1] WHEN 'project_place' THEN 'to_jsonb(r) || jsonb_build_object(''geom'', r.geom::text)'
                            ELSE 'to_jsonb(r)' END, pg_current_xact_id()::text, subject[1]);
    END LOOP;
END $$;
