"""One day for the whole box: its wall clock, and how far the district's was seen to be ahead in this boot."""

import io
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.box.district_clock import corrected, learn
from kiosk.clock import read_clock
from kiosk.desk.desk import KioskDesk
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import Flag, InputMethod
from kiosk.flow.state.rating_draft import Subject
from tests.store.conftest import Clock
from tests.store.test_record import draft, opened, said

SLOW = timedelta(days=9)
YESTERDAY = "H35.13.02-261120-0042"


def slow_by(box: Box, clock: Clock, distance: timedelta) -> None:
    """The clock stands so far back, and the district was heard once in this boot."""
    right = clock().at_ms
    clock.at -= distance
    with box.store.write() as tx:
        learn(tx, clock(), right)


def passes(clock: Clock, time: timedelta) -> None:
    clock.at += time
    clock.up_ms += round(time.total_seconds() * 1000)


@pytest.mark.parametrize("day", range(12, 22))
def test_on_a_box_nine_days_slow_every_dossier_of_the_gap_is_verified(
    box: Box, desk: KioskDesk, clock: Clock, day: int
):
    slow_by(box, clock, SLOW)

    found = desk.find(f"H35.13.02-2611{day}-0042", InputMethod.SCAN)

    assert isinstance(found, Subject)
    assert found.code == DossierCode(f"H35.13.02-2611{day}-0042")


@pytest.mark.parametrize(("known", "remarks"), [(True, 0), (False, 1)])
def test_the_technicians_command_has_the_same_day_as_the_screen(
    box: Box, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], known: bool, remarks: int
):
    """The machine's own clock is nine days slow, as it is read here."""
    now = read_clock()
    if known:
        with box.store.write() as tx:
            learn(tx, now, now.at_ms + round(SLOW.total_seconds() * 1000))
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    code = f"H35.13.02-{now.day + SLOW:%y%m%d}-0042"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(code.encode()), encoding="utf-8"))

    assert main(["scan"]) == 0

    said_ = capsys.readouterr()
    assert (said_.out, said_.err.count("unverified")) == (f"{code}\n", remarks)


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_scanning_works_where_no_kiosk_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], damage: bytes | None
):
    folder = tmp_path / "data"
    monkeypatch.setenv("KIOSK_DATA", str(folder))
    if damage is not None:
        folder.mkdir()
        (folder / "kiosk.sqlite3").write_bytes(damage)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(YESTERDAY.encode()), encoding="utf-8"))

    assert (main(["scan"]), capsys.readouterr().out) == (0, f"{YESTERDAY}\n")
    assert folder.exists() is (damage is not None)


def test_a_box_that_never_heard_the_district_lets_every_dossier_be_rated(box: Box, desk: KioskDesk, clock: Clock):
    clock.at -= SLOW

    found = desk.find(YESTERDAY, InputMethod.SCAN)

    assert isinstance(found, Subject)
    assert found.code == DossierCode(YESTERDAY, verified=False)
    assert Flag.CODE_UNVERIFIED in found.flags


def test_everything_the_box_does_has_the_same_day(box: Box, desk: KioskDesk, clock: Clock):
    slow_by(box, clock, SLOW)

    desk.save(draft())

    with box.store.read() as tx:
        days = {kept.envelope.day for kept in said(tx)}
    assert days == {"2026-11-21"}
    assert desk.code_prefill() == "H35.13-261121-"


def test_the_district_still_learns_what_the_boxs_own_clock_said(box: Box, desk: KioskDesk, clock: Clock, district):
    slow_by(box, clock, SLOW)

    desk.save(draft())

    (body,) = opened(box, district)
    assert (body["at_s"], body["offset_s"]) == (clock().at_s, SLOW.days * 86_400)


def test_a_distance_is_used_only_with_the_boot_it_was_learnt_in(box: Box, desk: KioskDesk, clock: Clock):
    slow_by(box, clock, SLOW)
    clock.boot = "ffff"

    with box.store.read() as tx:
        assert corrected(tx, clock()).offset_ms is None
    assert desk.code_prefill() == "H35.13-261112-"


def test_a_clock_that_is_set_in_between_is_not_put_right_twice(box: Box, clock: Clock):
    slow_by(box, clock, SLOW)
    passes(clock, timedelta(hours=2))
    clock.at += SLOW  # the time service found a server

    with box.store.read() as tx:
        moment = corrected(tx, clock())

    assert (moment.offset_ms, moment.day) == (0, date(2026, 11, 21))
