"""Whatever the order in which batches are projected, the same ratings count and the same figures come of them."""

import random
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.district.domain.deduplicate import Rated, deduplicate
from tests.support.factories import COUNTER, TODAY, UNIT


def rated(number: int, dossier: str | None, batch: int, entry: int | None = None, score: int = 5) -> Rated:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    return Rated(
        entry_id=f"e{number if entry is None else entry}",
        device_id="box-1",
        epoch=1,
        seq=number,
        batch_id=batch,
        unit_id=UNIT,
        counter_id=COUNTER,
        officer_number=None,
        procedure_id=None,
        dossier_code=dossier,
        stage="return",
        questionnaire="mot-cua/1",
        score=score,
        flags=(),
        language="vi",
        input="scan",
        day=TODAY,
        recorded_at=moment,
        received_at=moment,
    )


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[Rated]]:
    """Batches of ratings, some of one dossier, some issued twice."""
    rows = [
        rated(
            number,
            draw(st.sampled_from([None, "A", "B"])),
            batch=number // 3,
            entry=number if draw(st.booleans()) else draw(st.integers(0, number)),
            score=draw(st.integers(1, 5)),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    return [rows[start : start + 3] for start in range(0, len(rows), 3)]


def settled(batches: list[list[Rated]]) -> tuple[set[str], dict[Any, int]]:
    kept: dict[str, Rated] = {}
    tallies: dict[Any, int] = {}
    for batch in batches:
        same_entry = [kept[row.entry_id] for row in batch if row.entry_id in kept]
        codes = {row.dossier_code for row in (*batch, *same_entry)} - {None}
        done = deduplicate([row for row in kept.values() if row in same_entry or row.dossier_code in codes], batch)
        kept |= {row.entry_id: row for row in done.rows}
        for key, n in done.tallies.items():
            tallies[key] = tallies.get(key, 0) + n
    return {row.entry_id for row in kept.values() if row.counted}, {key: n for key, n in tallies.items() if n}


@given(arrivals(), st.randoms(use_true_random=False))
def test_the_order_of_projecting_changes_no_figure(batches: list[list[Rated]], dice: random.Random) -> None:
    shuffled = list(batches)
    dice.shuffle(shuffled)

    assert settled(shuffled) == settled(batches)
    assert settled(batches + batches) == settled(batches)
