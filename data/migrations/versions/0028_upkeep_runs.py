"""What the office's own upkeep did: backups and their proofs."""

from pathlib import Path

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    # Handed to the driver as it stands: the file holds no parameters, and a colon is a colon.
    text = (SQL / "0028_upkeep_runs.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
