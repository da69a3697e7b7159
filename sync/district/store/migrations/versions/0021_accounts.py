"""Invitations, authenticators, sessions one can see and end, deputies, and from which network somebody signed in.

Revision 0021_accounts. Imports none of our models.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021_accounts"
down_revision = "0020_citizens_date"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ADDED: dict[str, list[sa.Column[Any]]] = {
    "users": [sa.Column("totp_secret", sa.String(length=64)), sa.Column("totp_step", sa.BigInteger())],
    "sessions": [
        sa.Column("started_at", MOMENT),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("awaits_code", sa.Boolean()),
        sa.Column("agent", sa.String(length=200)),
        sa.Column("network", sa.String(length=64)),
    ],
    "sign_ins": [sa.Column("network", sa.String(length=64))],
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("user_name", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["users.user_name"], name=op.f("fk_invitations_user_name_users")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_user_name"), "invitations", ["user_name"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("user_name", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["users.user_name"], name=op.f("fk_recovery_codes_user_name_users")),
        sa.PrimaryKeyConstraint("user_name", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "deputies",
        sa.Column("deputy_id", POSITION, autoincrement=True, nullable=False),
        sa.Column("absent", sa.String(length=64), nullable=False),
        sa.Column("deputy", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["absent"], ["users.user_name"], name=op.f("fk_deputies_absent_users")),
        sa.ForeignKeyConstraint(["deputy"], ["users.user_name"], name=op.f("fk_deputies_deputy_users")),
        sa.PrimaryKeyConstraint("deputy_id", name=op.f("pk_deputies")),
    )
    for name in ("absent", "deputy"):
        op.create_index(op.f(f"ix_deputies_{name}"), "deputies", [name], unique=False)
