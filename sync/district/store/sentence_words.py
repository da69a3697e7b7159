"""The words of the ready sentences that were brought from files or written on pages, as the projector reads them."""

from collections.abc import Collection

from sqlalchemy import select

from kiosk.domain.wording import SENTENCES
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import wordings


def words_of_sentences(connection: Connection, sentence_ids: Collection[str]) -> dict[str, set[str]]:
    """The Vietnamese words that each of these ids has had, in every wording that was brought."""
    found: dict[str, set[str]] = {}
    if not sentence_ids:
        return found
    for content in connection.execute(select(wordings.c.content).where(wordings.c.kind == SENTENCES)).scalars():
        for row in content.get("sentences", []):
            if row["id"] in sentence_ids:
                found.setdefault(row["id"], set()).add(row["words"]["vi"])
    return found
