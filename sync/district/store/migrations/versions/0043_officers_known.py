"""Say of ratings that were there before rosters how their officer is known: by the dossier, which alone could name one.
Find the ratings for which the duty roster names an officer. Imports none of our models.

Revision ID: 0043_officers_known
Revises: 0042_invitations
"""

import sqlalchemy as sa
from alembic import op

revision = "0043_officers_known"
down_revision = "0042_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE ratings SET officer_known_by = 'dossier' WHERE officer_number IS NOT NULL AND officer_known_by IS NULL"
    )
    seated = sa.text("seated_officer IS NOT NULL")
    op.create_index(
        "ix_ratings_seated_officer", "ratings", ["seated_officer"], sqlite_where=seated, postgresql_where=seated
    )
