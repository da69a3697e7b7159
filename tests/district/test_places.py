"""One box speaks for its own unit alone; what it says of others is kept, told of, and counts nowhere."""

from typing import Any

import pytest

from kiosk.domain.receipt import mint
from kiosk.domain.reference import ThisBox
from sync.district.domain.deadlines import load_schemes
from sync.district.projection.project import rebuild
from sync.district.projection.quarantine import replay
from sync.district.reference.snapshot import page
from sync.district.store.devices import device
from sync.district.store.engine import reading, writing
from sync.district.store.imports import Origin, rows_by_key, write_rows
from sync.protocol.snapshot import decode_page, encode_page
from tests.district.conftest import District
from tests.support.factories import COUNTER, TODAY, UNIT, Box

OTHER, THERE = "H32.99", "H32.99-q1"


@pytest.fixture
def two_units(district: District) -> District:
    district.reference(
        units=[{"unit_id": OTHER, "name": "Phường Khác", "level": "commune", "parent_id": None}],
        counters=[{"counter_id": THERE, "unit_id": OTHER, "name": "Quầy 1", "field": "Hộ tịch"}],
    )
    return district


def move(district: District, counter_id: str, unit_id: str) -> None:
    """As an import of counters does."""
    row = {"counter_id": counter_id, "unit_id": unit_id, "name": "Quầy", "field": "", "valid_from": None,
           "valid_to": None, "removed": False}  # fmt: skip
    with writing(district.engine) as connection:
        present = rows_by_key(connection, "counters", [counter_id])
        write_rows(connection, "counters", [row], present, Origin("counters.csv", district.clock()))


def deliver(district: District, box: Box) -> None:
    district.accept(box)
    district.project()


def this_box(district: District, box: Box) -> ThisBox:
    with reading(district.engine) as connection:
        known = device(connection, box.device_id)
    assert known is not None
    changes = decode_page(encode_page(page(district.services, known, "", district.clock()))).changes
    return next(change.row for change in changes if isinstance(change.row, ThisBox))


@pytest.mark.parametrize("place", [{"unit_id": OTHER}, {"counter_id": THERE}, {"counter_id": "H32.13-q77"}])
def test_a_vote_in_another_unit_is_kept_told_of_and_not_counted(two_units: District, place: dict[str, Any]) -> None:
    box = two_units.box()
    box.rate(5, **place)
    box.rate(4)
    box.tell(mint().number, **place)
    deliver(two_units, box)

    assert two_units.figures() == [(TODAY, UNIT, COUNTER, "overall", "4", 1)]
    assert two_units.rows("complaints", "entry_id") == []
    assert two_units.kinds() == ["elsewhere"]
    assert two_units.rows("findings", "seq", "kind") == [(1, "elsewhere")]
    assert len(two_units.rows("ledger", "seq")) == 3
    assert len(two_units.rows("unopened", "seq")) == 2


def test_the_box_hears_in_its_snapshot_how_many_were_not_counted_and_why(two_units: District) -> None:
    box = two_units.box()
    box.rate(5, unit_id=OTHER)
    box.rate(5, unit_id=OTHER)
    box.rate(9)
    before = this_box(two_units, box)
    deliver(two_units, box)

    assert before.set_aside == {}
    assert this_box(two_units, box).set_aside == {
        "unit_id: not the unit this device was enrolled for": 2,
        "score: not 1 to 5": 1,
    }
    assert this_box(two_units, two_units.box()).set_aside == {}


def test_a_kiosk_of_the_hall_and_one_of_a_counter_may_name_every_counter_of_their_unit(district: District) -> None:
    hall, tablet = district.box(counter=None), district.box()
    hall.rate(5, counter_id="H32.13-q2")
    hall.rate(5, counter_id=None)
    tablet.rate(5, counter_id="H32.13-q2")
    deliver(district, hall)
    deliver(district, tablet)

    assert (district.kinds(), sum(n for *_, n in district.figures())) == ([], 3)


def test_a_unit_s_kiosk_serves_the_counters_of_the_units_below_it(two_units: District) -> None:
    two_units.reference(units=[{"unit_id": OTHER, "name": "Điểm Khác", "level": "point", "parent_id": UNIT}])
    box = two_units.box()
    box.rate(5, counter_id=THERE)
    deliver(two_units, box)

    assert (two_units.kinds(), sum(n for *_, n in two_units.figures())) == ([], 1)


def test_what_was_said_before_a_counter_moved_counts_before_and_after_a_rebuild_and_when_it_comes_late(
    two_units: District,
) -> None:
    box, late = two_units.box(), two_units.box()
    box.rate(5)
    late.rate(3)
    deliver(two_units, box)
    move(two_units, COUNTER, OTHER)
    deliver(two_units, late)
    rebuild(two_units.engine, two_units.keys)

    assert two_units.kinds() == []
    assert sorted(row[4] for row in two_units.figures()) == ["3", "5"]


def test_what_was_set_aside_counts_once_the_counter_is_known(district: District) -> None:
    box = district.box()
    box.rate(5, counter_id="H32.13-q3")
    deliver(district, box)
    district.reference(counters=[{"counter_id": "H32.13-q3", "unit_id": UNIT, "name": "Quầy 3", "field": "Tư pháp"}])

    assert replay(district.engine, district.keys, load_schemes()).opened == 1
    assert sum(n for *_, n in district.figures()) == 1
