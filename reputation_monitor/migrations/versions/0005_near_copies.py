"""Hashes by which near copies are found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copy_hash",
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("mention", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "mention", name=op.f("pk_copy_hash")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("copy_hash")
