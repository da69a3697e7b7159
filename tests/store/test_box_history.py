"""What the kiosk notes of itself: settings, where it stands, outages, staff, visits without a face."""

import queue
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import nacl.pwhash
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kiosk.box.box import Box
from kiosk.box.opening import Maintenance
from kiosk.desk.desk import KioskDesk
from kiosk.desk.visit_counts import VisitCounts
from kiosk.domain.reference import ENTRIES_OF_2, Counter, CounterPin, Officer, OfficerPin, OpeningHours, ThisBox
from kiosk.domain.visit import MIN_REPORTED, Unrated, UnratedVisit
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.effects import FindSigner
from kiosk.flow.state.lobby import CounterChoice, Rules
from kiosk.flow.state.screens import Rate, Scanned, WentHome
from kiosk.flow.state.staff import (
    PinAccepted,
    PinRefused,
    SignerFound,
    SignerTrouble,
    SignerUnknown,
    StaffCard,
    StaffPart,
    StaffPartChosen,
    StaffView,
)
from kiosk.hardware import disk_health
from kiosk.hardware.disk_health import Reading
from kiosk.settings import load
from kiosk.shell import CannotSave, Shell
from kiosk.store import box_state, ledger
from sync.protocol.seal import unseal
from tests.store.conftest import PATTERN, Clock
from tests.store.test_record import COUNTER, draft, every_connection, know
from tests.support.fakes import FakeDesk, HandClock

STAMP = ("at_s", "up_s", "boot")
TODAY = "2026-11-21"


def noted(box: Box, district, *without: str) -> list[tuple[str, dict[str, Any]]]:
    """Type and details of every entry but the boot and those left out."""
    with box.store.read() as tx:
        kept = [each.envelope for each in ledger.rows(tx, 1) if each.envelope.type not in ("boot", *without)]
    bodies = [unseal(each.sealed, district.sealing) for each in kept]
    details = [{name: value for name, value in body.items() if name not in STAMP} for body in bodies]
    return [(each.type, detail) for each, detail in zip(kept, details, strict=True)]


def knows_all(box: Box) -> None:
    """Its district reads all that this release writes."""
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_2))


def test_settings_are_noted_when_they_are_other_than_before_and_only_then(box: Box, district, clock: Clock):
    for settings in ("aa", "aa", "bb"):
        KioskDesk(lambda: box, PATTERN, clock, settings=settings).probe()

    assert noted(box, district) == [("config_applied", {"settings": "aa"}), ("config_applied", {"settings": "bb"})]


def test_the_fingerprint_of_settings_moves_with_every_setting_and_not_with_the_folder(tmp_path):
    (tmp_path / "kiosk.toml").write_text("[times]\nidle = 46\n", "utf-8")
    usual, elsewhere = (load(environment={"KIOSK_DATA": data}).fingerprint for data in ("one", "two"))

    assert usual == elsewhere
    assert load(str(tmp_path / "kiosk.toml"), environment={"KIOSK_DATA": "one"}).fingerprint != usual


def test_a_counter_that_moves_to_another_unit_is_noted_once_with_before_and_now(box: Box, desk: KioskDesk, district):
    knows_all(box)
    know(box, Counter("H35.13-q1", "H35.13", "Quầy 1", ""))
    desk.lobby()
    know(box, Counter("H35.13-q1", "H35.14", "Quầy 1", ""))
    desk.lobby()
    desk.lobby()

    (moved,) = noted(box, district)
    place = {"unit_id": "H35.13", "counter_id": "H35.13-q1"}
    assert moved[0] == "moved"
    assert moved[1]["now"] == place | {"unit_of_counter": "H35.14"}


def test_what_an_older_district_cannot_keep_waits_until_it_can(box: Box, desk: KioskDesk, district):
    know(box, Counter("H35.13-q1", "H35.13", "Quầy 1", ""))
    desk.lobby()
    know(box, Counter("H35.13-q1", "H35.14", "Quầy 1", ""))
    desk.lobby()
    desk.staff_left(Signer(COUNTER))
    desk.close()
    assert noted(box, district) == []

    knows_all(box)
    desk.lobby()

    assert [kind for kind, _ in noted(box, district)] == ["moved"]


def test_an_outage_is_noted_once_it_is_over_with_its_reason_and_length(
    box: Box, desk: KioskDesk, district, clock: Clock
):
    take_back = every_connection(box, "query_only = ON")
    with pytest.raises(CannotSave):
        desk.save(draft())
    clock.up_ms += 90_000
    assert desk.probe() == "cannot_save"
    take_back()
    clock.up_ms += 30_000
    assert (desk.probe(), desk.probe()) == ("", "")

    assert noted(box, district) == [("device_back", {"device": "service", "reason": "cannot_save", "out_s": 120})]


def test_waiting_for_enrolment_is_no_outage(box: Box, district, clock: Clock):
    ready: list[Box] = []
    desk = KioskDesk(lambda: ready[0] if ready else None, PATTERN, clock)
    assert desk.probe() == "not_enrolled"
    ready.append(box)

    assert desk.probe() == ""
    assert noted(box, district) == []


OFFICER = Officer("CB-0101", "H35.13", "Công chức", COUNTER.counter_id)


def knows_the_staff(box: Box, *pins: tuple[str, str]) -> None:
    """A counter with its shared PIN, an officer who sits at it, and what is given of officers' own PINs."""
    cheap = nacl.pwhash.argon2id
    know(box, Counter(COUNTER.counter_id, "H35.13", COUNTER.name), OFFICER)
    know(box, CounterPin(COUNTER.counter_id, cheap.str(b"246810", 1, 8192).decode()))
    know(
        box, *(OfficerPin(number, f"id-of-{number}", cheap.str(pin.encode(), 1, 8192).decode()) for number, pin in pins)
    )


def test_a_staff_session_has_a_beginning_and_an_end(box: Box, desk: KioskDesk, district, clock: Clock):
    knows_all(box)
    knows_the_staff(box)
    shared = Signer(COUNTER)
    assert isinstance(desk.check_pin(shared, "246810"), CounterView)
    clock.up_ms += 45_000
    desk.staff_left(shared)

    counter = {"counter": COUNTER.counter_id}
    assert noted(box, district) == [("staff_signed_in", counter), ("staff_signed_out", counter | {"lasted_s": 45})]


def test_a_person_s_session_names_them_by_an_id_that_is_not_on_their_card(box: Box, desk: KioskDesk, district, clock):
    knows_all(box)
    knows_the_staff(box, (OFFICER.officer_number, "975310"))
    found = desk.find_signer(FindSigner("cb 0101", scanned=True))
    assert isinstance(found, SignerFound)
    assert isinstance(desk.check_pin(found.signer, "111111"), PinRefused)
    assert isinstance(desk.check_pin(found.signer, "975310"), CounterView)
    clock.up_ms += 5_000
    desk.staff_left(found.signer)

    whose = {"counter": COUNTER.counter_id, "staff_id": "id-of-CB-0101"}
    assert noted(box, district) == [
        ("staff_refused", whose),
        ("staff_signed_in", whose),
        ("staff_signed_out", whose | {"lasted_s": 5}),
    ]


def test_the_staff_s_view_that_is_left_tells_the_desk_so():
    desk, clock = FakeDesk(), HandClock()
    shell = Shell(Rules(), clock, lambda _: None)
    shell.open(desk)
    view = desk.check_pin(Signer(CounterChoice("q1", "Quầy 1")), "240680")
    assert isinstance(view, CounterView)
    shell.state = shell.state.__class__(StaffView(view), "vi")
    shell.dispatch(PinAccepted(view))
    shell.dispatch(StaffPartChosen(StaffPart.RATED))
    assert desk.staff_gone == []

    shell.dispatch(WentHome())

    assert desk.staff_gone == [view.signer]


def test_a_colleague_s_card_without_a_pin_signs_the_staff_out(monkeypatch: pytest.MonkeyPatch):
    desk, clock = FakeDesk(), HandClock()
    shell = Shell(Rules(), clock, lambda _: None)
    shell.open(desk)
    view = desk.check_pin(Signer(CounterChoice("q1", "Quầy 1")), "240680")
    assert isinstance(view, CounterView)
    shell.state = shell.state.__class__(StaffView(view), "vi")
    monkeypatch.setattr(desk, "find_signer", lambda _wanted: SignerUnknown(SignerTrouble.NO_PIN))

    shell.dispatch(Scanned("CB-0102"))

    assert shell.state.place == StaffCard(trouble=SignerTrouble.NO_PIN)
    assert desk.staff_gone == [view.signer]


def test_a_citizen_s_scan_signs_the_staff_out():
    desk, clock = FakeDesk(), HandClock()
    shell = Shell(Rules(), clock, lambda _: None)
    shell.open(desk)
    view = desk.check_pin(Signer(CounterChoice("q1", "Quầy 1")), "240680")
    assert isinstance(view, CounterView)
    shell.state = shell.state.__class__(StaffView(view), "vi")
    shell.dispatch(Scanned("H15.50.05.13-261008-0975"))

    assert desk.staff_gone == [view.signer]
    assert isinstance(shell.state.place, Rate)


READINGS = {"well": Reading(3), "broken": Reading(None, error="cannot read")}


def test_a_disk_that_is_judged_otherwise_is_noted(box: Box, district, clock: Clock, monkeypatch):
    answers: queue.SimpleQueue[Reading] = queue.SimpleQueue()
    for name in ("well", "well", "broken", "broken"):
        answers.put(READINGS[name])
    monkeypatch.setattr(disk_health, "examine", lambda _folder: answers.get_nowait())
    seconds = [0.0]
    caretaker = Maintenance(box, 400, clock, lambda: seconds[0], box.store.folder)
    for _ in range(4):
        caretaker.tick()
        seconds[0] += 3_600

    assert noted(box, district) == [("device_failed", {"device": "card", "reason": "failing"})]


# ---- visits


def told(box: Box, district) -> list[dict[str, Any]]:
    return [details for kind, details in noted(box, district) if kind == "visits"]


HOURS = OpeningHours("h", "H35.13", "1234567", "07:30-11:30", "13:30-17:00")
"""The clock of these tests begins at 09:30."""


def test_only_hours_with_five_of_a_kind_are_told_and_only_when_the_office_closes(
    box: Box, desk: KioskDesk, district, clock: Clock
):
    knows_all(box)
    know(box, HOURS)
    desk.lobby()
    for n, kind in ((5, Unrated.SCAN_LEFT), (4, Unrated.TIMED_OUT)):
        for _ in range(n):
            desk.count(UnratedVisit(kind, "q1"))
    desk.lobby()
    assert told(box, district) == []

    clock.at += timedelta(hours=2, minutes=1)
    desk.lobby()
    desk.lobby()

    assert told(box, district) == [{"of_day": TODAY, "hours": [[9, "q1", "scan_left", 5]]}]


def test_a_day_without_anything_to_tell_is_told_in_the_same_size(box: Box, desk: KioskDesk, district, clock: Clock):
    knows_all(box)
    desk.lobby()
    clock.at += timedelta(days=1)
    desk.lobby()
    for counter in range(12):
        for kind in Unrated:
            for _ in range(9):
                desk.count(UnratedVisit(kind, f"H35.13-q{counter}"))
    desk.close()

    assert [len(each["hours"]) for each in told(box, district)] == [0, 60]
    with box.store.read() as tx:
        sizes = {len(each.envelope.sealed) for each in ledger.rows(tx, 1) if each.envelope.type == "visits"}
    assert len(sizes) == 1


def test_nothing_of_a_visit_is_in_the_file_before_it_is_told(box: Box, desk: KioskDesk):
    knows_all(box)
    desk.lobby()
    before = everything_in(box)

    for _ in range(7):
        desk.count(UnratedVisit(Unrated.TIMED_OUT, "q1"))

    assert everything_in(box) == before


def everything_in(box: Box) -> dict[str, list[Any]]:
    with box.store.read() as tx:
        names = tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return {name: [tuple(row) for row in tx.exec_driver_sql(f"SELECT * FROM {name}")] for name in names}


MINUTES = st.lists(st.tuples(st.integers(0, 400), st.sampled_from(Unrated), st.sampled_from([None, "q1"])), max_size=80)


@given(MINUTES, st.booleans())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_number_that_is_told_is_smaller_than_five_and_none_is_told_twice(
    visits: list[tuple[int, Unrated, str | None]], stops: bool
):
    clock = Clock(datetime(2026, 11, 21, 0, 0, tzinfo=UTC))
    counts, tellings = VisitCounts(), []
    begin = clock.at
    counts.due(clock(), closed=False)
    for minute, kind, counter in sorted(visits, key=lambda each: each[0]):
        clock.at = begin + timedelta(minutes=minute)
        if told_now := counts.due(clock(), closed=minute > 240):
            tellings.append(told_now)
        counts.add(UnratedVisit(kind, counter), clock())
    clock.at = begin + timedelta(days=1)
    if last := counts.at_the_end() if stops else counts.due(clock(), closed=True):
        tellings.append(last)

    numbers = [n for each in tellings for *_, n in each.hours]
    assert all(n >= MIN_REPORTED for n in numbers)
    assert sum(numbers) <= len(visits)
    assert 1 <= len(tellings) <= 3


def test_a_device_that_is_judged_otherwise_while_it_is_there_is_noted(box: Box, desk: KioskDesk, district):
    device: Callable[..., None] = desk.device_changed
    device("printer", present=True)
    device("printer", present=True, state="paper_low")
    device("printer", present=False, state="paper_out")
    device("printer", present=False, state="cover_open")
    device("printer", present=True)
    device("printer", present=True)

    said = [(kind, details.get("reason")) for kind, details in noted(box, district)]
    assert said == [
        ("device_back", "paper_low"),
        ("device_failed", "paper_out"),
        ("device_failed", "cover_open"),
        ("device_back", None),
    ]
    with box.store.read() as tx:
        assert box_state.get(tx, "printer") == "present"
