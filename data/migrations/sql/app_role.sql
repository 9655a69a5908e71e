-- The roles of the pages and of the sign-in door: made where they are missing and may be made, checked everywhere.
-- May be run again.
--   atlas_app        somebody who has signed in; without a valid session it sees no record at all
--   atlas_anonymous  nobody in particular
--   atlas_door       checks passwords and opens sessions; sees accounts and nothing of the library
-- None inherits another: whoever may become a role has its rights only after becoming it.

DO $$
DECLARE
    wanted text[] := ARRAY['atlas_app', 'atlas_anonymous', 'atlas_door'];
    one text;
BEGIN
    FOREACH one IN ARRAY wanted LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = one) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT', one);
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = one AND (rolsuper OR rolbypassrls)) THEN
            RAISE EXCEPTION 'role % is a superuser or bypasses row-level security: take that from it first', one;
        END IF;
        IF NOT pg_has_role(current_user, one, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', one, current_user);
        END IF;
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the database user % may not create the role % or become it: ask the administrator to run %',
        current_user, one,
        coalesce((SELECT string_agg(format('CREATE ROLE %s NOLOGIN; ', role), '') FROM unnest(wanted) AS role
                   WHERE role NOT IN (SELECT rolname FROM pg_roles)), '')
        || format('GRANT %s TO %I', array_to_string(wanted, ', '), current_user);
END $$;
