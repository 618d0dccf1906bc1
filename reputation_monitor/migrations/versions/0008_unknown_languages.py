"""Mentions in a language that no model knows wait for no score."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = sa.text("negative IS NULL AND deleted_at IS NULL")
WAITING = sa.text("negative IS NULL AND score_method IS NULL AND deleted_at IS NULL")
UNREAD = sa.text("negative IS NULL AND score_method = 'language'")


def upgrade() -> None:
    op.drop_index("ix_mention_unscored", "mention")
    op.create_index("ix_mention_unscored", "mention", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_mention_unread", "mention", ["language"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    op.drop_index("ix_mention_unread", "mention")
    op.drop_index("ix_mention_unscored", "mention")
    op.create_index("ix_mention_unscored", "mention", ["id"], sqlite_where=BEFORE, postgresql_where=BEFORE)
