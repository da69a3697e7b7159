"""Answers on the public page: kept as they are read there, searched without marks, the newest first."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, func, select

from sync.district.domain.folded import folded
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.upsert import upsert

MAX_WORDS = 8
"""More words of a search are not looked at."""

_P = c.published_answers.c


class PublishedAnswer(Struct, frozen=True):
    """A complaint answered in public, in the words that two people made ready for it. ``public_id`` is its address,
    ``unit_id`` who answered, ``published_on`` the day in Việt Nam since when it stands there."""

    public_id: str
    unit_id: str
    published_on: date
    question: str
    answer: str


def publishing_secret(connection: Connection) -> bytes:
    """The 32 bytes with which addresses are made; they never leave the district."""
    return bytes(connection.execute(select(c.publishing_secrets.c.secret)).scalar_one())


def public_id(secret: bytes, entry_id: str) -> str:
    """Under which address the answer to a complaint stands. Kiosks know the ids of their entries, so without the
    ``publishing_secret`` neither can be told from the other."""
    return hmac.new(secret, entry_id.encode(), hashlib.sha256).hexdigest()[:16]


def keep_published(connection: Connection, answers: Mapping[str, PublishedAnswer | None]) -> None:
    """Keeps what stands on the public page, by the complaint's id, and removes what does so no more."""
    rows = [_row(entry_id, answer) for entry_id, answer in answers.items() if answer]
    upsert(connection, c.published_answers, rows)
    for gone in among(connection, _P.entry_id, {entry_id for entry_id, answer in answers.items() if answer is None}):
        connection.execute(delete(c.published_answers).where(gone))


def published_answers(
    connection: Connection, words: str = "", units: Collection[str] = (), limit: int = 20, skip: int = 0
) -> list[PublishedAnswer]:
    """Those with all of these words, of these units (all when there are none), the newest first."""
    query = select(_P.public_id, _P.unit_id, _P.published_on, _P.question, _P.answer).where(*_asked(words, units))
    newest_first = query.order_by(_P.published_on.desc(), _P.public_id).limit(limit).offset(skip)
    return [PublishedAnswer(*row) for row in connection.execute(newest_first)]


def count_published(connection: Connection, words: str = "", units: Collection[str] = ()) -> int:
    """How many there are."""
    return connection.execute(
        select(func.count()).select_from(c.published_answers).where(*_asked(words, units))
    ).scalar_one()


def published_answer(connection: Connection, address: str) -> PublishedAnswer | None:
    """The one at this address (``public_id``)."""
    query = select(_P.public_id, _P.unit_id, _P.published_on, _P.question, _P.answer)
    row = connection.execute(query.where(_P.public_id == address)).first()
    return PublishedAnswer(*row) if row else None


def units_published(connection: Connection) -> set[str]:
    """The units that answered something in public."""
    return set(connection.execute(select(_P.unit_id).distinct()).scalars())


def _asked(words: str, units: Collection[str]) -> list[ColumnElement[bool]]:
    asked = [_P.folded.contains(word, autoescape=True) for word in folded(words).split()[:MAX_WORDS]]
    return [*asked, _P.unit_id.in_(sorted(units))] if units else asked


def _row(entry_id: str, answer: PublishedAnswer) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "public_id": answer.public_id,
        "unit_id": answer.unit_id,
        "published_on": answer.published_on,
        "question": answer.question,
        "answer": answer.answer,
        "folded": folded(f"{answer.question} {answer.answer}"),
    }
