"""Labels set by hand, what was drawn to be labelled, and what the model was tuned to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mention", BIG_ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_mention"), "correction", ["mention"])
    op.create_index(
        "uq_correction_stands", "correction", ["mention"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )
    op.create_table(
        "drawn",
        sa.Column("mention", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mention", name=op.f("pk_drawn")),
    )
    op.create_table(
        "tuning",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tuning")),
    )


def downgrade() -> None:
    op.drop_table("tuning")
    op.drop_table("drawn")
    op.drop_table("correction")
