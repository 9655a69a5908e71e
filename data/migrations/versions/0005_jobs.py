"""Functions of the job table: asking, cancelling, taking, and who is alive."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql" / "0005_jobs.sql"


def upgrade() -> None:
    # Handed to the driver as it stands: the file holds no parameters, and a colon is a colon.
    op.get_bind().exec_driver_sql(SQL.read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
