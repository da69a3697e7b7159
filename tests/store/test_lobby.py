"""What hangs in the hall: the cards of this unit and those above, today; and whether a rating came outside hours."""

from datetime import UTC, date, datetime

import pytest

from kiosk.box.box import Box
from kiosk.box.district_clock import learn
from kiosk.desk.desk import KioskDesk
from kiosk.domain.rating import Flag
from kiosk.domain.reference import HolidayList, Notice, OpeningHours, Unit
from kiosk.flow.state.lobby import Lobby
from kiosk.store import reference
from sync.protocol.snapshot import Change
from tests.store.conftest import Clock
from tests.store.test_record import draft, know, opened

UNIT = "H35.13"
WEEK = OpeningHours("A", "H35", "12345", "07:30-11:30", "13:30-17:00")
FRIDAY_NIGHT, FRIDAY_NOON = datetime(2026, 11, 20, 13, tzinfo=UTC), datetime(2026, 11, 20, 4, 29, tzinfo=UTC)


@pytest.fixture
def tree(box: Box) -> Box:
    know(box, Unit("H35", "Tỉnh", "province"), Unit(UNIT, "Xã", "commune", "H35"), Unit("H35.14", "Xã bên", "commune"))
    return box


def card(notice_id: str, unit_id: str = UNIT, position: int = 0, **dates: date) -> Notice:
    return Notice(notice_id, unit_id, "general", notice_id, position=position, **dates)


def flags(box: Box, district) -> list[str]:
    return opened(box, district)[-1]["flags"]


def test_the_cards_of_the_unit_and_of_those_above_hang_in_their_order(tree: Box, desk: KioskDesk):
    know(tree, card("B", position=2), card("A", "H35", position=2), card("C", position=1), card("X", "H35.14"))

    assert [notice.notice_id for notice in desk.lobby().notices] == ["C", "A", "B"]


def test_a_card_hangs_from_its_first_day_to_its_last(tree: Box, desk: KioskDesk, clock: Clock):
    know(tree, card("A", valid_from=date(2026, 11, 21), valid_to=date(2026, 11, 22)))
    seen = []

    for day in (20, 21, 22, 23):
        clock.at = datetime(2026, 11, day, 2, tzinfo=UTC)
        seen.append(len(desk.lobby().notices))

    assert seen == [0, 1, 1, 0]


def test_the_day_is_the_offices_and_not_utcs(tree: Box, desk: KioskDesk, clock: Clock):
    know(tree, card("A", valid_from=date(2026, 11, 21)))
    clock.at = datetime(2026, 11, 20, 18, tzinfo=UTC)

    assert len(desk.lobby().notices) == 1


def test_a_card_that_is_taken_down_is_gone(tree: Box, desk: KioskDesk):
    know(tree, card("A"))
    with tree.store.write() as tx:
        reference.apply(tx, [Change(card("A"), removed=True)], tree.keys.lookup, full=False)

    assert desk.lobby().notices == ()


def test_outside_hours_it_says_when_the_office_opens(tree: Box, desk: KioskDesk, clock: Clock):
    know(tree, WEEK, HolidayList(2026, {"off": [{"day": "2026-11-23"}]}))
    clock.at = FRIDAY_NIGHT

    assert desk.lobby() == Lobby((), closed=True, opens=datetime.fromisoformat("2026-11-24T07:30"))


def test_a_box_that_knows_no_hours_is_never_closed(desk: KioskDesk, clock: Clock):
    clock.at = FRIDAY_NIGHT

    assert desk.lobby() == Lobby()


def test_a_rating_outside_hours_is_kept_with_that_fact(tree: Box, desk: KioskDesk, clock: Clock, district):
    know(tree, WEEK)
    desk.save(draft())
    assert Flag.OUTSIDE_HOURS in flags(tree, district)  # the fixture's clock stands on a Saturday

    clock.at = FRIDAY_NOON
    desk.save(draft())
    assert Flag.OUTSIDE_HOURS not in flags(tree, district)


def test_a_box_whose_clock_is_wrong_goes_by_the_districts(tree: Box, desk: KioskDesk, clock: Clock, district):
    know(tree, WEEK)
    clock.at = FRIDAY_NIGHT
    with tree.store.write() as tx:
        learn(tx, clock(), round(FRIDAY_NOON.timestamp() * 1000))

    assert not desk.lobby().closed
    desk.save(draft())
    assert Flag.OUTSIDE_HOURS not in flags(tree, district)


def test_broken_hours_are_logged_and_keep_nobody_from_rating(
    tree: Box, desk: KioskDesk, clock: Clock, caplog, district
):
    know(tree, OpeningHours("A", UNIT, "12345", "half past seven"), card("A"))
    clock.at = FRIDAY_NIGHT

    board = desk.lobby()
    desk.save(draft())

    assert (len(board.notices), board.closed) == (1, False)
    assert "opening hours are not used" in caplog.text
    assert Flag.OUTSIDE_HOURS not in flags(tree, district)


def test_a_circle_of_units_ends(tree: Box, desk: KioskDesk):
    know(tree, Unit("H35", "Tỉnh", "province", UNIT), card("A"))

    assert len(desk.lobby().notices) == 1


def test_an_unreadable_file_hangs_nothing(tree: Box, desk: KioskDesk, caplog):
    with tree.store.write() as tx:
        tx.exec_driver_sql("DROP TABLE notices")

    assert desk.lobby() == Lobby()
    assert "could not be read" in caplog.text
