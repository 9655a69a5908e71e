"""Dated steps of a record in one row, when an office last wrote into it; no record is a part of itself."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    # Handed to the driver as it stands: the file holds no parameters, and a colon is a colon.
    text = (SQL / "0012_lifecycle.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
