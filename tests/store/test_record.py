"""What a citizen gives becomes a sealed, durable entry; what the file shows betrays nobody."""

import sqlite3
import uuid
from datetime import date, timedelta
from pathlib import Path

import nacl.pwhash
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import event

from kiosk.box.box import Box
from kiosk.box.facts import seal_fact
from kiosk.desk.desk import KioskDesk
from kiosk.desk.rating_facts import Known, rating_fact
from kiosk.domain.counter_figures import CounterFigures, content_of
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import CounterKnownBy, Flag, Given, InputMethod, OfficerKnownBy, Score, Stage
from kiosk.domain.reference import (
    ENTRIES_OF_2,
    CounterPeriod,
    CounterPin,
    Dossier,
    Officer,
    TallyRow,
    ThisBox,
    Unit,
)
from kiosk.flow.state.counter_view import CounterView, PeriodView, Signer
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import Circumstances, RatingDraft, Subject
from kiosk.flow.state.staff import PinRefused
from kiosk.shell import CannotSave
from kiosk.store import box_state, ledger, reference, tallies
from kiosk.vietnamese import compose_keys
from kiosk.vietnamese.names import learn
from sync.protocol.seal import unseal
from sync.protocol.snapshot import Change

CODE = "H35.13.02-261118-0042"
COUNTER = CounterChoice("H35.13-q1", "Quầy số 1", "Hộ tịch")


def know(box: Box, *rows) -> None:
    with box.store.write() as tx:
        reference.apply(tx, [Change(row) for row in rows], box.keys.lookup, full=False)


def draft(score: int = 4, code: str | None = CODE, counter: str = "H35.13-q1") -> RatingDraft:
    subject = Subject(InputMethod.SCAN, Stage.RETURN, code=DossierCode(code) if code else None, counter_id=counter)
    return RatingDraft(subject, Score(score), "vi", 34_500, 4_200)


def opened(box: Box, district) -> list[dict]:
    with box.store.read() as tx:
        return [unseal(kept.envelope.sealed, district.sealing) for kept in said(tx)]


def said(tx) -> list[ledger.LedgerRow]:
    """The ledger without the boot that starts it."""
    return [kept for kept in ledger.rows(tx, 1) if kept.envelope.type != "boot"]


def test_a_rating_is_sealed_to_the_district(box, desk, district):
    desk.save(draft())

    (body,) = opened(box, district)
    assert body == {
        "at_s": 1795228200, "up_s": 1000, "boot": "1f3a", "offset_s": None, "unit_id": "H35.13",
        "counter_id": "H35.13-q1", "dossier_code": CODE, "stage": "return", "score": 4, "questionnaire": "mot-cua/3",
        "flags": ["clock_unsure"], "input": "scan", "language": "vi", "since_s": 34, "spent_ms": 4200,
    }  # fmt: skip


def test_a_commit_survives_pulling_the_plug(box):
    with box.store.write() as tx:
        assert tx.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def staff_view(desk: KioskDesk) -> CounterView:
    view = desk.check_pin(Signer(COUNTER), "246810")
    assert isinstance(view, CounterView)
    return view


def test_staff_see_what_the_district_released_and_nothing_that_the_box_knows_itself(box, desk):
    know(box, CounterPin(COUNTER.counter_id, nacl.pwhash.argon2id.str(b"246810", 1, 8192).decode()))
    for score in (5, 5, 4, 1, 3, 2, 2, 2, 2, 2):
        desk.save(draft(score))
    before = staff_view(desk)
    know(
        box,
        TallyRow(date(2026, 11, 20), COUNTER.counter_id, "overall", "5", 7),
        TallyRow(date(2026, 11, 16), COUNTER.counter_id, "overall", "1", 6),
        TallyRow(date(2026, 11, 20), "another", "overall", "1", 9),
    )
    of_a_district_of_before = staff_view(desk)
    told = CounterFigures(rated=20, scores=(6, 0, 0, 0, 14))
    week = CounterPeriod(COUNTER.counter_id, "week", date(2026, 11, 14), date(2026, 11, 20), content_of(told))
    know(box, week, replace(week, counter_id="another"), replace(week, period="month", content={"rated": "many"}))

    assert before == CounterView(Signer(COUNTER))
    assert of_a_district_of_before == CounterView(
        Signer(COUNTER),
        week=PeriodView(date(2026, 11, 14), date(2026, 11, 20), CounterFigures(rated=13, scores=(6, 0, 0, 0, 7))),
    )
    assert staff_view(desk) == CounterView(
        Signer(COUNTER), week=PeriodView(date(2026, 11, 14), date(2026, 11, 20), told)
    )


def test_a_day_that_is_not_over_is_never_shown(box, desk):
    know(box, CounterPin(COUNTER.counter_id, nacl.pwhash.argon2id.str(b"246810", 1, 8192).decode()))
    know(box, TallyRow(date(2026, 11, 21), COUNTER.counter_id, "overall", "5", 7))
    today = CounterPeriod(COUNTER.counter_id, "week", date(2026, 11, 15), date(2026, 11, 21), {"rated": 7})
    know(box, today)

    assert staff_view(desk) == CounterView(Signer(COUNTER))


def test_the_box_writes_no_counts_of_its_own(box, desk, clock):
    for _ in range(12):
        desk.save(draft(5))
    clock.at += timedelta(days=1)
    desk.save(draft(5))

    with box.store.read() as tx:
        assert not tx.execute(tallies.tallies.select()).all()


def test_staff_sign_in_and_its_failure_are_entries(box, desk, district):
    know(box, CounterPin(COUNTER.counter_id, nacl.pwhash.argon2id.str(b"246810", 1, 8192).decode()))

    assert isinstance(desk.check_pin(Signer(COUNTER), "111111"), PinRefused)
    assert isinstance(desk.check_pin(Signer(COUNTER), "246810"), CounterView)

    with box.store.read() as tx:
        assert [kept.envelope.type for kept in said(tx)] == ["staff_refused", "staff_signed_in"]


def test_a_counter_without_a_pin_opens_to_nobody(desk):
    assert desk.check_pin(Signer(COUNTER), "000000") == PinRefused()


def test_a_full_disk_keeps_nothing_says_so_and_recovers(box, desk, district):
    desk.save(draft())
    with box.store.read() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar()
    take_back = every_connection(box, f"max_page_count = {pages}")

    with pytest.raises(CannotSave, match="full"):
        save_many(desk, 200)
    kept = len(opened(box, district))

    take_back()
    desk.save(draft())
    assert (len(opened(box, district)), desk.probe()) == (kept + 1, "")


def save_many(desk: KioskDesk, count: int) -> None:
    for _ in range(count):
        desk.save(draft())


def every_connection(box: Box, pragma: str):
    """Sets a pragma on every connection from now on; returns what takes it back."""

    def prepare(connection, _record):
        connection.execute(f"PRAGMA {pragma}")

    box.store.close()
    event.listen(box.store._engine, "connect", prepare)

    def take_back():
        event.remove(box.store._engine, "connect", prepare)
        box.store.close()

    return take_back


def test_a_read_only_file_is_an_honest_failure_and_recovers(box, desk):
    take_back = every_connection(box, "query_only = ON")
    with pytest.raises(CannotSave, match="readonly"):
        desk.save(draft())
    assert desk.probe() == "cannot_save"

    take_back()
    desk.save(draft())
    assert desk.probe() == ""


def test_a_stolen_disk_with_all_its_keys_reveals_no_score_and_no_dossier(box, desk, tmp_path):
    know(box, *(Dossier(f"H35.13.02-261118-{n:04d}", "1.001193", "H35.13-q1") for n in range(40, 60)))
    codes = [f"H35.13.02-261118-{n:04d}" for n in range(40, 46)]
    for code in codes:
        desk.save(RatingDraft(desk.find(code, InputMethod.SCAN), Score(1), "vi", None, 1))
    box.store.close()

    files = b"".join(path.read_bytes() for path in Path(tmp_path).rglob("*") if path.is_file())
    assert not [code for code in codes if code.encode() in files or code.split("-")[-1].encode() in files]
    with sqlite3.connect(box.store.file) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        cells = [str(cell) for name in names for row in connection.execute(f"SELECT * FROM {name}") for cell in row]
    connection.close()
    assert not [cell for cell in cells if any(code in cell for code in codes) or "score" in cell]


def test_two_boxes_files_differ_only_in_sealed_bytes_whatever_the_score(box, district, clock):
    """The shape of an entry tells nothing: same size, same clear columns, for every score."""
    shapes = set()
    for score in Score:
        fact = rating_fact(draft(int(score)), box.identity, clock(), Known("mot-cua/1", 1, None))
        envelope = seal_fact(fact, box.identity.sealing_public_key)
        shapes.add((envelope.type, envelope.day, envelope.key_id, len(envelope.sealed)))

    assert len(shapes) == 1


@given(
    flags=st.sets(st.sampled_from([Flag.DOSSIER_UNKNOWN, Flag.REPEAT, Flag.CODE_UNVERIFIED]), max_size=3),
    score=st.sampled_from(Score),
    since=st.none() | st.integers(0, 30_000_000),
    spent=st.integers(0, 99_999),
    number=st.integers(0, 9999),
    unit=st.sampled_from(["H35.13.02", "000.00.16.G04", "H15.50.05.13"]),
    offset=st.none() | st.integers(-3_600_000, 3_600_000),
)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_a_ratings_size_never_depends_on_what_was_said(box, clock, flags, score, since, spent, number, unit, offset):
    who = replace(box.identity, unit_id=unit)
    subject = Subject(
        InputMethod.TYPED, Stage.HAND_IN, DossierCode(f"{unit}-261118-{number:04d}"), f"{unit}-q12", flags=tuple(flags)
    )
    moment, rated = replace(clock(), offset_ms=offset), RatingDraft(subject, score, "vi", since, spent)
    for known in (Known("mot-cua/1", 1, None), Known("mot-cua/1", ENTRIES_OF_2, 17)):
        fact = rating_fact(rated, who, moment, known)

        assert len(seal_fact(fact, who.sealing_public_key).sealed) == 88 + 48


@given(
    flags=st.sets(st.sampled_from([flag for flag in Flag if flag is not Flag.DAY_UNKNOWN])),
    score=st.sampled_from(Score),
    times=st.tuples(*(st.none() | st.integers(0, 10**9) for _ in range(3))),
    spent=st.integers(0, 10**9),
    how=st.builds(Circumstances, st.sampled_from(Given), st.integers(0, 10**6), st.integers(0, 10**6)),
    foreign=st.booleans(),
    unit=st.sampled_from(["H35.13.02", "000.00.16.G04", "H15.50.05.13"]),
    offset=st.none() | st.integers(-(10**12), 10**12),
    revision=st.none() | st.integers(0, 10**6),
)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_all_that_a_rating_says_of_how_it_was_given_fits_into_the_same_size_and_comes_back(
    box, district, clock, flags, score, times, spent, how, foreign, unit, offset, revision
):
    since, scanned, home = times
    how, who = replace(how, scan_ms=scanned, home_ms=home), replace(box.identity, unit_id=unit)
    code = DossierCode("000.00.19.H26-261118-0012345" if foreign else f"{unit}-261118-12345")
    subject = Subject(InputMethod.TYPED, Stage.HAND_IN, code, f"{unit}-Q12", flags=tuple(flags))
    subject = replace(subject, counter_known_by=CounterKnownBy.OWN, officer_known_by=OfficerKnownBy.ALONE)
    rated = RatingDraft(subject, score, "vi", since, spent, how)

    fact = rating_fact(rated, who, replace(clock(), offset_ms=offset), Known("mot-cua/12", ENTRIES_OF_2, revision))
    sealed = seal_fact(fact, who.sealing_public_key).sealed

    assert len(sealed) == 88 + 48
    assert unseal(sealed, district.sealing) == fact.body


def test_a_district_that_says_what_it_reads_is_told_how_a_face_was_given(box, desk, district):
    desk.save(draft())
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_2))
    with box.store.write() as tx:
        box_state.put(tx, box_state.REVISION, 17)
    how = Circumstances(Given.BUTTONS, presses=2, scans=1, scan_ms=3_140, home_ms=7_200_000)
    desk.save(replace(draft(), how=how))

    before, after = opened(box, district)
    assert (before["since_s"], before["spent_ms"], "given" in before) == (34, 4_200, False)
    assert {name: after[name] for name in ("given", "presses", "scans", "revision")} == {
        "given": "buttons",
        "presses": 2,
        "scans": 1,
        "revision": 17,
    }
    times = [after[name] for name in ("since_ds", "spent_ds", "scan_ds", "home_ds")]
    assert times == [345, 42, 31, 36_000]


def test_how_the_counter_and_the_officer_are_known_is_kept(box, desk):
    know(
        box,
        Officer("CB-1", "H35.13", "", counter_id="H35.13-q2"),
        Officer("CB-2", "H35.13", "", counter_id="H35.13-q3"),
    )
    know(box, Officer("CB-3", "H35.13", "", counter_id="H35.13-q3", valid_to=date(2026, 11, 20)))
    know(
        box,
        Officer("CB-4", "H35.13", "", counter_id="H35.13-q4"),
        Officer("CB-5", "H35.13", "", counter_id="H35.13-q4"),
    )
    know(box, Dossier(CODE, counter_id="H35.13-q2", officer_number="CB-9"))

    found = desk.find(CODE, InputMethod.SCAN)
    chosen = {name: desk.find_counter(CounterChoice(name, name)) for name in ("H35.13-q3", "H35.13-q4")}

    assert (found.counter_known_by, found.officer_known_by) == (CounterKnownBy.DOSSIER, OfficerKnownBy.DOSSIER)
    assert chosen["H35.13-q3"].counter_known_by is CounterKnownBy.CITIZEN
    assert [each.officer_known_by for each in chosen.values()] == [OfficerKnownBy.ALONE, None]


def test_the_id_in_clear_tells_the_day_and_no_more(box, desk):
    desk.save(draft())

    with box.store.read() as tx:
        (kept,) = said(tx)
    moment = uuid.UUID(kept.envelope.entry_id)
    assert (moment.version, (moment.int >> 80) % 86_400_000) == (7, 0)


def test_a_clock_that_jumped_is_a_fact_before_the_next_rating(box, desk, district, clock):
    desk.save(draft())
    clock.at += timedelta(days=400)
    clock.up_ms += 60_000

    desk.save(draft())

    with box.store.read() as tx:
        assert [kept.envelope.type for kept in said(tx)] == ["rating", "clock_changed", "rating"]
    assert opened(box, district)[1]["moved_s"] == 400 * 86_400 - 60


def test_the_pad_starts_with_the_unit_and_the_day_of_the_office(desk, clock):
    assert desk.code_prefill() == "H35.13-261121-"

    clock.at += timedelta(hours=15)
    assert desk.code_prefill() == "H35.13-261122-"


def test_the_names_of_imported_units_are_words_for_the_keyboard(box: Box, desk: KioskDesk):
    know(box, Unit("H35.77", "X\u00e3 Ea Xk\u00f4r", "x\u00e3"))
    before = compose_keys("Ea Xkoor")
    with box.store.write() as tx:
        box_state.put(tx, "snapshot_applied", {"generated_at": "2026-11-21T00:00:00Z"})
    try:
        desk.lobby()
        after = compose_keys("Ea Xkoor")
    finally:
        learn([])

    assert (before, after) == ("Ea Xkoor", "Ea Xk\u00f4r")


def test_a_dossier_of_another_office_is_named_as_such(box: Box, desk: KioskDesk):
    know(box, Unit("H35.13", "UBND xã Ea Kao", "xã"), Unit("H35.99", "UBND phường Tân An", "phường"))

    elsewhere = desk.find("H35.99-261118-0042", InputMethod.SCAN)
    own = desk.find("H35.13-261118-0042", InputMethod.TYPED)
    unheard_of = desk.find("H35.77-261118-0042", InputMethod.TYPED)

    assert [each.office for each in (elsewhere, own, unheard_of)] == ["UBND phường Tân An", "", ""]


@pytest.mark.parametrize(("code", "asks"), [("H35.13-261121-0042", True), ("H35.13-261118-0042", False)])
def test_the_date_is_doubted_where_a_typed_dossier_of_today_is_unknown(desk: KioskDesk, code: str, asks: bool):
    assert desk.find(code, InputMethod.TYPED).ask_date is asks
    assert desk.find(code, InputMethod.SCAN).ask_date is False


@pytest.mark.parametrize(("code", "asks"), [("12-34", True), ("H35.13-261118-0042", False)])
def test_a_typed_code_of_no_known_shape_is_doubted(desk: KioskDesk, code: str, asks: bool):
    assert desk.find(code, InputMethod.TYPED).ask_code is asks
