-- The role of the pages: made where it is missing and may be made, checked everywhere. May be run again.

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
    RAISE EXCEPTION 'the database user % may not create the role atlas_app or become it: ask the administrator to run'
        ' CREATE ROLE atlas_app NOLOGIN; GRANT atlas_app TO %', current_user, quote_ident(current_user);
END $$;
