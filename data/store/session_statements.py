"""The statements of signing in; ``data.store.sessions`` says what each is for."""

from typing import Final

from sqlalchemy import text

LIVE: Final = text("""
SELECT a.id FROM account_session s JOIN account a ON a.id = s.account_id
WHERE s.token_sha256 = :key AND s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL
""")
"""The function ``acting()`` says the same to the roles of the library, to which the sessions are closed."""

FAILED: Final = text("""
UPDATE account SET failed_attempts = failed_attempts + 1,
  locked_until = CASE WHEN failed_attempts + 1 >= :limit THEN
    now() + make_interval(
      mins => least(:longest, :first * (2 ^ least(failed_attempts + 1 - :limit, 10))::int)) END
WHERE name = :name AND password_hash IS NOT NULL AND (locked_until IS NULL OR locked_until <= now())
RETURNING locked_until IS NOT NULL AS locked
""")

ENTER: Final = text("""
UPDATE account SET failed_attempts = 0, locked_until = NULL, password_hash = :renewed
WHERE name = :name AND password_hash = :stored AND disabled_at IS NULL
  AND (locked_until IS NULL OR locked_until <= now())
RETURNING id, must_change_password
""")

REPLACE: Final = text("""
UPDATE account SET password_hash = :renewed, must_change_password = false, failed_attempts = 0
WHERE id = :id AND password_hash = :stored AND disabled_at IS NULL
  AND (locked_until IS NULL OR locked_until <= now())
""")

RENEW: Final = text("""
UPDATE account_session SET expires_at = now() + :lasts
WHERE token_sha256 = :key AND account_id = :id AND kind = 'browser' AND revoked_at IS NULL
  AND expires_at > now() - :late AND created_at > now() - :old
""")

MAKE_OFFICE: Final = text("""
INSERT INTO account (name, display_name, role, must_change_password)
VALUES (:name, '本机办公室', 'administrator', false) ON CONFLICT (name) DO NOTHING
""")

EXTERNAL: Final = text("""
INSERT INTO account (name, display_name, external_subject, role, unit_id, scope_code, must_change_password)
VALUES (:name, :display, :subject, :role, :unit, :scope, false)
ON CONFLICT (external_subject) DO UPDATE SET display_name = excluded.display_name, role = excluded.role,
  unit_id = excluded.unit_id, scope_code = excluded.scope_code
WHERE account.disabled_at IS NULL
RETURNING id, must_change_password
""")
