"""What a link rests on, and the verdicts that were replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("basis", sa.JSON(), nullable=True))
    op.create_table(
        "verdict_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_change")),
    )
    op.create_index(op.f("ix_verdict_change_incident_brand"), "verdict_change", ["incident", "brand"])


def downgrade() -> None:
    op.drop_index(op.f("ix_verdict_change_incident_brand"), "verdict_change")
    op.drop_table("verdict_change")
    op.drop_column("link", "basis")
