-- Who is acting, and what that account may see and do. A browser's token is looked up at every question, so that a
-- changed role, a disabled account or an ended session acts at once. Policies call these inside (SELECT …), which the
-- server answers once per query; none of them believes anything but the token.

CREATE FUNCTION acting() RETURNS account
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE found account;
BEGIN
    IF coalesce(current_setting('atlas.session', true), '') = '' THEN
        RETURN NULL;
    END IF;
    SELECT account.* INTO found FROM account_session opened JOIN account ON account.id = opened.account_id
     WHERE opened.token_sha256 = sha256(convert_to(current_setting('atlas.session', true), 'UTF8'))
       AND opened.revoked_at IS NULL AND opened.expires_at > statement_timestamp() AND account.disabled_at IS NULL;
    RETURN found;
END $$;

CREATE FUNCTION acting_account() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN (acting()).id; END $$;

CREATE FUNCTION acting_name() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN (acting()).name; END $$;

CREATE FUNCTION signed_in() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN (acting()).id IS NOT NULL; END $$;

CREATE FUNCTION who_am_i() RETURNS TABLE (
    account_id integer, name text, display_name text, role text, scope_code text, must_change_password boolean,
    unit_id text, unit_kind text, unit_name text, unit_area_code text, unit_prefecture_code text,
    unit_province_code text, unit_reviewed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT me.id, me.name, me.display_name, me.role, me.scope_code, me.must_change_password, own.id, own.kind, own.name,
           own.area_code, own.prefecture_code, own.province_code, own.reviewed
      FROM acting() AS me LEFT JOIN owner_unit own ON own.id = me.unit_id WHERE me.id IS NOT NULL
$$;

CREATE FUNCTION anonymous_reads() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT coalesce((SELECT access_policy.anonymous_reads FROM access_policy), false)
$$;

CREATE FUNCTION sees_everything() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN coalesce((acting()).role = 'administrator', false); END $$;

-- Whether the account may file or write anything at all: not before it has changed its first password.
CREATE FUNCTION may_file() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE me account := acting();
BEGIN
    RETURN coalesce(me.role IN ('editor', 'reviewer', 'administrator') AND NOT me.must_change_password, false);
END $$;

CREATE FUNCTION writes_everything() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE me account := acting();
BEGIN
    RETURN coalesce(me.role = 'administrator' AND NOT me.must_change_password, false);
END $$;

-- The units of an account: an editor's own, a reviewer's subtree. An administrator's list is empty: sees_everything()
-- stands for it.
CREATE FUNCTION readable_units() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE me account := acting();
BEGIN
    RETURN CASE me.role
        WHEN 'editor' THEN ARRAY[me.unit_id]
        WHEN 'reviewer' THEN ARRAY(
            SELECT owner_unit.id FROM owner_unit
             WHERE me.scope_code IN (owner_unit.id, area_code, prefecture_code, province_code))
        ELSE '{}' END;
END $$;

CREATE FUNCTION fileable_units() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN CASE WHEN may_file() THEN readable_units() ELSE '{}' END; END $$;

-- An editor of a reviewed unit files and waits; only a reviewer writes there.
CREATE FUNCTION writable_units() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE me account := acting();
BEGIN
    RETURN CASE WHEN me.role = 'editor' AND (SELECT reviewed FROM owner_unit WHERE owner_unit.id = me.unit_id) THEN '{}'
                ELSE fileable_units() END;
END $$;

CREATE FUNCTION may_read_unit(unit_key text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN coalesce(sees_everything() OR unit_key = ANY (readable_units()), false); END $$;

CREATE FUNCTION may_write_unit(unit_key text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN RETURN coalesce(writes_everything() OR unit_key = ANY (writable_units()), false); END $$;

-- Records of one's own units, and records with an open county for which one's own county is a candidate.
CREATE FUNCTION may_file_for(project_key text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE mine text[];
BEGIN
    IF writes_everything() THEN
        RETURN EXISTS (SELECT FROM project WHERE id = project_key);
    END IF;
    mine := fileable_units();
    RETURN EXISTS (
        SELECT FROM project WHERE id = project_key
           AND (owner_unit_id = ANY (mine)
                OR (county_code IS NULL AND published AND deleted_at IS NULL AND merged_into_id IS NULL AND EXISTS (
                    SELECT FROM project_area WHERE project_id = project_key AND relation = 'candidate'
                       AND project_area.county_code = ANY (mine)))));
END $$;

-- Who sees a change set although another unit filed it: whoever sees a record it is about.
CREATE FUNCTION change_set_concerns_me(set_key integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE mine text[] := readable_units();
BEGIN
    RETURN mine <> '{}' AND EXISTS (
        SELECT FROM change_entry entry JOIN project ON project.id IN (entry.project_id, entry.target_id)
         WHERE entry.change_set_id = set_key AND project.owner_unit_id = ANY (mine));
END $$;

-- Whoever may write every record of a change set decides on it; a new record is its filer's unit's.
CREATE FUNCTION may_decide(set_key integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE mine text[];
BEGIN
    IF writes_everything() THEN
        RETURN true;
    END IF;
    mine := writable_units();
    RETURN mine <> '{}' AND EXISTS (
        SELECT FROM change_set filed WHERE filed.id = set_key
           AND (filed.unit_id = ANY (mine) OR EXISTS (
                SELECT FROM change_entry WHERE change_set_id = set_key AND project_id IS NOT NULL))
           AND NOT EXISTS (
                SELECT FROM change_entry entry LEFT JOIN project ON project.id = entry.project_id
                 WHERE entry.change_set_id = set_key
                   AND NOT coalesce(project.owner_unit_id = ANY (mine),
                                    project.id IS NULL AND filed.unit_id = ANY (mine))));
END $$;

-- Entries of one's own change sets that nobody has decided: what may still be written into them.
CREATE FUNCTION open_entries() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT entry.id FROM change_entry entry JOIN change_set filed ON filed.id = entry.change_set_id
     WHERE filed.filed_by = (SELECT acting_name()) AND filed.state IN ('draft', 'submitted')
$$;

-- Entries of change sets in the queue on which one decides.
CREATE FUNCTION decidable_entries() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
    SELECT entry.id FROM change_entry entry
     WHERE entry.change_set_id IN (SELECT id FROM change_set WHERE state = 'submitted' AND may_decide(id))
$$;
