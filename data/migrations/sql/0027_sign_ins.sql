-- Who signed in, and who tried. The door writes rows and reads none; an administrator reads all, everybody their own.
-- Nobody changes a row; rows older than 180 days may be removed, by the owner (upkeep).

-- No foreign key: what an account did stays when the account is gone.
CREATE TABLE sign_in (
    id bigserial CONSTRAINT pk_sign_in PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    account_id integer,
    -- A name that no account has is kept as a keyed hash: people type passwords where names belong.
    tried text,
    way text NOT NULL CONSTRAINT ck_sign_in_way_in_list CHECK (way IN ('password', 'provider', 'office', 'token')),
    outcome text NOT NULL CONSTRAINT ck_sign_in_outcome_in_list CHECK (outcome IN (
        'in', 'unknown', 'wrong', 'locked', 'locked_out', 'closed', 'out', 'ended', 'changed', 'wrong_current', 'reset',
        'used')),
    -- The network somebody came from, not the address.
    address text NOT NULL DEFAULT '',
    request text NOT NULL DEFAULT ''
);
CREATE INDEX ix_sign_in_at ON sign_in (at);
CREATE INDEX ix_sign_in_account_id ON sign_in (account_id, at);

CREATE FUNCTION keep_sign_ins() RETURNS trigger
LANGUAGE plpgsql SET search_path = atlas, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '180 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the record of sign-ins is not changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON sign_in FOR EACH ROW EXECUTE FUNCTION keep_sign_ins();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON sign_in FOR EACH STATEMENT EXECUTE FUNCTION keep_sign_ins();

ALTER TABLE sign_in ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON sign_in FOR INSERT TO atlas_door WITH CHECK (true);
CREATE POLICY reads ON sign_in FOR SELECT TO atlas_app USING (
    (SELECT sees_everything()) OR account_id = (SELECT acting_account()));
GRANT INSERT (account_id, tried, way, outcome, address, request) ON sign_in TO atlas_door;
GRANT USAGE ON SEQUENCE sign_in_id_seq TO atlas_door;
GRANT SELECT ON sign_in TO atlas_app;

-- When the acting token was last used, to ten minutes; the use goes into the record.
CREATE OR REPLACE FUNCTION note_api_token_use() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE mine integer := -acting_account();
BEGIN
    UPDATE api_token SET last_used_at = now()
     WHERE id = mine AND coalesce(last_used_at, '-infinity') < now() - interval '10 minutes';
    IF FOUND THEN
        INSERT INTO sign_in (account_id, way, outcome) VALUES (-mine, 'token', 'used');
    END IF;
END $$;

REVOKE ALL ON FUNCTION keep_sign_ins() FROM PUBLIC;
