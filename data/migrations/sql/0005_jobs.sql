-- Long work. A lane of a worker holds two advisory locks by a connection of its own: (7305118, 0), shared, while it
-- lives, and (7305119, job) while it runs that job. The server drops them with the connection, whatever ended it: so
-- who is alive is known exactly, without clocks.

CREATE FUNCTION held_locks(class integer) RETURNS TABLE (number integer) LANGUAGE sql STABLE AS $$
    SELECT objid::bigint::integer FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = class::oid
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
$$;

CREATE FUNCTION worker_alive() RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$ SELECT EXISTS (SELECT FROM held_locks(7305118)) $$;

-- A job is asked for by an account, as itself. Twenty that are not over are enough for anybody.
CREATE FUNCTION job_submit(kind text, title text, arguments jsonb) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE
    me integer := acting_account();
    key integer;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'nobody is signed in, or the session has ended' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(7305120, me);
    IF (SELECT count(*) FROM job WHERE account_id = me AND state IN ('waiting', 'running')) >= 20 THEN
        RETURN NULL;
    END IF;
    INSERT INTO job (kind, title, arguments, account_id) VALUES (kind, title, arguments, me) RETURNING id INTO key;
    PERFORM pg_notify('atlas_job', key::text);
    RETURN key;
END $$;

-- One's own job, or for an administrator anybody's. Returns whether there is such a job.
CREATE FUNCTION job_cancel(key integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE me integer := acting_account();
BEGIN
    UPDATE job SET cancel_asked = true,
           finished_at = CASE WHEN state = 'waiting' THEN now() END,
           state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END
     WHERE id = key AND state IN ('waiting', 'running') AND (account_id = me OR sees_everything());
    RETURN FOUND OR EXISTS (SELECT FROM job WHERE id = key AND (account_id = me OR sees_everything()));
END $$;

-- For the worker alone, as owner, in a transaction of its own: end what was begun too often or cancelled meanwhile,
-- then take the oldest job that waits or whose worker is gone. The lock is asked for once a row is really taken.
CREATE FUNCTION job_claim(kinds text[], most integer, told text)
RETURNS TABLE (id integer, kind text, account_id integer, arguments jsonb, attempt integer)
LANGUAGE plpgsql AS $$
DECLARE found integer;
BEGIN
    UPDATE job SET finished_at = now(), state = CASE WHEN cancel_asked THEN 'cancelled' ELSE 'failed' END,
           message = CASE WHEN cancel_asked THEN message ELSE told END
     WHERE job.kind = ANY (kinds) AND state = 'running' AND (cancel_asked OR attempts >= most)
       AND job.id NOT IN (SELECT number FROM held_locks(7305119));
    SELECT job.id INTO found FROM job
     WHERE job.kind = ANY (kinds) AND (state = 'waiting' OR (
           state = 'running' AND job.id NOT IN (SELECT number FROM held_locks(7305119))))
     ORDER BY job.id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF found IS NULL OR NOT pg_try_advisory_lock(7305119, found) THEN
        RETURN;
    END IF;
    RETURN QUERY UPDATE job SET state = 'running', attempts = attempts + 1, heartbeat_at = now(),
           started_at = coalesce(started_at, now()) WHERE job.id = found
        RETURNING job.id, job.kind, job.account_id, job.arguments, job.attempts;
END $$;

REVOKE ALL ON FUNCTION held_locks(integer), worker_alive(), job_submit(text, text, jsonb), job_cancel(integer),
    job_claim(text[], integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION worker_alive(), job_submit(text, text, jsonb), job_cancel(integer) TO atlas_app;

-- A page asks and cancels through the functions above and otherwise only looks; what a geocoder answered is read by
-- the worker, as owner: the addresses in it may be of records that are not published.
REVOKE INSERT, UPDATE ON job FROM atlas_app;
DROP POLICY inserts ON job;
DROP POLICY updates ON job;
REVOKE ALL ON geocode_answer FROM atlas_app;
