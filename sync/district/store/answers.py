"""Answers that followed ratings: stored once for each entry, counted beside the rating they belong to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from sync.district.domain.answers_body import Added
from sync.district.domain.release import Stream
from sync.district.measures.placed import Spot
from sync.district.measures.reasons import Answered
from sync.district.store import tables as t
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.period_sums import Span, released_sums
from sync.district.store.raw_sums import EVERYTHING, Only
from sync.district.store.reference_tables import questionnaires
from sync.district.store.upsert import insert_new


def write_answers(connection: Connection, arrived: Iterable[Added]) -> None:
    """Writes entries; of one issued twice the earliest arrived stands, in whatever order they are projected."""
    earliest: dict[str, Added] = {}
    for added in arrived:
        held = earliest.get(added.entry_id)
        if held is None or added.arrival < held.arrival:
            earliest[added.entry_id] = added
    known = _arrivals(connection, sorted(earliest))
    news = [each for each in earliest.values() if each.entry_id not in known or each.arrival < known[each.entry_id]]
    _forget(connection, [each.entry_id for each in news if each.entry_id in known])
    _insert(connection, news)


def counts_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = (), only: Only = EVERYTHING
) -> dict[Spot, dict[Answered, int]]:
    """How many released ratings were given each answer, by the part of the period and the place of the rating.

    An answer is released in groups of its own. Those whose rating is not released, has not been projected, is a repeat,
    or is another box's are in none.
    """
    found: dict[Spot, dict[Answered, int]] = defaultdict(dict)
    by = ("unit_id", "counter_id", "questionnaire", "question_id", "answer")
    for era, unit_id, counter_id, *answered, n in released_sums(
        connection, (Stream.REASON,), by, Span(first, last, bounds, only)
    ):
        found[era, unit_id, counter_id][Answered(*answered)] = n
    return dict(found)


def sensitive_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = (), only: Only = EVERYTHING
) -> dict[tuple[int, str], int]:
    """How many citizens of each unit answered a private question, as far as that is released. For leaders; no counter
    and no officer is known."""
    sums = released_sums(connection, (Stream.PRIVATE,), ("unit_id",), Span(first, last, bounds, only))
    return {(era, unit_id): n for era, unit_id, n in sums}


def questionnaire_contents(connection: Connection) -> list[dict[str, Any]]:
    """Every questionnaire that was imported, as it was imported."""
    return list(connection.execute(select(questionnaires.c.content)).scalars())


def _arrivals(connection: Connection, entry_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    e, found = t.answer_entries.c, {}
    for wanted in among(connection, e.entry_id, entry_ids):
        for entry_id, batch_id, seq in connection.execute(select(e.entry_id, e.batch_id, e.seq).where(wanted)):
            found[entry_id] = (batch_id, seq)
    return found


def _forget(connection: Connection, entry_ids: Sequence[str]) -> None:
    for table in (t.answer_entries, t.answers, t.sensitive_answers):
        for wanted in among(connection, table.c.entry_id, entry_ids):
            connection.execute(delete(table).where(wanted))


def _insert(connection: Connection, news: Sequence[Added]) -> None:
    entries = [
        {
            "entry_id": each.entry_id,
            "device_id": each.device_id,
            "epoch": each.epoch,
            "seq": each.seq,
            "batch_id": each.batch_id,
            "rating_entry_id": each.body.rating_entry_id,
            "questionnaire": each.body.questionnaire,
            "language": each.body.language,
            "spent_ms": each.body.spent_ms,
            "presses": each.body.presses,
            "scans_again": each.body.scans_again,
            "left_unsent": each.body.left,
            "recorded_at": each.body.recorded_at,
            "received_at": each.received_at,
        }
        for each in news
    ]
    answers = [
        {"entry_id": each.entry_id, "question_id": question_id, "answer": answer}
        for each in news
        for question_id, answer in each.body.answers
    ]
    sensitive = [
        {
            "entry_id": each.entry_id,
            "question_id": question_id,
            "answer": answer,
            "rating_entry_id": each.body.rating_entry_id,
            "unit_id": each.body.unit_id,
            "questionnaire": each.body.questionnaire,
            "day": each.day,
        }
        for each in news
        for question_id, answer in each.body.private
    ]
    for table, rows in ((t.answer_entries, entries), (t.answers, answers), (t.sensitive_answers, sensitive)):
        if rows:
            insert_new(connection, table, rows)
