"""Who saw or took finer figures than the pages show: append-only facts, kept for good."""

from sqlalchemy import JSON, Column, LargeBinary, String, Table, Text

from sync.district.store.metadata import PositionType, UtcDateTime, metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("audit_id", PositionType, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", String(64), nullable=False),  # a user's name; of a command the account of the server
    Column("what", String(16), nullable=False),  # sync.district.domain.audit.Audited
    Column("detail", JSON, nullable=False),
    Column("reason", Text, nullable=False),
)

auditor_keys = Table(  # public keys to which finer exports are sealed; the last row of a key says whether it holds
    "auditor_keys",
    metadata,
    Column("row_id", PositionType, primary_key=True, autoincrement=True),
    Column("key_id", String(16), nullable=False, index=True),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("holds", String(8), nullable=False),  # yes | no
    Column("at", UtcDateTime, nullable=False),
)

# One row: with it dossiers and officers get their names in exports. It never leaves the district.
export_secrets = Table("export_secrets", metadata, Column("secret", LargeBinary(32), primary_key=True))

AUDIT_FACTS = ("audit_entries", "auditor_keys")
