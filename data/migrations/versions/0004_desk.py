"""Functions of the desk: numbers for new records, units named by offices, order of parties."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0004_desk.sql"


def upgrade() -> None:
    # Handed to the driver as it stands: the file holds no parameters, and a colon is a colon.
    op.get_bind().exec_driver_sql(SQL.read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
