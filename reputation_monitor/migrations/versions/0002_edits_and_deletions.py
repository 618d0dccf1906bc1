"""What mentions said before their edits, and tombstones of those that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE = ["brand", "screen", "published"]


def upgrade() -> None:
    op.create_table(
        "mention_history",
        sa.Column("mention", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("negative", sa.Float(), nullable=True),
        sa.Column("neutral", sa.Float(), nullable=True),
        sa.Column("positive", sa.Float(), nullable=True),
        sa.Column("score_method", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mention", "revision", name=op.f("pk_mention_history")),
    )
    op.add_column("mention", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    _replace_index("ix_mention_due", DUE, "rolled_at IS NULL AND (negative IS NOT NULL OR deleted_at IS NOT NULL)")
    _replace_index("ix_mention_unscored", ["id"], "negative IS NULL AND deleted_at IS NULL")


def downgrade() -> None:
    # An older version knows no tombstones, and would show them as mentions without words.
    op.execute("DELETE FROM mention WHERE deleted_at IS NOT NULL")
    _replace_index("ix_mention_unscored", ["id"], "negative IS NULL")
    _replace_index("ix_mention_due", DUE, "rolled_at IS NULL AND negative IS NOT NULL")
    op.drop_column("mention", "deleted_at")
    op.drop_table("mention_history")


def _replace_index(name: str, columns: list[str], where: str) -> None:
    op.drop_index(name, table_name="mention")
    op.create_index(name, "mention", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
