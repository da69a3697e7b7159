"""Tables of people: users, sessions, sign-in attempts, invitations, deputies."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKeyConstraint, LargeBinary, String, Table, Text

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
    Column("totp_secret", String(64)),  # of their authenticator, Base32; there is one when the second step is on
    Column("totp_step", BigInteger),  # the last step of 30 seconds whose code was used: none counts twice
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_hash", LargeBinary(32), primary_key=True),
    Column("user_name", String(64), nullable=False, index=True),
    Column("form_token", String(64), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),  # when the password was last typed in it
    Column("awaits_code", Boolean),  # the password was right, the code of the authenticator is still to come
    Column("agent", String(200)),  # what the browser calls itself, for the list its user ends sessions from
    Column("network", String(64)),
    ForeignKeyConstraint(["user_name"], ["users.user_name"]),
)

# One-time codes with which somebody sets a password: of a new account, or of one that was reset.
invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("user_name", String(64), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["user_name"], ["users.user_name"]),
)

# One-time codes with which an officer sets their own PIN for kiosks: one for each officer, as a hash.
pin_codes = Table(
    "pin_codes",
    metadata,
    Column("officer_number", String(64), primary_key=True),
    Column("code_hash", LargeBinary(32), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_name", String(64), primary_key=True),
    Column("code_hash", LargeBinary(32), primary_key=True),
    ForeignKeyConstraint(["user_name"], ["users.user_name"]),
)

# Who does whose work from a day to a day. What is over stays: it says why somebody acted.
deputies = Table(
    "deputies",
    metadata,
    Column("deputy_id", PositionType, primary_key=True, autoincrement=True),
    Column("absent", String(64), nullable=False, index=True),
    Column("deputy", String(64), nullable=False, index=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # when it was ended before its last day was over
    ForeignKeyConstraint(["absent"], ["users.user_name"]),
    ForeignKeyConstraint(["deputy"], ["users.user_name"]),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("sign_in_id", PositionType, primary_key=True, autoincrement=True),
    Column("user_name", String(64), nullable=False, index=True),
    Column("succeeded", Boolean, nullable=False),
    Column("network", String(64)),
    Column("at", UtcDateTime, nullable=False),
)

# Filters of the list of complaints that somebody has named, for themselves alone.
saved_views = Table(
    "saved_views",
    metadata,
    Column("view_id", PositionType, primary_key=True, autoincrement=True),
    Column("user_name", String(64), nullable=False, index=True),
    Column("name", String(40), nullable=False),
    Column("address", String(1000), nullable=False),  # what stands behind the question mark of the list
    Column("made_at", UtcDateTime, nullable=False),
)
