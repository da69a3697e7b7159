"""Doctor on what is recorded, waits and was heard."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from kiosk.box.agent_lock import held
from kiosk.box.box import Box
from kiosk.box.shelf import shelve
from kiosk.box.sign_of_life import Pulse
from kiosk.cli import doctor
from kiosk.cli.checks import records
from kiosk.clock import Moment
from kiosk.desk.complaints import reply_promise
from kiosk.domain.reference import HolidayList
from kiosk.settings import Settings
from kiosk.store import box_state, identity, reference
from sync.protocol.health import Level
from sync.protocol.snapshot import Change
from tests.store.conftest import Clock
from tests.store.doctor.conftest import keep, lines
from tests.store.test_ledger import append


def test_a_contact_and_a_snapshot_of_long_ago_are_named_with_their_age(settings: Settings, box: Box):
    keep(box, "last_contact_at", "2026-11-01T00:00:00Z")
    keep(box, "snapshot_applied", {"generated_at": "2026-11-01T00:00:00Z"})

    found = lines(settings)

    assert (found["contact"].state, "01/11/2026 07:00, 20 days ago" in found["contact"].finding) == ("warning", True)
    assert (found["reference"].state, "20 days old" in found["reference"].finding) == ("warning", True)


def listed(box: Box, *contents: dict[str, object]) -> None:
    with box.store.write() as tx:
        box_state.put(tx, "snapshot_applied", {"generated_at": "2026-11-21T00:00:00Z"})
        changes = [Change(HolidayList(2026 + number, content)) for number, content in enumerate(contents)]
        reference.apply(tx, changes, box.keys.lookup, full=False)


def test_a_year_without_a_list_of_holidays_is_named_once_what_is_told_today_falls_into_it(settings: Settings, box: Box):
    of_2026 = {"year": 2026, "off": [], "worked": []}
    late = Clock()
    late.at = datetime(2026, 12, 28, 5, 0, tzinfo=UTC)

    def told(clock: Clock | None = None) -> tuple[str, str, str]:
        line = lines(settings, clock=clock)["holidays"]
        return line.state, line.finding, line.next_step

    def missing(year: int) -> tuple[str, str, str]:
        finding = (
            f"replies to complaints fall due in {year}, whose holidays are not listed; the kiosk tells citizens no date"
        )
        return "warning", finding, "ask the administrator of the server to import the list: district import holidays"

    assert "holidays" not in lines(settings)
    listed(box)
    assert told() == missing(2026)
    listed(box, of_2026)
    assert told() == ("ok", "the holidays of 2026 are listed", "")
    assert told(late) == missing(2027)
    listed(box, of_2026, {"year": 2027, "off": [], "worked": []})
    assert told(late) == ("ok", "the holidays of 2026, 2027 are listed", "")
    listed(box, {"year": 2026, "off": [{"day": "soon"}]})
    state, finding, next_step = told()
    assert (state, "cannot be read" in finding, "district import holidays" in next_step) == ("warning", True, True)


@pytest.mark.parametrize("years", [(), (2026,), (2026, 2027)])
@pytest.mark.parametrize("today", [date(2026, 11, 21), date(2026, 12, 28)])
def test_the_doctor_warns_of_holidays_exactly_when_the_kiosk_tells_no_date(
    settings: Settings, box: Box, years: tuple[int, ...], today: date
):
    clock = Clock()
    clock.at = datetime(today.year, today.month, today.day, 5, 0, tzinfo=UTC)
    listed(box, *({"year": year, "off": [], "worked": []} for year in years))
    keep(box, "sync", {"state": "idle"})

    with held(settings.data), box.store.read() as tx:
        promise = reply_promise(tx, box, today)

    assert promise is not None
    assert (lines(settings, clock=clock)["holidays"].state == "warning") is (promise.due is None)


def test_what_waits_names_its_reason_and_the_next_try_in_local_time(settings: Settings, box: Box):
    append(box, 2)
    keep(box, "sync", {"state": "waiting", "reason": "no answer", "next_try_at": "2026-11-21T04:00:00Z"})

    with held(settings.data):
        backlog = lines(settings)["backlog"]

    assert "2 wait, the oldest since 21/11/2026" in backlog.finding
    assert "waiting because no answer, next try by 21/11/2026 11:00" in backlog.finding


def test_waiting_for_ones_turn_after_a_start_is_well_until_it_lasts_a_day(settings: Settings, box: Box, clock: Clock):
    append(box, 2)
    keep(box, "sync", {"state": "turn", "reason": "take turns", "next_try_at": "2026-11-21T04:00:00Z"})

    with held(settings.data):
        first = lines(settings, clock=clock)["backlog"]
        clock.at += timedelta(days=2)
        later = lines(settings, clock=clock)["backlog"]

    assert (first.state, "this one's is before 21/11/2026 11:00" in first.finding) == ("ok", True)
    assert (later.state, "kiosk-sync once" in later.next_step) == ("warning", True)


def test_a_shelf_on_which_something_waits_is_named(settings: Settings, box: Box):
    append(box, 2)
    box.store.close()
    where = shelve(settings.data)

    found = lines(settings)["shelf"]
    (where / "keys" / "token").unlink()

    assert (found.state, found.finding) == ("warning", "kiosk-1: 2 entries wait on the shelf")
    assert "put the copy of its keys" in lines(settings)["shelf"].next_step


def test_a_normal_first_five_minutes_is_well(settings: Settings, box: Box):
    now = Clock()()
    fresh = replace(box.identity, enrolled_at=now.at.isoformat())
    with box.store.write() as tx:
        identity.keep(tx, fresh)
    append(box, 1)

    Pulse(settings.runtime).begin(Moment(now.at, now.up_ms - 5_000, now.boot))
    with held(settings.data):
        found = doctor.look(settings, Clock())

    troubled = {each.check for each in found if each.level is not Level.OK}
    assert troubled <= {"district", "panel_size", "sounds", "touch"}, (
        "nobody serves this kiosk, and this machine is no kiosk"
    )
    assert records.is_fresh(fresh, now)
    assert not records.is_fresh(box.identity, now)
