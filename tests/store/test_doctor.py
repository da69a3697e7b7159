"""``kiosk doctor``: each fault is broken on purpose; its line names cause and remedy in Vietnamese and English."""

import ast
import getpass
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme
from msgspec.structs import replace

from kiosk.__main__ import main
from kiosk.box.agent_lock import held
from kiosk.box.box import Box
from kiosk.box.shelf import UNFINISHED, shelve
from kiosk.box.sign_of_life import FUTILE_STARTS, STALE_SECONDS, Pulse
from kiosk.cli import doctor
from kiosk.cli.checks import check, network, peripherals, records, system
from kiosk.cli.checks import screen as screen_checks
from kiosk.cli.checks.check import Check, CheckResult, local_time, rendered
from kiosk.clock import Moment, read_clock
from kiosk.desk.complaints import reply_promise
from kiosk.domain.reference import HolidayList
from kiosk.domain.scanner_side import ScannerSide
from kiosk.languages import packs
from kiosk.languages.typeface import Typeface
from kiosk.paths import shared
from kiosk.settings import Display, Settings, load
from kiosk.store import box_state, identity, reference
from kiosk.texts import read
from sync.agent.addresses import NEXT
from sync.protocol.health import Level
from sync.protocol.snapshot import Change
from tests.store.conftest import Clock
from tests.store.test_ledger import append

TEXTS = {language: read(shared("assets") / "texts" / "doctor" / f"{language}.toml") for language in doctor.LANGUAGES}
CHECKS = Path(check.__file__).parent


@pytest.fixture
def settings(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    return load()


def lines(settings: Settings, language: str = "en", clock: Callable[[], object] | None = None) -> dict[str, Check]:
    return {each.check: each for each in doctor.examine(settings, clock or Clock(), language)}  # type: ignore[arg-type]


# The texts themselves


def words_in_code() -> set[str]:
    """``check.word`` of every literal call of ok, warning and failed."""
    found = set()
    for path in CHECKS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ok", "warning", "failed"):
                names = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if len(names) == 2:
                    found.add(".".join(names))
    return found


def test_both_languages_say_the_same_keys_with_the_same_places():
    assert TEXTS["vi"].keys() == TEXTS["en"].keys()
    for key, english in TEXTS["en"].items():
        assert set(places(english)) == set(places(TEXTS["vi"][key])), key


def places(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


def test_every_word_of_a_check_has_a_sentence_and_each_that_is_not_well_a_remedy():
    assert {word for word in words_in_code() if word not in TEXTS["en"]} == set()
    for path in CHECKS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("warning", "failed"):
                names = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if len(names) == 2:
                    assert ".".join(names) + "_step" in TEXTS["en"]


@pytest.mark.parametrize("language", doctor.LANGUAGES)
def test_no_remedy_advises_what_would_lose_something(language: str):
    loss = ("rm ", "empty the", "delete", "enrol again", "xóa", "xoá", "đăng ký lại")

    assert [key for key, text in TEXTS[language].items() if any(word in text.lower() for word in loss)] == []


def test_the_language_is_the_locales_or_the_one_asked_for(settings: Settings, capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    main(["doctor"])
    vietnamese = capsys.readouterr().out
    main(["doctor", "--lang", "en"])

    assert "không có gì chờ gửi" in vietnamese
    assert "nothing waits" in capsys.readouterr().out
    assert len(vietnamese.strip().splitlines()) == len(doctor.examine(settings, Clock()))


def test_an_error_of_several_lines_stays_one_line():
    found = CheckResult("disk", Level.FAILED, "gone", {"folder": "/x", "error": "one\ntwo"})

    assert "one two" in rendered(found, doctor.load_strings("vi")).finding


def test_times_are_those_of_the_wall_clock_in_viet_nam():
    assert local_time("2026-11-20T20:05:00Z") == "21/11/2026 03:05"


# The machine


def newer(box: Box) -> None:
    with box.store.write() as tx:
        tx.exec_driver_sql("INSERT INTO migrations (name) VALUES ('9999_later')")


def spoiled(box: Box) -> None:
    box.store.close()
    box.store.file.write_bytes(b"\1" * 8192)


def half_shelved(box: Box) -> None:
    (box.store.folder / UNFINISHED).mkdir()


def strange(box: Box) -> None:
    box.store.close()
    os.chown(box.store.file, 54_321, -1)


def not_mounted(box: Box) -> None:
    """fstab names the folder, and nothing is mounted there."""


@pytest.mark.parametrize(
    ("happens", "cause", "remedy"),
    [
        (newer, "newer release", "install the newer release again"),
        (spoiled, "is damaged", "restart the kiosk"),
        (half_shelved, "interrupted; nothing is lost", "kiosk shelve"),
        pytest.param(strange, "other users own: kiosk.sqlite3", "chown -R",
                     marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")),
        (not_mounted, "is not mounted", "do not enrol"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_what_cannot_be_read_is_never_called_not_enrolled(
    settings: Settings, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happens, cause: str, remedy: str
):
    if happens is not_mounted:
        (tmp_path / "fstab").write_text(f"UUID=1 {box.store.folder} ext4 defaults 0 2\n")
        monkeypatch.setattr("kiosk.hardware.mounts.FSTAB", tmp_path / "fstab")
    happens(box)

    found = lines(settings)

    assert (found["database"].state, cause in found["database"].finding) == ("failed", True)
    assert remedy in found["database"].next_step
    assert (found["enrolment"].state, "do not enrol" in found["enrolment"].finding) == ("warning", True)
    assert all("kiosk enrol" not in each.next_step for each in found.values())


def test_another_users_folder_is_named_with_both_users(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system, "become_owner", lambda folder: "it belongs to somebody")

    found = lines(settings)["database"]

    me = getpass.getuser()
    assert (found.state, f"belongs to {me}, and this command runs as {me}" in found.finding) == ("failed", True)
    assert f"run it as root; it then works as {me} by itself" in found.next_step


def test_missing_keys_lead_to_their_copy_or_to_the_shelf(settings: Settings):
    (settings.keys / "device.key").unlink()

    enrolment = lines(settings)["enrolment"]

    assert (enrolment.state, "kiosk shelve" in enrolment.next_step) == ("failed", True)


def test_a_retired_kiosk_is_told_so_until_it_is_enrolled_anew(settings: Settings, box: Box):
    with box.store.write() as tx:
        box_state.put(tx, box_state.RETIRED, True)
    found = lines(settings)["enrolment"]
    shelve(settings.data)

    assert (found.state, f"district device code {box.identity.unit_id}" in found.next_step) == ("warning", True)
    assert lines(settings)["enrolment"].finding == "this kiosk is not enrolled"


def test_an_announced_address_where_nobody_answers_is_named_until_another_is_announced(settings: Settings, box: Box):
    with box.store.write() as tx:
        box_state.put(tx, NEXT, {"number": 1, "url": "https://new.example", "authorities": "", "trouble": "no answer"})
    found = lines(settings)["address"]
    with box.store.write() as tx:
        box_state.put(tx, NEXT, {"number": 2, "url": "https://right.example", "authorities": "", "trouble": ""})
    announced = lines(settings)["address"]
    with box.store.write() as tx:
        box_state.put(tx, NEXT, {})

    assert (found.state, "no answer" in found.finding) == ("warning", True)
    assert "district address announce" in found.next_step
    assert (announced.state, "https://right.example" in announced.finding) == ("ok", True)
    assert "address" not in lines(settings)


def test_a_full_disk_says_how_to_make_room(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system, "FREE_BYTES", 10**18)

    assert lines(settings)["disk"].next_step.startswith("make room")


def test_a_missing_font_and_missing_prompts_are_named(settings: Settings, tmp_path: Path):
    assert system.fonts(tmp_path).word == "missing"
    assert system.sounds(settings, tmp_path / "none")[0].word == "missing"
    assert system.fonts().word == "there"


@pytest.mark.parametrize("broken", ["gone", "damaged"])
def test_without_its_letters_it_says_so_and_goes_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
):
    (tmp_path / "assets" / "fonts").mkdir(parents=True)
    if broken == "damaged":
        (tmp_path / "assets" / "fonts" / system.FONT).write_bytes(b"\0" * 900)

    def without_letters() -> Typeface:
        return Typeface(tmp_path / "assets" / "fonts" / system.FONT)

    monkeypatch.setattr(packs, "typeface", without_letters)
    monkeypatch.setattr(system, "shared", lambda name: tmp_path / name if name == "assets" else shared(name))
    found = lines(settings)

    assert system.FONT in found["fonts"].finding
    assert "reinstall" in found["fonts"].next_step
    assert "languages" not in found
    assert "scanner" in found


@pytest.mark.parametrize(
    ("set_mm", "measured", "word"),
    [
        (0, None, "unknown"),
        (476, None, "known"),
        (0, 268, "known"),
        (47, None, "impossible"),
        (4_760, None, "impossible"),
        (476, 268, "differs"),
        (270, 268, "known"),
    ],
)
def test_a_panel_of_impossible_size_is_named(settings: Settings, set_mm: int, measured: int | None, word: str):
    assert system.panel_size(replace(settings, display=Display(panel_width_mm=set_mm)), measured).word == word


def test_a_clock_from_before_the_release_is_named_before_any_contact(settings: Settings):
    clock = lines(settings, clock=Clock(at=datetime(2000, 1, 1, tzinfo=UTC)))["clock"]

    assert (clock.state, "01/01/2000 07:00 is before the day" in clock.finding) == ("failed", True)


def test_a_scanner_that_may_not_be_used_says_which_group_is_missing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    port = tmp_path / "ttyACM0"
    port.touch()
    monkeypatch.setattr(os, "access", lambda *_: False)

    found = lines(replace(settings, scanner_port=str(port)))["scanner"]

    assert (found.state, "adduser lang-nghe dialout" in found.next_step) == ("failed", True)


@pytest.mark.parametrize(
    ("side", "port", "state"),
    [("", "", "ok"), ("left", "", "ok"), ("none", "", "ok"), ("none", "/dev/ttyACM0", "failed")],
)
def test_a_scanner_to_which_nobody_is_sent_is_named(settings: Settings, side: str, port: str, state: str):
    found = peripherals.scanner_side(replace(settings, scanner_side=ScannerSide(side), scanner_port=port))

    assert (str(found.level), found.word) == (state, {"": "unsaid"}.get(side, side) if state == "ok" else "contradicts")


def test_switches_jack_pace_and_cues_are_named(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    jack = tmp_path / "event7"
    jack.touch()
    monkeypatch.setenv("PATH", str(tmp_path))  # no program is installed
    wanted = replace(settings, switch_keys={290: "next", 291: "choose"}, jack=str(jack))

    found = lines(wanted)

    states = {name: found[name].state for name in ("switches", "jack", "pace", "cues")}
    assert states == {"switches": "ok", "jack": "ok", "pace": "warning", "cues": "warning"}
    assert "2 keys" in found["switches"].finding
    assert "soundstretch" in found["pace"].next_step
    assert lines(replace(wanted, jack=str(tmp_path / "none")))["jack"].state == "failed"


def test_what_is_switched_off_is_not_asked_of(settings: Settings):
    quiet = replace(settings, speech=False, cues=False)

    assert not {"jack", "pace", "cues", "switches"} & {*lines(quiet)}


# The way to the district


def at(box: Box, url: str) -> None:
    with box.store.write() as tx:
        identity.keep(tx, replace(box.identity, district_url=url))


def test_no_cable_and_no_route_are_distinguishable(settings: Settings, box: Box, tmp_path: Path, monkeypatch):
    at(box, "https://district.example")
    monkeypatch.setattr(network, "has_link", lambda: False)
    assert "no cable" in lines(settings)["district"].finding
    monkeypatch.setattr(network, "has_link", lambda: True)
    monkeypatch.setattr(network, "has_route", lambda: False)
    assert "no address or no way out" in lines(settings)["district"].finding


def test_links_and_routes_are_read_as_the_kernel_writes_them(tmp_path: Path):
    for name, carrier in (("lo", "1"), ("eth0", "0"), ("wlan0", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "carrier").write_text(carrier)
    assert not network.has_link(tmp_path)
    (tmp_path / "eth0" / "carrier").write_text("1\n")
    assert network.has_link(tmp_path)

    route = tmp_path / "route"
    route.write_text("Iface\tDestination\tGateway\neth0\t0001A8C0\t00000000\n")
    assert not network.has_route((route,))
    route.write_text("Iface\tDestination\tGateway\neth0\t00000000\t0101A8C0\n")
    assert network.has_route((route,))


def test_a_name_that_nobody_knows_is_named(settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch):
    at(box, "https://district.invalid")
    monkeypatch.setattr(network, "has_link", lambda: True)
    monkeypatch.setattr(network, "has_route", lambda: True)
    monkeypatch.setattr(socket, "getaddrinfo", _unknown_name)

    found = lines(settings)["district"]

    assert "district.invalid is not found" in found.finding
    assert "getent hosts district.invalid" in found.next_step


def _unknown_name(*_: object, **__: object) -> None:
    raise socket.gaierror(-2, "Name or service not known")


@contextmanager
def listening(context: ssl.SSLContext | None, answer: bytes = b"<html>") -> Iterator[str]:
    """A server on loopback that answers everything with ``answer``; its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, *_: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Answers)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certified(authority: trustme.CA, name: str = "127.0.0.1", until: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=until).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("known", "name", "until", "cause"),
    [
        (False, "127.0.0.1", None, "unknown authority"),
        (True, "127.0.0.1", datetime(2020, 1, 1, tzinfo=UTC), "has expired"),
        (True, "other.example", None, "is for another name"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_named(
    settings: Settings, box: Box, tmp_path: Path, known: bool, name: str, until: datetime | None, cause: str
):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with listening(certified(authority, name, until)) as url:
        at(box, url)
        found = lines(replace(settings, ca_file=str(tmp_path / "ca.pem") if known else ""))["district"]

    assert (found.state, cause in found.finding) == ("failed", True)


def test_a_sign_in_page_is_not_taken_for_the_district(settings: Settings, box: Box):
    with listening(None) as url:
        at(box, url)
        found = lines(settings)["district"]

    assert (found.state, "sign this kiosk in" in found.next_step) == ("failed", True)


def test_a_port_that_nobody_listens_on_is_named(settings: Settings):
    assert "no answer from 127.0.0.1 (127.0.0.1) at port 9" in lines(settings)["district"].finding


# The records


def keep(box: Box, name: str, value: object) -> None:
    with box.store.write() as tx:
        box_state.put(tx, name, value)


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


# The screen


class Showing:
    """A screen that runs beside the doctor, by a clock that both read."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        self.pulse = Pulse(folder)

    def start(self) -> bool:
        """Whether it gives up."""
        self.pulse = Pulse(self.folder)
        return self.pulse.begin(self.clock()).gave_up

    def draw(self, *, covers: bool = True, renderer: str = "software") -> None:
        self.pulse.drew(self.clock(), covers=covers, touch=True, renderer=renderer)

    def wait(self, seconds: int) -> None:
        self.clock.up_ms += seconds * 1000

    def crash(self) -> None:
        """The kernel lets the lock go."""
        self.pulse.let_go()


@pytest.fixture
def showing(settings: Settings) -> Showing:
    return Showing(settings.runtime)


def freezes(showing: Showing) -> None:
    showing.start()
    showing.draw()
    showing.wait(STALE_SECONDS + 20)


def dies(showing: Showing) -> None:
    showing.start()
    showing.draw()
    showing.crash()


def crashes_on_and_on(showing: Showing) -> None:
    for _ in range(FUTILE_STARTS):
        assert not showing.start()
        showing.draw()
        showing.crash()
        showing.wait(2)
    assert showing.start()
    showing.crash()


def crashes_thrice(showing: Showing) -> None:
    for _ in range(3):
        showing.start()
        showing.draw()
        showing.crash()
    showing.start()
    showing.draw()


def is_never_started(showing: Showing) -> None:
    assert not showing.folder.exists()


def starts_again(showing: Showing) -> None:
    """``systemctl restart lang-nghe-kiosk``."""
    showing.crash()
    assert not showing.start()
    showing.draw()


def starts_in_a_new_boot(showing: Showing) -> None:
    showing.clock.boot = "beef"
    starts_again(showing)


@pytest.mark.parametrize(
    ("breaks", "state", "cause", "remedy", "mends"),
    [
        (freezes, "failed", "does not draw any more", "systemctl restart lang-nghe-display", starts_again),
        (dies, "failed", "is not running", "systemctl start lang-nghe-kiosk", starts_again),
        (crashes_on_and_on, "failed", "a still picture", "systemctl restart lang-nghe-kiosk", starts_in_a_new_boot),
        (crashes_thrice, "warning", "3 times", "journalctl -u lang-nghe-kiosk", starts_in_a_new_boot),
        (is_never_started, "warning", "no sign", "systemctl start lang-nghe-display", starts_again),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_screen_that_is_dark_is_named_and_its_remedy_helps(
    settings: Settings, showing: Showing, breaks, state: str, cause: str, remedy: str, mends
):
    breaks(showing)
    broken = lines(settings, clock=showing.clock)["screen"]
    mends(showing)
    mended = lines(settings, clock=showing.clock)["screen"]

    assert (broken.state, mended.state) == (state, "ok")
    assert cause in broken.finding
    assert remedy in broken.next_step


def test_after_a_still_picture_a_restart_by_hand_is_one_more_try(settings: Settings, showing: Showing):
    crashes_on_and_on(showing)
    starts_again(showing)

    found = lines(settings, clock=showing.clock)["screen"]

    assert (found.state, f"{FUTILE_STARTS} times" in found.finding) == ("warning", True)


@pytest.mark.parametrize(("covers", "state"), [(True, "ok"), (False, "failed")])
def test_whether_the_picture_covers_the_panel_needs_no_database(
    settings: Settings, showing: Showing, box: Box, covers: bool, state: str
):
    showing.start()
    showing.draw(covers=covers)
    spoiled(box)

    found = lines(settings, clock=showing.clock)

    assert (found["picture"].state, found["database"].state) == (state, "failed")


@pytest.mark.parametrize(("renderer", "says"), [("hardware", "graphics chip draws"), ("software", "processor draws")])
def test_who_draws_is_said(settings: Settings, showing: Showing, renderer: str, says: str):
    showing.start()
    showing.draw(renderer=renderer)

    assert says in lines(settings, clock=showing.clock)["renderer"].finding


@pytest.mark.parametrize(("plugged_in", "state"), [(False, "failed"), (True, "ok")])
def test_a_touch_panel_that_is_gone_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, plugged_in: bool, state: str
):
    monkeypatch.setattr(screen_checks, "touch_panels", lambda: ["eGalax"] if plugged_in else [])

    found = lines(settings)["touch"]

    assert found.state == state
    assert ("plug in the touch cable" in found.next_step) == (not plugged_in)


def test_the_status_says_how_the_screen_is(settings: Settings, capsys: pytest.CaptureFixture[str]):
    main(["status"])
    before = capsys.readouterr().out
    pulse = Pulse(settings.runtime)
    pulse.begin(read_clock())
    pulse.drew(read_clock(), covers=True, touch=True, renderer="software")
    main(["status"])
    shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())

    assert (shown["screen"], shown["screen_restarts"]) == ("draws", "0")
    assert dict(line.split(maxsplit=1) for line in before.splitlines())["screen"] == "-"
