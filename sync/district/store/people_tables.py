"""Tables of people: users, sessions, sign-in attempts."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, LargeBinary, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

users = Table(
    "users",
    metadata,
    Column("user_name", String(64), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("unit_id", String(64)),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("officer_number", String(64)),  # so that nobody sees what is said about themselves
    Column("created_at", UtcDateTime, nullable=False),
    Column("not_an_officer", Boolean),  # said by who made the account: nothing can be said about them at a counter
    Column("full_name", Text),  # so that words about them are known, and left out of what is published
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_hash", LargeBinary(32), primary_key=True),
    Column("user_name", String(64), nullable=False, index=True),
    Column("form_token", String(64), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["user_name"], ["users.user_name"]),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("sign_in_id", PositionType, primary_key=True, autoincrement=True),
    Column("user_name", String(64), nullable=False, index=True),
    Column("succeeded", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
