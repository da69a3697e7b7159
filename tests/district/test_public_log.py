"""The public log at a district: it binds everything that arrived, tells nothing of it, and an outsider sees whatever is
rewritten.
"""

import os
import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests

from sync.district import verify_public
from sync.district.cli.checkpointing import published, run_export
from sync.district.cli.context import Context
from sync.district.cli.verifying import verify_log
from sync.district.domain.closed_period import ClosedPeriod, signed
from sync.district.domain.merkle_log import TILE, LeafKind, TileName
from sync.district.domain.signed_note import verifier_key
from sync.district.measures.public_figures import FixedMonth, FixedUnit
from sync.district.projection.checkpoint import make_checkpoint
from sync.district.store.closings import append as append_closing
from sync.district.store.engine import reading, writing
from sync.district.store.public_log import KeptCheckpoint, every_leaf, tile
from sync.district.store.public_months import keep_month
from sync.protocol.chain import Head
from sync.protocol.day_head import DayHead
from tests.district.conftest import NOON, District
from tests.district.watcher import serving
from tests.support.factories import Box

TOLD_ON = date(2026, 11, 12)
SCORES = {1: 3, 2: 3, 3: 4, 4: 20, 5: 10}
UNITS = (FixedUnit("A", "", "Xã A", "commune", SCORES, None), FixedUnit("B", "A", "Thôn B", "commune", {}, None))


# ---- at a district


def made(district: District, days: int = 1) -> KeptCheckpoint:
    """The checkpoint of the next day."""
    district.clock.pass_by(days=days)
    services = district.services
    return make_checkpoint(
        district.engine, services.receipt_key, district.clock(), published(services.settings, district.clock())
    )


def days_told(district: District) -> list[tuple[str | None, int | None]]:
    with reading(district.engine) as connection:
        return sorted((leaf.day or "", leaf.seq or 0) for leaf in every_leaf(connection) if leaf.kind == LeafKind.DAY)


def troubles(district: District) -> list[str]:
    with reading(district.engine) as connection:
        files = published(district.services.settings, district.clock())(connection)
        lines = verify_log(connection, bytes(district.services.receipt_key.verify_key), files)
    return [line for line in lines if line.startswith("!")]


def photographed(box: Box, seq: int) -> str:
    day = box.entries[seq - 1].day
    return DayHead.sign(day, Head(box.device_id, box.epoch, seq, box.hashes()[seq]), box.key).text()


@pytest.fixture
def kiosk(district: District) -> Box:
    kiosk = district.box()
    for day in (20, 20, 21, 21, 21):
        kiosk.rate(day=date(2026, 11, day))
    district.accept(kiosk)
    return kiosk


def test_each_day_of_each_kiosk_is_a_statement_once(district: District, kiosk: Box):
    made(district)
    assert days_told(district) == [("2026-11-20", 2), ("2026-11-21", 5)]
    made(district)  # nothing is new
    kiosk.rate(day=date(2026, 11, 21))
    kiosk.rate(day=date(2026, 11, 22))
    district.accept(kiosk)

    made(district)

    assert days_told(district) == [("2026-11-20", 2), ("2026-11-21", 5), ("2026-11-21", 6), ("2026-11-22", 7)]
    assert troubles(district) == []


def test_nothing_is_a_statement_before_all_up_to_it_is_held(district: District):
    kiosk = district.box()
    for day in (20, 21, 22):
        kiosk.rate(day=date(2026, 11, day))
    district.accept(kiosk, kiosk.batch(3, 3))
    made(district)
    assert days_told(district) == []

    district.accept(kiosk, kiosk.batch(1, 2))
    made(district)

    assert [seq for _, seq in days_told(district)] == [1, 2, 3]


def test_whether_anybody_rated_on_a_day_is_not_to_be_read_from_the_log(district: District, kiosk: Box):
    first = made(district)
    silent = made(district)
    kiosk.rate(day=date(2026, 11, 23))
    district.accept(kiosk)
    rated = made(district)
    again = made(district, days=0)  # a second one would tell what came since the first

    assert [each.size for each in (first, silent, rated)] == [TILE, 2 * TILE, 3 * TILE]
    assert again == rated
    with reading(district.engine) as connection:
        hashes_told = [leaf.hash for leaf in every_leaf(connection)]
    for at in (0, TILE, 2 * TILE):
        assert hashes_told[at : at + TILE] == sorted(hashes_told[at : at + TILE])


def test_a_closed_period_is_bound_by_its_hash(district: District):
    closed = ClosedPeriod(1, "A", "month", "2026-10", 1, NOON, "hoa", "", "", 0, "{}")
    with writing(district.engine) as connection:
        append_closing(connection, signed(closed, district.services.receipt_key))
    made(district)
    assert troubles(district) == []

    district.tamper("DELETE FROM closed_periods", "closed_periods")

    assert troubles(district) == ["! public log: closing 1 is gone"]


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("ledger", "DELETE FROM ledger WHERE seq = 2", "2026-11-20, entry 2 is gone"),
        ("ledger", "UPDATE ledger SET day = '2026-11-19' WHERE seq = 2", "entry 2 is not what was published"),
        ("log_leaves", "DELETE FROM log_leaves WHERE position = 7", "1 hashes are gone"),
        ("log_leaves", "DELETE FROM log_leaves WHERE position > 99", "reaches beyond the log"),
        ("checkpoints", "UPDATE checkpoints SET note = replace(note, '2026', '2027')", "is not that of the log"),
    ],
)  # fmt: skip
def test_the_district_itself_sees_what_its_owner_changed(
    district: District, kiosk: Box, table: str, change: str, said: str
):
    made(district)
    assert troubles(district) == []

    district.tamper(change, table)

    assert any(said in line for line in troubles(district)), troubles(district)


# ---- from outside


class Outside:
    """An outsider: the address, the key from the paper, and the file that keeps the checkpoint seen last."""

    def __init__(self, district: District, address: str, folder: Path) -> None:
        self.district, self.address, self.kept = district, address, folder / "kept.txt"
        self.key = verifier_key(bytes(district.services.receipt_key.verify_key))

    def checks(self, *more: str, address: str = "") -> int:
        asked = [address or self.address, "--key", self.key, "--kept", str(self.kept), *more]
        return verify_public.main(asked)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.address + path, timeout=60, allow_redirects=False)


@pytest.fixture
def outside(district: District, kiosk: Box, tmp_path: Path) -> Iterator[Outside]:
    with serving(district) as address:
        yield Outside(district, address, tmp_path)


def test_an_outsider_follows_the_log_and_finds_a_photographed_head(
    district: District, kiosk: Box, outside: Outside, capsys: pytest.CaptureFixture[str]
):
    head = photographed(kiosk, 5)
    assert outside.get("/niem-phong/checkpoint").status_code == 404
    made(district)
    assert outside.checks("--head", head) == 0
    other = district.box()
    for n in range(260):  # more than one tile
        other.rate(day=date(2026, 1, 5) + timedelta(days=n))
    district.accept(other)
    made(district)

    assert outside.checks("--head", head) == 0

    said = capsys.readouterr().out
    assert "The log has only grown since 2026-11-22: the 256 hashes of then are its beginning." in said
    assert "all 5 entries up to it are bound by it" in said
    assert outside.checks("--head", photographed(kiosk, 4)) == 1  # the day went on after this photograph
    assert "more was recorded that day after the photograph" in capsys.readouterr().out


def test_whoever_writes_the_log_anew_with_everything_signed_is_found_by_the_one_who_kept_a_checkpoint(
    district: District, kiosk: Box, outside: Outside, capsys: pytest.CaptureFixture[str]
):
    made(district)
    assert outside.checks() == 0
    district.tamper("DELETE FROM log_leaves", "log_leaves")
    district.tamper("DELETE FROM checkpoints", "checkpoints")
    district.tamper("DELETE FROM ledger WHERE seq > 3", "ledger")
    district.tamper("UPDATE epochs SET held_seq = 3, latest_seq = 3", "epochs")
    made(district)
    assert troubles(district) == []  # the owner's own check is silent

    assert outside.checks() == 1

    assert "what the log said until 2026-11-22 was written anew" in capsys.readouterr().out


def mirror(district: District, folder: Path) -> Path:
    """The log as files, as the command writes them."""
    run_export(Namespace(folder=folder), Context(district.services.settings, district.clock))
    return folder


def test_a_log_cut_short_and_a_hash_that_was_exchanged_are_found_on_a_mirror_too(
    district: District, kiosk: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made(district)
    short = mirror(district, tmp_path / "short")
    kiosk.rate(day=date(2026, 11, 22))
    district.accept(kiosk)
    made(district)
    whole = mirror(district, tmp_path / "whole")
    outside = Outside(district, str(whole), tmp_path)
    assert outside.checks() == 0

    assert outside.checks(address=str(short)) == 1
    assert "the log has become shorter: 512 hashes on 2026-11-23, 256 now" in capsys.readouterr().out
    hashes_there = whole / "niem-phong/tile/0/001"
    hashes_there.write_bytes(hashes_there.read_bytes()[:-32] + bytes(32))

    assert outside.checks() == 1
    assert "the published hashes do not make the signed root" in capsys.readouterr().out


def test_a_month_of_open_data_is_bound_too_and_every_figure_in_it_follows(
    district: District, outside: Outside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with writing(district.engine) as connection:
        keep_month(connection, FixedMonth("2026-10", TOLD_ON, 30, 5, {"share_satisfied": 1}, UNITS))
    assert outside.checks("--month", "2026-10") == 1  # no checkpoint
    made(district)

    assert outside.checks("--month", "2026-10") == 0

    assert "every figure of its 1 units follows from their counts" in capsys.readouterr().out
    district.tamper("UPDATE public_months SET minimum_n = 31", "public_months")
    assert "! public log: /chi-so.json?of=2026-10 is not what was published" in troubles(district)
    changed = mirror(district, tmp_path / "mirror")
    assert outside.checks("--month", "2026-10", address=str(changed)) == 1
    assert "another file than last time" in capsys.readouterr().out
    outside.kept.unlink()
    assert outside.checks("--month", "2026-10", address=str(changed)) == 1
    assert "is not the file in the log" in capsys.readouterr().out

    made(district)  # the changed file is sealed

    assert "! public log: /chi-so.json?of=2026-10 was published in 2 ways" in troubles(district)


def test_the_seal_that_the_page_hands_out_is_checked_as_it_is_downloaded_and_as_it_is_photographed(
    district: District, outside: Outside, capsys: pytest.CaptureFixture[str]
):
    made(district)
    outside.kept.write_text(outside.get("/niem-phong/checkpoint").text)
    codes = re.findall(r"<code>(\d+:|[0-9a-f]{8})</code>", outside.get("/niem-phong").text.partition("dau-niem.txt")[0])
    made(district)

    assert outside.checks("--seal", " ".join(codes)) == 0

    said = capsys.readouterr().out
    assert "has only grown since 2026-11-22" in said
    assert "The seal over 256 hashes still holds" in said
    assert outside.checks("--seal", f"256:{'0' * 64}") == 1
    assert outside.checks("--seal", "256") == 1
    assert "this is no seal" in capsys.readouterr().out


@pytest.mark.parametrize("change", [lambda key: key[:-2], lambda key: key.replace("+", " "), lambda _: "x"])
def test_a_mistyped_key_is_said_in_a_sentence(
    district: District, outside: Outside, change: Callable[[str], str], capsys: pytest.CaptureFixture[str]
):
    made(district)
    outside.key = change(outside.key)

    assert outside.checks() == 1

    assert capsys.readouterr().out.startswith("! the ")


def test_files_that_were_written_for_another_web_server_may_be_read_and_are_checked_over_it(
    district: District, kiosk: Box, tmp_path: Path
):
    with writing(district.engine) as connection:
        keep_month(connection, FixedMonth("2026-10", TOLD_ON, 30, 5, {"share_satisfied": 1}, UNITS))
    made(district)
    before = os.umask(0o077)
    try:
        folder = mirror(district, tmp_path / "www" / "open")
    finally:
        os.umask(before)

    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*")} == {0o755, 0o644}
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert Outside(district, f"http://127.0.0.1:{server.server_port}", tmp_path).checks("--month", "2026-10") == 0
        server.shutdown()


def test_a_checkpoint_of_a_wrong_clock_does_not_stop_the_log(district: District, kiosk: Box):
    made(district, days=400)
    district.clock.pass_by(days=-400)

    assert [made(district).size, made(district, days=0).size] == [2 * TILE, 2 * TILE]
    assert troubles(district) == []


def test_the_pages_say_it_in_plain_words_and_give_no_hash_beyond_the_newest_checkpoint(
    district: District, outside: Outside
):
    assert "Chưa có dấu niêm nào" in outside.get("/niem-phong").text
    made(district)

    page = outside.get("/niem-phong").text

    assert outside.key in page
    assert "Lập ngày 22/11/2026" in page
    assert outside.get("/niem-phong/key").text.strip() == outside.key
    assert outside.get("/niem-phong/verify_public.py").content == Path(verify_public.__file__).read_bytes()
    with reading(district.engine) as connection:
        assert outside.get("/niem-phong/tile/0/000.p/2").content == tile(connection, TileName(0, 0, 2))
        assert outside.get("/niem-phong/tile/1/000.p/1").content == tile(connection, TileName(1, 0, 1))
    assert [outside.get(f"/niem-phong/tile/{name}").status_code for name in ("0/001", "0/001.p/3", "0/x", "1/000")] == [
        404
    ] * 4
