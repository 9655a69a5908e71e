"""Functions, triggers and grants: county of a place, derived facets, slots, the app role."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
FILES = ("0002_places.sql", "0002_facets.sql", "0002_slots.sql", "app_role.sql", "0002_grants.sql")


def upgrade() -> None:
    for name in FILES:
        # Handed to the driver as it stands: the files hold no parameters, and a colon is a colon.
        op.get_bind().exec_driver_sql((SQL / name).read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
