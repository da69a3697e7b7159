"""What becomes of a batch: decisions over values, no database."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.district.domain.anomaly import MEANING, TAMPERING, Anomaly, AnomalyKind
from sync.district.domain.batch_decision import Decision, HeldEntry, KnownAroundBatch, decide, fault, first_mismatch
from sync.district.domain.health import kept_health
from sync.protocol.batch import CONFLICT, DUPLICATE, REFUSED, STORED, Batch
from tests.support.factories import Box, envelope

ENTRIES = [envelope() for _ in range(12)]


def box_of(*entries: Any) -> Box:
    return Box(entries=list(entries))


@dataclass
class Memory:
    """A ledger in memory, for one epoch: what the store looks up and keeps, without a store."""

    at: dict[int, HeldEntry] = field(default_factory=dict)
    starts: dict[int, bytes] = field(default_factory=dict)
    kinds: set[AnomalyKind] = field(default_factory=set)
    latest_epoch: int = 1

    def take(self, batch: Batch) -> Decision:
        hashes = batch.hashes()
        known = KnownAroundBatch(
            at={seq: held for seq, held in self.at.items() if batch.first_seq - 1 <= seq <= batch.head.seq},
            after=self.starts.get(batch.head.seq + 1),
            elsewhere={held.entry_id: seq for seq, held in self.at.items()},
            latest_seq=max(self.at, default=0),
            latest_epoch=self.latest_epoch,
            kinds=frozenset(self.kinds),
        )
        decision = decide(batch, hashes, known)
        for placed in (*decision.stored, *decision.refused):
            self.at[placed.seq] = HeldEntry(placed.envelope.entry_id, placed.hash, placed.reason)
        if decision.stored or decision.refused:
            self.starts.setdefault(batch.first_seq, batch.previous)
        self.kinds |= {finding.kind for finding in decision.anomalies}
        return decision


def holding(box: Box) -> Memory:
    memory = Memory()
    memory.take(box.batch())
    return memory


def spoilt(box: Box, kind: str) -> Batch:
    """The box's ledger sent again after somebody with its key changed it."""
    entries = box.entries
    match kind:
        case "entry_changed":
            entries[2] = replace(entries[2], sealed=entries[2].sealed[::-1])
        case "entry_removed":
            del entries[2]
        case "entry_inserted":
            entries.insert(2, envelope())
        case "reordered":
            entries[2], entries[3] = entries[3], entries[2]
        case "rolled_back":
            entries[2:] = [envelope(), envelope()]
        case _:
            raise ValueError(kind)
    return box.batch()


@pytest.mark.parametrize("kind", ["entry_changed", "entry_removed", "entry_inserted", "reordered", "rolled_back"])
def test_each_tampering_has_its_name_and_its_place(kind: str) -> None:
    box = box_of(*ENTRIES[:6])
    memory = holding(box)

    decision = memory.take(spoilt(box, kind))

    assert decision.anomalies == (Anomaly("box-1", 1, 3, AnomalyKind(kind)),)
    assert [result.status for result in decision.results[:2]] == [DUPLICATE, DUPLICATE]
    assert {result.status for result in decision.results[2:]} == {CONFLICT}
    assert {placed.reason for placed in decision.conflicts} == {kind}
    assert decision.stored == decision.refused == ()


def test_a_batch_that_hangs_on_another_past_is_a_fork() -> None:
    box = box_of(*ENTRIES[:3])
    memory = holding(box)
    other = box_of(ENTRIES[4], *ENTRIES[1:3], ENTRIES[5])

    decision = memory.take(other.batch(4))

    assert decision.anomalies == (Anomaly("box-1", 1, 3, AnomalyKind.FORK),)
    assert [placed.seq for placed in decision.conflicts] == [4]


def test_a_new_epoch_is_noted_once_and_is_no_tampering() -> None:
    memory = Memory(latest_epoch=1)
    box = box_of(ENTRIES[0], ENTRIES[1])
    box.epoch = 2

    first = memory.take(box.batch(1, 1))
    memory.latest_epoch = 2
    second = memory.take(box.batch(2, 2))

    assert first.anomalies == (Anomaly("box-1", 2, 1, AnomalyKind.NEW_EPOCH),)
    assert second.anomalies == ()
    assert AnomalyKind.NEW_EPOCH not in TAMPERING


def test_the_very_first_epoch_is_no_finding() -> None:
    memory = Memory(latest_epoch=0)

    assert memory.take(box_of(ENTRIES[0]).batch()).anomalies == ()


def test_a_clone_is_named_once() -> None:
    box = box_of(*ENTRIES[:3])
    memory = holding(box)
    memory.latest_epoch = 2
    box.entries += ENTRIES[3:6]

    named = [memory.take(box.batch(seq, seq)).anomalies for seq in (4, 5, 6)]

    assert named == [(Anomaly("box-1", 1, 4, AnomalyKind.CLONED),), (), ()]


def test_filling_a_hole_of_an_old_epoch_is_no_clone() -> None:
    box = box_of(*ENTRIES[:6])
    memory = Memory()
    memory.take(box.batch(1, 2))
    memory.take(box.batch(5, 6))
    memory.latest_epoch = 2

    assert memory.take(box.batch(3, 4)).anomalies == ()


@given(data=st.data())
def test_however_a_ledger_is_cut_and_shuffled_each_entry_is_stored_once(data: st.DataObject) -> None:
    box, memory = box_of(*ENTRIES), Memory()
    runs = data.draw(
        st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).map(sorted), min_size=1, max_size=12), "runs"
    )

    decisions = [memory.take(box.batch(first, last)) for first, last in runs]

    stored = [placed.seq for decision in decisions for placed in decision.stored]
    assert sorted(stored) == sorted({seq for first, last in runs for seq in range(first, last + 1)})
    assert all(not decision.anomalies and not decision.conflicts for decision in decisions)


@given(data=st.data())
def test_whatever_is_changed_in_what_is_held_never_passes(data: st.DataObject) -> None:
    box = box_of(*ENTRIES[:8])
    memory = holding(box)
    order = data.draw(st.lists(st.integers(0, 11), min_size=1, max_size=10), "order")
    box.entries = [ENTRIES[number] for number in order]
    sent = box.batch()

    decision = memory.take(sent)

    same = next((seq for seq in range(min(8, len(order))) if order[seq] != seq), min(8, len(order)))
    changes_what_is_held = same < min(8, len(order))
    assert bool(decision.anomalies) == changes_what_is_held
    assert bool(decision.stored) == (not changes_what_is_held and len(order) > 8)


def test_a_flawed_entry_is_refused_in_its_place() -> None:
    flawed = replace(ENTRIES[1], key_id="?")
    memory = Memory()
    box = box_of(ENTRIES[0], flawed, ENTRIES[2])

    first, again = memory.take(box.batch()), memory.take(box.batch())

    assert [(result.status, result.reason) for result in first.results] == [
        (STORED, ""),
        (REFUSED, "bad_key_id"),
        (STORED, ""),
    ]
    assert [result.status for result in again.results] == [DUPLICATE, REFUSED, DUPLICATE]
    assert again.refused == ()


def test_a_batch_that_fits_has_no_mismatch() -> None:
    box = box_of(*ENTRIES[:3])
    batch = box.batch(2)

    known = KnownAroundBatch(at={1: HeldEntry("", box.hashes()[1])})

    assert first_mismatch(batch, batch.hashes(), known) is None


def test_a_head_beyond_its_run_is_a_broken_chain() -> None:
    box = box_of(*ENTRIES[:3])
    batch = replace(box.batch(), entries=tuple(ENTRIES[:2]))

    assert fault(batch, batch.hashes(), bytes(box.key.verify_key)) is AnomalyKind.CHAIN_BROKEN


@pytest.mark.parametrize(
    ("days", "left_on", "by_stick", "named"),
    [
        (("2026-11-20", "2026-11-21"), "2026-11-21", True, (3, "late_stick")),
        (("2026-11-21", "2026-11-22"), "2026-11-21", True, (4, "cloned")),
        (("2026-11-22", "2026-11-23"), "", True, (3, "late_stick")),
        (("2026-11-20", "2026-11-20"), "2026-11-21", False, (3, "cloned")),
        (("9999", "2026-11-21"), "2026-11-21", True, (3, "late_stick")),
    ],
)
def test_what_a_left_epoch_got_after_its_box_had_left_it_is_a_copys(days, left_on, by_stick, named) -> None:
    box = box_of(*ENTRIES[:2], *(replace(each, day=day) for each, day in zip(ENTRIES[2:4], days, strict=True)))
    batch = box.batch(3, 4)
    known = KnownAroundBatch(latest_seq=2, latest_epoch=2, left_on=left_on)

    found = decide(batch, batch.hashes(), known, by_stick=by_stick).anomalies

    assert [(each.seq, str(each.kind)) for each in found] == [named]
    again = replace(known, kinds=frozenset({found[0].kind}))
    assert decide(batch, batch.hashes(), again, by_stick=by_stick).anomalies == ()


def test_every_finding_is_explained() -> None:
    assert set(MEANING) == set(AnomalyKind)


def endless() -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for _ in range(100_000):
        nested = {"x": nested}
    return nested


@pytest.mark.parametrize(
    ("health", "kept"),
    [
        ({"backlog": 3}, {"backlog": 3}),
        ({"x": "y" * 20_000}, {"too_large": True}),
        ({"x": float("inf")}, {"unreadable": True}),
    ],
)
def test_health_is_kept_only_when_every_database_can(health: dict[str, Any], kept: dict[str, Any]) -> None:
    assert kept_health(health) == kept


def test_health_without_end_is_not_kept() -> None:
    assert kept_health(endless()) == {"unreadable": True}
