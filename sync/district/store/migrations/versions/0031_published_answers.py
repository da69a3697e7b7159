"""Answers on the public page as they are read there, so that they can be searched. Imports none of our models.

Revision ID: 0031_published_answers
Revises: 0030_public_months
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

TABLE = "published_answers"

revision = "0031_published_answers"
down_revision = "0030_public_months"
branch_labels = None
depends_on = None

_DROPPED = dict.fromkeys(range(0x300, 0x370)) | {0x111: "d", 0x110: "d"}  # the two with a stroke
_THERE = "SELECT entry_id, unit_id FROM complaint_standings WHERE published"
_LAST = """SELECT content, at FROM complaint_actions WHERE complaint_id = :entry_id AND action = :action
    ORDER BY action_id DESC LIMIT 1"""


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_published_answers")),
    )
    op.create_index("ix_published_answers_public_id", TABLE, ["public_id"], unique=True)
    op.create_index("ix_published_answers_published_on", TABLE, ["published_on"], unique=False)
    kept = op.create_table(
        "publishing_secrets",
        sa.Column("secret", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("secret", name=op.f("pk_publishing_secrets")),
    )
    secret = secrets.token_bytes(32)
    op.bulk_insert(kept, [{"secret": secret}])
    connection = op.get_bind()
    rows = [_row(connection, secret, *each) for each in connection.execute(sa.text(_THERE)).all()]
    op.drop_column("complaint_standings", "published")
    made = [row for row in rows if row]
    if made:
        names = tuple(made[0])
        values = ", ".join(f":{name}" for name in names)
        connection.execute(sa.text(f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({values})"), made)  # noqa: S608


def _row(connection: sa.Connection, secret: bytes, entry_id: str, unit_id: str) -> dict[str, object] | None:
    words = connection.execute(sa.text(_LAST), {"entry_id": entry_id, "action": "prepare"}).first()
    when = connection.execute(sa.text(_LAST), {"entry_id": entry_id, "action": "publish"}).first()
    if words is None or when is None:
        return None
    content = json.loads(words.content) if isinstance(words.content, str) else words.content
    question, answer = str(content["question"]), str(content["answer"])
    return {
        "entry_id": entry_id,
        "public_id": hmac.new(secret, entry_id.encode(), hashlib.sha256).hexdigest()[:16],
        "unit_id": unit_id,
        "published_on": _local_day(when.at),
        "question": question,
        "answer": answer,
        "folded": _fold(f"{question} {answer}"),
    }


def _local_day(at: object) -> str:
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment.astimezone(UTC) + timedelta(hours=7)).date().isoformat()


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).translate(_DROPPED).lower()
    return " ".join(unicodedata.normalize("NFC", plain).split())
