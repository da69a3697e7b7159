"""A release goes from its holders through the district, or on a stick, to a kiosk: in pieces, signed, and stopped."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import asdict, replace
from nacl.signing import SigningKey

from kiosk.clock import Moment
from kiosk.store import box_state
from kiosk.store.engine import CannotWrite
from kiosk.updates import disk
from kiosk.updates.handing import Handing, this_platform
from kiosk.updates.journal import Journal, UpdateStep, keep_journal
from sync.agent.offers import OFFER, known_offer, note_offer
from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.agent.updates import PIECE_BYTES, UPDATE, Updates
from sync.agent.updates import Kiosk as UpdatedKiosk
from sync.district.alerts.look import look
from sync.district.cli import releases
from sync.district.cli.context import Context, Stop
from sync.district.domain.software_rollout import RINGS
from sync.district.fleet.changing import Order
from sync.district.fleet.software_releases import stop
from sync.district.settings import Alerts, Mail, Settings, Webhook
from sync.district.store.engine import reading
from sync.district.store.software_releases import newest_rollout, rollout_steps
from sync.protocol.chain import sign_offer
from sync.protocol.snapshot import SoftwareOffer
from sync.protocol.software_release import SHARE_PARTS, decode_manifest
from tests.district.conftest import Client, District
from tests.district.test_agent import Kiosk, enrolled
from tests.district.test_moving import OneClock, hears
from tests.district.web_server import enrol
from tests.support.factories import UNIT
from tests.support.rig import Process
from tests.support.updates import wheel

VERSION, PLATFORM = "9.1.0", "cp313-x86_64"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is tried beyond the database itself needs one kind of it."""
TOLD = Settings(
    alerts=Alerts(("ky-thuat@example.vn",)), mail=Mail("mail.example.vn"), webhook=Webhook("https://hook.example.vn/x")
)


@pytest.fixture
def kiosk(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(district, client, tmp_path / "kiosk")
    made.transport = OneClock
    made.store.close()
    made.start()
    yield made
    made.store.close()


class Holders:
    """Three people with a key file each, the wheels to pack, and the district's own commands."""

    def __init__(self, district: District, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.district, self.folder, self._capsys = district, folder, capsys
        folder.mkdir()
        self.public = [self.run("key", str(folder / f"key-{number}")).strip() for number in (1, 2, 3)]
        wheels = folder / "files" / "wheels"
        wheels.mkdir(parents=True)
        (wheels.parent / "requirements.txt").write_text("lang-nghe==9.1.0\n")
        (wheels / "lang_nghe-9.1.0-py3-none-any.whl").write_bytes(wheel({"a": os.urandom(200_000).hex()}))
        self.manifest = folder / f"lang-nghe-{VERSION}.lnr.json"

    def run(self, *words: str) -> str:
        parser = ArgumentParser()
        releases.add_parser(parser.add_subparsers())
        arguments = parser.parse_args(["release", *words])
        self.status = arguments.run(arguments, Context(self.district.services.settings, self.district.clock))
        return self._capsys.readouterr().out

    def pack(self, *more: str, platform: str = PLATFORM) -> None:
        packed = (f"{platform}={self.folder / 'files'}", "--version", VERSION, "--min-version", "0.1.0")
        self.run("pack", *packed, "--out", str(self.folder), *more)

    def sign(self, number: int) -> str:
        return self.run("sign", str(self.manifest), "--key", str(self.folder / f"key-{number}"))

    def release(self, platform: str = PLATFORM) -> None:
        """Packed, signed by two, added, offered."""
        self.pack(platform=platform)
        self.sign(1)
        self.sign(3)
        self.run("add", str(self.manifest), "--by", "tam")
        self.run("start", VERSION, "--why", "bản mới", "--by", "tam")


@pytest.fixture
def holders(district: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Holders:
    return Holders(district, tmp_path / "holders", capsys)


def updates_of(kiosk: Kiosk, holders: Holders, *, hour: int = 15, trusted: list[str] | None = None) -> Updates:
    """The kiosk's own half; ``hour``: UTC, so 15 is 22:00 at the office."""
    folder = kiosk.settings.data.parent / "root"
    folder.mkdir(exist_ok=True)
    keys = tuple(bytes.fromhex(each) for each in (holders.public if trusted is None else trusted))
    us = UpdatedKiosk(keys, "0.1.0", PLATFORM, kiosk.settings.data, folder)
    return Updates(us, lambda: at_hour(kiosk, hour), lambda: kiosk.seconds)


def at_hour(kiosk: Kiosk, hour: int) -> Moment:
    now = kiosk.clock()
    return replace(now, at=now.at.replace(hour=hour))


def tick(kiosk: Kiosk, updates: Updates, times: int = 12) -> object:
    """So many steps; what the district will be told."""
    for _ in range(times):
        kiosk.seconds += 4_000
        updates.tick(kiosk.box, kiosk.agent.transport)
    return kiosk.told(UPDATE)


def reach_everybody(holders: Holders) -> None:
    for _ in RINGS[1:]:
        holders.run("widen", "--why", "đã thử", "--by", "tam")


@ON_SQLITE
def test_a_release_goes_from_two_holders_through_the_district_to_a_kiosk_which_waits_for_the_night(
    district: District, kiosk: Kiosk, holders: Holders
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    by_day, by_night = updates_of(kiosk, holders, hour=3), updates_of(kiosk, holders)
    handing = Handing(kiosk.settings.data)

    first = tick(kiosk, by_day, 2)
    whole = tick(kiosk, by_day)
    waits = handing.is_handed_over()
    installing = tick(kiosk, by_night, 2)

    assert first == {"version": VERSION, "word": "fetching"}
    assert whole == {"version": VERSION, "word": "waiting"}
    assert not waits
    assert handing.is_handed_over()
    assert installing == {"version": VERSION, "word": "installing"}
    found = handing.whole()
    assert found == decode_manifest(holders.manifest.read_bytes())
    assert (handing.folder / "payload").stat().st_size == found.release.payloads[0].bytes > PIECE_BYTES


@ON_SQLITE
def test_the_delivery_that_systemd_runs_takes_the_release(
    district: District, kiosk: Kiosk, holders: Holders, tmp_path: Path
):
    holders.release(this_platform())
    reach_everybody(holders)
    hears(kiosk)
    kiosk.store.close()
    keys = ", ".join(f'"{each}"' for each in holders.public)
    (tmp_path / "kiosk.toml").write_text(f"[sync]\nspread = 0\n[update]\nkeys = [{keys}]\n", "utf-8")
    environment = {**os.environ, "KIOSK_DATA": str(kiosk.settings.data), "PYTHONUNBUFFERED": "1"}
    environment["KIOSK_CONFIG"] = str(tmp_path / "kiosk.toml")
    agent = Process("sync", ["-m", "sync", "--verbose", "run"], environment, tmp_path / "sync.log")

    agent.start()
    agent.wait_for(f"release {VERSION} is whole and signed")
    agent.stop()

    assert Handing(kiosk.settings.data).whole() == decode_manifest(holders.manifest.read_bytes())


@ON_SQLITE
def test_a_rating_is_delivered_between_the_pieces_and_a_cut_line_goes_on_where_it_was(
    district: District, kiosk: Kiosk, holders: Holders
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    tick(kiosk, updates_of(kiosk, holders), 3)
    there = Handing(kiosk.settings.data).bytes_there
    kiosk.rate(1)
    kiosk.deliver()

    tick(kiosk, updates_of(kiosk, holders), 1)

    assert there == 2 * PIECE_BYTES
    assert len(kiosk.rated()) == 1
    assert Handing(kiosk.settings.data).bytes_there == 3 * PIECE_BYTES


@ON_SQLITE
def test_a_roll_out_that_is_stopped_stops_where_the_release_waits_and_not_what_a_technician_brought(
    district: District, kiosk: Kiosk, holders: Holders
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    handing = Handing(kiosk.settings.data)
    tick(kiosk, updates_of(kiosk, holders, hour=3))
    waited = handing.whole()
    stop(district.engine, Order("tam", "có lỗi", district.clock()))
    hears(kiosk)
    tick(kiosk, updates_of(kiosk, holders), 2)
    dropped = handing.whole(), handing.is_handed_over()
    holders.run("export", VERSION, str(holders.folder))
    stick = holders.folder / "langnghe" / holders.manifest.name
    content = stick.read_bytes()
    payload = (stick.parent / f"lang-nghe-{VERSION}-{PLATFORM}.lnr").read_bytes()
    handing.bring(decode_manifest(content).release.payloads[0], content, [payload])

    tick(kiosk, updates_of(kiosk, holders), 2)

    assert waited is not None
    assert dropped == (None, False)
    assert handing.is_handed_over()


@ON_SQLITE
def test_a_disk_that_fills_up_gets_the_pieces_back_and_a_file_without_room_for_a_word_stops_nothing(
    district: District, kiosk: Kiosk, holders: Holders, monkeypatch: pytest.MonkeyPatch
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    handing, updates, free = Handing(kiosk.settings.data), updates_of(kiosk, holders, hour=3), disk.SPARE_BYTES * 2
    put = box_state.put

    def kept(tx: object, name: str, value: dict[str, str]) -> None:
        if "why" in value and free < 0:
            raise CannotWrite("the disk is full")
        put(tx, name, value)

    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))
    monkeypatch.setattr(box_state, "put", kept)
    tick(kiosk, updates, 3)
    there, free = handing.bytes_there, -1

    unsaid, dropped = tick(kiosk, updates, 1), handing.bytes_there
    free = disk.SPARE_BYTES
    full = tick(kiosk, updates, 2)
    free = disk.SPARE_BYTES * 2
    whole = tick(kiosk, updates)

    assert (there, dropped) == (2 * PIECE_BYTES, 0)
    assert unsaid == {"version": VERSION, "word": "fetching"}
    assert full == {"version": VERSION, "word": "refused", "why": "no_space"}
    assert whole == {"version": VERSION, "word": "waiting"}


@ON_SQLITE
def test_a_release_that_comes_spoiled_comes_once_more_and_only_then_is_refused(
    district: District, kiosk: Kiosk, holders: Holders
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    updates, seen = updates_of(kiosk, holders, hour=3), []
    payload = Handing(kiosk.settings.data).folder / "next.payload"
    size = decode_manifest(holders.manifest.read_bytes()).release.payloads[0].bytes
    for _ in range(2):
        while not payload.exists() or payload.stat().st_size < size:
            tick(kiosk, updates, 1)
        payload.write_bytes(payload.read_bytes()[:-1] + b"?")
        seen.append(tick(kiosk, updates, 1))

    assert seen[0] == {"version": VERSION, "word": "fetching"}
    assert seen[1] == {"version": VERSION, "word": "refused", "why": "wrong_content"}
    assert tick(kiosk, updates) == {"version": VERSION, "word": "waiting"}


@ON_SQLITE
def test_what_a_technician_brings_while_pieces_come_by_network_is_whole_and_stays(
    district: District, kiosk: Kiosk, holders: Holders
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    handing, updates = Handing(kiosk.settings.data), updates_of(kiosk, holders, hour=3)
    manifest = holders.manifest.read_bytes()
    (payload,) = decode_manifest(manifest).release.payloads
    content = (holders.folder / f"lang-nghe-{VERSION}-{PLATFORM}.lnr").read_bytes()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(content), PIECE_BYTES):
            tick(kiosk, updates, 1)
            yield content[start : start + PIECE_BYTES]

    handing.bring(payload, manifest, pieces())
    tick(kiosk, updates)

    assert (handing.whole(), handing.coming(), handing.is_offered) == (decode_manifest(manifest), None, False)
    assert (handing.folder / "payload").read_bytes() == content
    handing.hand_over()
    with pytest.raises(OSError, match="busy"):
        handing.bring(payload, manifest, [content])
    assert (handing.folder / "payload").read_bytes() == content


@ON_SQLITE
def test_a_kiosk_that_trusts_nobody_or_others_takes_nothing_and_says_so(
    district: District, kiosk: Kiosk, holders: Holders
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    strangers = [bytes(SigningKey.generate().verify_key).hex() for _ in range(3)]

    off = tick(kiosk, updates_of(kiosk, holders, trusted=[]))
    refused = tick(kiosk, updates_of(kiosk, holders, trusted=strangers))

    assert off == {"version": VERSION, "word": "off"}
    assert refused == {"version": VERSION, "word": "refused", "why": "unsigned"}
    assert Handing(kiosk.settings.data).whole() is None


@ON_SQLITE
@pytest.mark.parametrize(("step", "word"), [(UpdateStep.GONE_BACK, "gone_back"), (UpdateStep.PROBATION, "installing")])
def test_what_became_of_it_is_told_and_a_release_that_failed_here_is_not_fetched_again(
    district: District, kiosk: Kiosk, holders: Holders, step: UpdateStep, word: str
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    updates = updates_of(kiosk, holders)
    why = "screen_dark" if step is UpdateStep.GONE_BACK else ""
    failed = (VERSION,) if why else ()
    keep_journal(kiosk.settings.data.parent / "root", Journal(step, VERSION, why=why, failed=failed))

    told = tick(kiosk, updates)
    hears(kiosk)

    assert told == {"version": VERSION, "word": word} | ({"why": why} if why else {})
    assert Handing(kiosk.settings.data).coming() is None
    ((health,),) = district.rows("devices", "health")
    assert health["update"] == told


def test_the_district_stops_by_itself_when_a_kiosk_goes_back_and_tells_of_it(
    district: District, kiosk: Kiosk, holders: Holders
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    journal = Journal(UpdateStep.GONE_BACK, VERSION, why="screen_dark", failed=(VERSION,))
    updates = updates_of(kiosk, holders)
    keep_journal(kiosk.settings.data.parent / "root", journal)
    tick(kiosk, updates)
    hears(kiosk)
    before = holders.run("status")

    district.clock.pass_by(hours=1)
    look(district.engine, TOLD, district.clock())

    with reading(district.engine) as connection:
        newest = newest_rollout(connection)
    assert newest is not None
    assert (newest.share, newest.person, newest.why) == (0, "", "failed")
    assert "1  failed: " in before
    sent = dict(told(district))
    assert sorted(sent) == ["mail", "webhook"]
    assert (
        f"đã tự quay về bản trước, không mất đánh giá nào: 1 ({kiosk.box.identity.device_id})." in sent["mail"]["text"]
    )
    assert "mất liên lạc" not in sent["mail"]["text"]
    assert sent["webhook"]["data"]["gone_back"] == [kiosk.box.identity.device_id]
    assert "stopped  the district itself: failed" in holders.run("list")


def told(district: District) -> list[tuple[str, dict[str, Any]]]:
    """What was sent about the release."""
    rows = district.rows("messages", "channel", "content")
    return [(channel, content) for channel, content in rows if VERSION in json.dumps(content)]


@ON_SQLITE
def test_what_failed_before_a_release_is_offered_anew_does_not_stop_it_once_more(district: District, holders: Holders):
    holders.release()
    gone_back = {"update": {"version": VERSION, "word": "gone_back", "why": "too_slow"}}
    enrol(district.engine, "k-back", UNIT, None, health=gone_back, last_contact_at=district.clock())
    look(district.engine, TOLD, district.clock())
    stopped = holders.run("list").count("stopped  the district itself")
    holders.run("start", VERSION, "--why", "đã sửa máy đó", "--by", "tam")

    for _ in range(3):
        district.clock.pass_by(hours=1)
        look(district.engine, TOLD, district.clock())

    assert stopped == 1
    assert holders.run("list").count("stopped  the district itself") == 1
    assert "1  known: k-back" in holders.run("status")


@ON_SQLITE
@pytest.mark.parametrize("is_there", [True, False], ids=["there", "away"])
def test_a_kiosk_that_falls_silent_after_it_stops_it_with_a_mail_that_says_so_unless_the_district_was_away_itself(
    district: District, holders: Holders, is_there: bool
):
    holders.release()
    reach_everybody(holders)
    enrol(district.engine, "k-lost", UNIT, None, health={"software": VERSION}, last_contact_at=district.clock())
    silent_from = 73  # hours: three days, where no opening hours are known
    stopped_at = []

    for hour in range(silent_from - 49 if is_there else silent_from, silent_from + 4):
        look(district.engine, TOLD, district.clock() + timedelta(hours=hour))
        stopped_at += [hour] if told(district) and not stopped_at else []

    assert stopped_at == ([silent_from + 1] if is_there else [])
    for channel, content in told(district):
        if channel == "mail":
            assert "Số máy mất liên lạc sau khi nhận bản này, chưa biết tình trạng: 1 (k-lost)." in content["text"]
            assert "quay về" not in content["text"]
        else:
            assert content["data"]["silent"] == ["k-lost"]
            assert content["data"]["gone_back"] == []


@ON_SQLITE
def test_an_offer_of_somebody_else_or_an_older_one_changes_nothing(district: District, kiosk: Kiosk, holders: Holders):
    holders.release()
    hears(kiosk)
    with kiosk.store.write() as tx:
        known, who = known_offer(tx), kiosk.box.identity
        forged = SoftwareOffer(known.number + 1, VERSION, SHARE_PARTS, sign_offer(1, VERSION, 1, SigningKey.generate()))
        key = district.services.receipt_key
        older = SoftwareOffer(known.number - 1, VERSION, 0, sign_offer(known.number - 1, VERSION, 0, key))
        for offer in (None, forged, older):
            note_offer(tx, who, offer)

        assert known_offer(tx) == known
        box_state.put(tx, OFFER, asdict(known) | {"of_a_newer_release": 1})
        assert known_offer(tx) == known
        assert known.share == RINGS[0]


@ON_SQLITE
def test_nobody_without_a_token_is_served_and_nothing_but_what_was_added(
    district: District, client: Client, kiosk: Kiosk, holders: Holders
):
    holders.release()
    line, stranger = kiosk.agent.transport, OneClock(client.base)
    size = decode_manifest(holders.manifest.read_bytes()).release.payloads[0].bytes

    assert line.release_manifest(VERSION) == holders.manifest.read_bytes()
    assert line.release_piece(VERSION, PLATFORM, size - 5, 100) != b""
    assert len(line.release_piece(VERSION, PLATFORM, size - 5, 100)) == 5
    for asked in (
        lambda: stranger.release_manifest(VERSION),
        lambda: line.release_manifest("9.9.9"),
        lambda: line.release_manifest("..%2f..%2fkeys"),
        lambda: line.release_piece(VERSION, "..%2f..%2freceipt.key", 0, 10),
        lambda: line.release_piece(VERSION, "cp399-vax", 0, 10),
        lambda: line.release_piece(VERSION, PLATFORM, size, 10),
    ):
        with pytest.raises((Refused, Misunderstood, Unreachable)):
            asked()


def test_steps_are_refused_with_a_sentence_and_their_numbers_only_rise(district: District, holders: Holders):
    for words in (("start", "9.9.9"), ("widen",), ("stop",)):
        with pytest.raises(Stop):
            holders.run(*words, "--why", "thử", "--by", "tam")
    holders.release()
    with pytest.raises(Stop, match="is being rolled out"):
        holders.run("start", VERSION, "--why", "thử", "--by", "tam")
    with pytest.raises(Stop, match="say why"):
        holders.run("stop", "--why", " ", "--by", "tam")
    reach_everybody(holders)
    with pytest.raises(Stop, match="every kiosk"):
        holders.run("widen", "--why", "thử", "--by", "tam")
    holders.run("stop", "--why", "thử", "--by", "tam")
    holders.run("start", VERSION, "--why", "lại", "--by", "tam")

    with reading(district.engine) as connection:
        steps = rollout_steps(connection)
    assert [step.share for step in steps] == [*RINGS, 0, RINGS[0]]
    assert steps[0].number >= district.clock().timestamp() // 1
    assert sorted({step.number for step in steps}) == [step.number for step in steps]
