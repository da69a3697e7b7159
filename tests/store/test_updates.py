"""A kiosk goes over to another release and back by itself, whatever is cut, and no rating is lost (promise 1)."""

import errno
import os
import signal
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from kiosk.box.box import Box
from kiosk.box.sign_of_life import read_sign, screen_runs
from kiosk.settings import sent_settings
from kiosk.updates import disk, payload
from kiosk.updates.installer import AT_ONCE, MANIFEST, MAX_ATTEMPTS, OFFICE_OPEN, PAYLOAD, READY, UpdateFailed
from kiosk.updates.journal import FILE, Journal, UpdateStep, keep_journal, read_journal
from kiosk.updates.machine import InstalledKiosk
from sync.protocol.software_release import NotTakeable, ReleaseFlaw
from tests.support.updates import (
    CONTENT,
    HOLDERS,
    NEW,
    OLD,
    CuttingOs,
    Machine,
    PowerCut,
    hand_over,
    manifest_of,
    packed,
    wheel,
)


@pytest.fixture
def machine(box: Box, tmp_path: Path) -> Machine:
    return Machine(box, tmp_path)


def ended(machine: Machine) -> tuple[UpdateStep | None, str]:
    journal = read_journal(machine.places.state)
    return (journal.step, journal.why) if journal else (None, "")


def test_a_signed_release_is_tried_on_a_copy_taken_into_use_and_kept_once_the_screen_has_drawn(machine: Machine):
    hand_over(machine.places.handed, manifest_of(CONTENT))

    machine.installer().run()

    assert ended(machine) == (UpdateStep.KEPT, "")
    assert machine.in_use == NEW
    assert machine.places.updater.resolve() == machine.places.current.resolve()
    assert sorted(path.name for path in (machine.places.library / "releases").iterdir()) == [OLD, NEW]
    assert list(machine.places.handed.iterdir()) == []
    assert machine.rated() == machine.thanked == 2
    assert machine.installer().run() is None


@pytest.mark.parametrize(
    ("fault", "why"),
    [({"draws": False}, "screen_gave_up"), ({"broken": ("chain",)}, "doctor_chain")],
    ids=["no-screen", "doctor"],
)
def test_what_does_not_come_up_is_taken_back_with_all_that_was_recorded_meanwhile(
    machine: Machine, fault: dict[str, object], why: str
):
    for name, value in fault.items():
        setattr(machine, name, value)
    hand_over(machine.places.handed, manifest_of(CONTENT))

    machine.installer().run()

    assert ended(machine) == (UpdateStep.GONE_BACK, why)
    assert machine.in_use == "0.1.0"
    assert machine.used == [OLD, NEW, OLD]
    assert machine.rated() == machine.thanked == 3
    hand_over(machine.places.handed, manifest_of(CONTENT))
    machine.installer().run()
    assert ended(machine) == (UpdateStep.REFUSED, "failed_before")
    assert machine.used == [OLD, NEW, OLD]


def test_a_release_whose_file_the_present_one_could_not_read_is_never_taken_into_use(machine: Machine):
    machine.breaking = ("9998_added",)
    hand_over(machine.places.handed, manifest_of(CONTENT))

    machine.installer().run()

    assert ended(machine) == (UpdateStep.REFUSED, "older_cannot_read")
    assert machine.used == [OLD]
    assert machine.rated() == 1


@pytest.mark.parametrize(
    ("manifest", "content", "why"),
    [
        (manifest_of(CONTENT, holders=HOLDERS[:1]), CONTENT, "unsigned"),
        (manifest_of(CONTENT, holders=[HOLDERS[0], HOLDERS[0]]), CONTENT, "unsigned"),
        (manifest_of(CONTENT, version="0.1.0"), CONTENT, "not_newer"),
        (manifest_of(CONTENT, min_version="0.2.0"), CONTENT, "too_old_here"),
        (manifest_of(CONTENT, expires_on="2026-11-20"), CONTENT, "expired"),
        (manifest_of(CONTENT), CONTENT + b" ", "wrong_content"),
        (manifest_of(CONTENT), CONTENT[:-1] + b"x", "wrong_content"),
        (manifest_of(b"no tar"), b"no tar", "wrong_content"),
        (b"{}", CONTENT, "malformed"),
        (b" " * 70_000, CONTENT, "malformed"),
    ],
    ids=range(10),
)
def test_what_is_not_the_holders_word_or_not_for_this_kiosk_changes_nothing(
    machine: Machine, manifest: bytes, content: bytes, why: str
):
    hand_over(machine.places.handed, manifest, content)

    machine.installer().run()

    assert ended(machine) == (UpdateStep.REFUSED, why)
    assert (machine.used, machine.in_use) == ([OLD], "0.1.0")
    assert [path.name for path in (machine.places.library / "releases").iterdir()] == [OLD]


def test_what_is_put_in_place_of_the_files_after_they_were_checked_is_not_what_is_installed(machine: Machine):
    """Whoever is the kiosk's own user may change the files at any time; root has its own."""
    hand_over(machine.places.handed, manifest_of(CONTENT))
    secret = machine.root / "secret"
    secret.write_bytes(b"root's own")
    for name in (MANIFEST, PAYLOAD):
        (machine.places.handed / name).unlink()
        (machine.places.handed / name).symlink_to(secret)

    machine.installer().run()

    assert ended(machine) == (UpdateStep.REFUSED, "not_copied")
    assert secret.read_bytes() == b"root's own"


BOMB = packed({"requirements.txt": b"x", "wheels/a.whl": wheel({"a": "0" * 3_000_000})})


@pytest.mark.parametrize(
    "members",
    [
        {"requirements.txt": b"x", "../outside.whl": b"x"},
        {"requirements.txt": b"x", "/etc/passwd": b"x"},
        {"requirements.txt": b"x", "wheels/../../outside.whl": b"x"},
        {"requirements.txt": b"x", "wheels/a.whl": b"no zip"},
        {"requirements.txt": b"x", "setup.py": b"x"},
        {"requirements.txt": b"x"},
        {"wheels/a.whl": wheel({"a": "b"})},
        {"requirements.txt": b"x"} | {f"wheels/{number}.whl": wheel({"a": "b"}) for number in range(301)},
    ],
    ids=range(8),
)
def test_an_archive_of_anything_but_wheels_writes_nothing_outside(tmp_path: Path, members: dict[str, bytes]):
    (tmp_path / "file").write_bytes(packed(members))
    (tmp_path / "folder").mkdir()

    with pytest.raises(NotTakeable) as refused:
        payload.unpack(tmp_path / "file", tmp_path / "folder")

    assert refused.value.flaw is ReleaseFlaw.WRONG_CONTENT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_links_and_what_would_fill_the_disk_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with tarfile.open(tmp_path / "links", "w:") as archive:
        link = tarfile.TarInfo("wheels/a.whl")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    (tmp_path / "bomb").write_bytes(BOMB)
    monkeypatch.setattr(payload, "MAX_INSTALLED_BYTES", 2_000_000)

    for name in ("links", "bomb"):
        folder = tmp_path / f"{name}-unpacked"
        folder.mkdir()
        with pytest.raises(NotTakeable):
            payload.unpack(tmp_path / name, folder)


@pytest.mark.parametrize("draws", [True, False], ids=["well", "dark"])
def test_the_power_is_cut_at_every_step_and_the_kiosk_ends_with_a_whole_release_and_every_rating(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draws: bool
):
    """Before each call that reaches the disk, in turn; every third time it is cut again while it recovers."""
    cut_at, completed = 0 if draws else 18, False  # until it is taken into use, both are the same
    while not completed:
        cut_at += 1
        machine = Machine(box, tmp_path / str(cut_at), draws=draws, thanked=0)
        before = machine.rated() - 1
        hand_over(machine.places.handed, manifest_of(CONTENT))
        for again in (cut_at, 1 + cut_at % 11 if cut_at % 3 == 0 else 0):
            counting = CuttingOs(again)
            monkeypatch.setattr(disk, "os", counting)
            try:
                machine.installer().run()
                completed |= bool(again == cut_at and counting.done < cut_at)
            except PowerCut:
                machine.power_comes_back()
        monkeypatch.undo()
        machine.installer().run()

        assert machine.rated() - before == machine.thanked, cut_at
        assert ended(machine)[0] is (UpdateStep.KEPT if draws else UpdateStep.GONE_BACK), cut_at
        assert machine.in_use == (NEW if draws else "0.1.0"), cut_at
        assert machine.places.current.resolve() == machine.places.updater.resolve()
    assert cut_at > 30


def test_a_release_with_which_the_power_fails_again_and_again_is_taken_back(machine: Machine):
    hand_over(machine.places.handed, manifest_of(CONTENT))
    installer = machine.installer()
    for _ in range(MAX_ATTEMPTS):
        machine.wait, waiting = lambda _seconds: (_ for _ in ()).throw(PowerCut()), machine.wait  # type: ignore[method-assign]
        installer = machine.installer()
        with pytest.raises(PowerCut):
            installer.run()
        machine.wait = waiting  # type: ignore[method-assign]
        machine.power_comes_back()

    machine.installer().run()

    assert ended(machine) == (UpdateStep.GONE_BACK, "power")
    assert machine.rated() == machine.thanked
    assert machine.in_use == "0.1.0"


def test_a_release_of_which_nobody_knows_how_it_came_into_use_gives_way_to_the_proved_one(machine: Machine):
    hand_over(machine.places.handed, manifest_of(CONTENT))
    machine.installer().run()
    disk.point(machine.places.updater, f"releases/{OLD}")
    (machine.places.state / FILE).write_bytes(b"\0" * 10)

    machine.installer().run()

    assert ended(machine) == (UpdateStep.GONE_BACK, "journal_lost")
    assert machine.in_use == "0.1.0"


@pytest.mark.parametrize("step", ["restart", "sign"])
def test_a_release_in_use_gives_way_when_the_machine_does_not_answer_and_the_way_back_is_tried_until_it_succeeds(
    machine: Machine, step: str
):
    answers, failures = getattr(machine, step), 2 if step == "restart" else 1

    def fails() -> object:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise UpdateFailed("too_slow")
        return answers()

    setattr(machine, step, fails)
    hand_over(machine.places.handed, manifest_of(CONTENT))
    if step == "restart":
        with pytest.raises(UpdateFailed):
            machine.installer().run()
        assert ended(machine) == (UpdateStep.GOING_BACK, "too_slow")

    machine.installer().run()

    assert ended(machine) == (UpdateStep.GONE_BACK, "too_slow")
    assert (machine.in_use, machine.used[-1]) == ("0.1.0", OLD)
    assert machine.rated() == machine.thanked


@pytest.mark.parametrize("way", ["closes", "now", "later"])
def test_the_screen_starts_anew_only_when_the_office_is_closed_or_somebody_asks_for_it_at_once(
    machine: Machine, way: str
):
    machine.open_for = 4_000
    begun = machine.clock.up_ms // 1000
    hand_over(machine.places.handed, manifest_of(CONTENT), ready=AT_ONCE if way == "now" else b"")
    waited: list[int] = []

    def wait(seconds: float) -> None:
        machine.clock.up_ms += round(seconds * 1000)
        if machine.in_use != NEW:
            waited.append(machine.clock.up_ms // 1000)
            assert ended(machine) == (UpdateStep.TRIED, "")
            if way == "later":
                (machine.places.handed / READY).write_bytes(AT_ONCE)

    machine.wait = wait  # type: ignore[method-assign]
    machine.installer().run()

    assert ended(machine) == (UpdateStep.KEPT, "")
    assert not (machine.places.handed / READY).exists()
    polled = {"closes": range(begun + 300, machine.open_for + 1, 300), "now": (), "later": [begun + 300]}
    assert waited == list(polled[way])


def test_a_release_whose_program_is_of_another_version_than_was_signed_is_not_taken_into_use(machine: Machine):
    machine.calls_itself = "0.2.9"
    hand_over(machine.places.handed, manifest_of(CONTENT))

    machine.installer().run()

    assert ended(machine) == (UpdateStep.REFUSED, "other_version")
    assert machine.used == [OLD]


def test_a_doctor_of_the_old_release_that_does_not_answer_speaks_against_no_other_release(machine: Machine):
    answers = machine.failing

    def fails(_release: Path) -> tuple[str, ...]:
        raise UpdateFailed("no_doctor", for_good=True)

    machine.failing = fails  # type: ignore[method-assign]
    hand_over(machine.places.handed, manifest_of(CONTENT))
    machine.installer().run()
    assert ended(machine) == (UpdateStep.REFUSED, "no_doctor")
    machine.failing = answers  # type: ignore[method-assign]
    hand_over(machine.places.handed, manifest_of(CONTENT))

    machine.installer().run()

    assert ended(machine) == (UpdateStep.KEPT, "")


def test_a_release_that_an_earlier_installer_left_in_use_unproved_gives_way(machine: Machine):
    hand_over(machine.places.handed, manifest_of(CONTENT))
    machine.installer().run()
    disk.point(machine.places.updater, f"releases/{OLD}")
    keep_journal(machine.places.state, Journal(UpdateStep.REFUSED, NEW, OLD, "too_slow", failed=("0.2.0",)))

    machine.installer().run()

    journal = read_journal(machine.places.state)
    assert journal is not None
    assert (journal.step, journal.failed, machine.in_use) == (UpdateStep.GONE_BACK, ("0.2.0", NEW), "0.1.0")


@pytest.mark.parametrize("free", [0, 100_000 + disk.SPARE_BYTES], ids=["no-room", "no-room-to-unpack"])
def test_a_disk_without_room_refuses_a_release_before_it_is_full_and_takes_it_when_there_is(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, free: int
):
    content = packed({"requirements.txt": b"x", "wheels/a.whl": wheel({"a": "b"}), "wheels/b.whl": wheel({"c": "d"})})
    asked: list[str] = []

    def usage(folder: Path) -> SimpleNamespace:
        asked.append(folder.name)
        return SimpleNamespace(free=free if folder.name == "incoming" or not free else 0)

    hand_over(machine.places.handed, manifest_of(content), content)
    monkeypatch.setattr(disk.shutil, "disk_usage", usage)
    machine.installer().run()

    assert ended(machine) == (UpdateStep.REFUSED, "no_space")
    assert asked == (["incoming", "unpacked"] if free else ["incoming"])
    assert [path.name for path in machine.places.state.iterdir()] == [FILE]
    monkeypatch.undo()
    hand_over(machine.places.handed, manifest_of(content), content)
    machine.installer().run()
    assert ended(machine) == (UpdateStep.KEPT, "")


@pytest.mark.parametrize("step", ["build", "try_on_copy"])
def test_a_disk_that_fills_up_meanwhile_is_freed_of_the_release_again(machine: Machine, step: str):
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    setattr(machine, step, full)
    hand_over(machine.places.handed, manifest_of(CONTENT))

    machine.installer().run()

    assert ended(machine) == (UpdateStep.REFUSED, "no_space")
    assert [path.name for path in machine.places.state.iterdir()] == [FILE]
    assert [path.name for path in (machine.places.library / "releases").iterdir()] == [OLD]


def test_an_archive_with_one_name_twice_is_no_release(tmp_path: Path):
    with tarfile.open(tmp_path / "file", "w:") as archive:
        for _ in range(2):
            archive.addfile(tarfile.TarInfo("requirements.txt"))
    (tmp_path / "folder").mkdir()

    with pytest.raises(NotTakeable):
        payload.unpack(tmp_path / "file", tmp_path / "folder")


def test_a_screen_that_only_flickers_has_not_proved_the_release(machine: Machine):
    hand_over(machine.places.handed, manifest_of(CONTENT))
    sign = machine.sign
    machine.sign = lambda: (None, False) if machine.in_use == NEW else sign()  # type: ignore[method-assign]

    machine.installer().run()

    assert ended(machine) == (UpdateStep.GONE_BACK, "screen_dark")


class Answering(InstalledKiosk, frozen=True):
    """An installed kiosk whose programs all answer with one exit code."""

    exit_code: int = 0
    asked: list[tuple[str, ...]] = msgspec.field(default_factory=list)

    def _run(self, command: Sequence[str], *, as_user: bool = True) -> subprocess.CompletedProcess[str]:
        self.asked.append(tuple(command))
        return subprocess.CompletedProcess(command, self.exit_code, "", "")


def test_what_was_switched_off_on_a_kiosk_stays_so_after_an_update(tmp_path: Path):
    kiosk = Answering(tmp_path, tmp_path, tmp_path, None, None)

    kiosk.restart()

    started = [command[2:] for command in kiosk.asked if command[2] != "reset-failed"]
    assert started == [
        ("restart", "lang-nghe-kiosk.service"),
        ("try-restart", "lang-nghe-sync.service", "lang-nghe-queue.service"),
    ]


def test_the_release_in_use_is_asked_whether_the_office_is_closed_and_one_that_cannot_say_holds_nothing_up(
    tmp_path: Path,
):
    for code, quiet in ((0, True), (OFFICE_OPEN, False), (2, True)):
        assert Answering(tmp_path, tmp_path, tmp_path, None, None, exit_code=code).is_quiet(tmp_path) is quiet


def test_no_copy_of_the_database_is_made_without_room_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("kiosk.sqlite3", "kiosk.sqlite3-wal"):
        (tmp_path / name).write_bytes(b"x" * 1_000)
    kiosk = Answering(tmp_path, tmp_path, tmp_path, None, None)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=disk.SPARE_BYTES + 1_999))
    with pytest.raises(OSError, match="No space"):
        kiosk.try_on_copy([tmp_path / "new", tmp_path / "old"])
    assert kiosk.asked == []
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=disk.SPARE_BYTES + 2_000))
    kiosk.try_on_copy([tmp_path / "new", tmp_path / "old"])
    assert len(kiosk.asked) == 3


def test_a_pipe_that_the_kiosks_own_user_puts_in_the_way_holds_nobody_up(tmp_path: Path):
    def waits(*_args: object) -> None:
        raise AssertionError("it waits for somebody to write")

    for name in ("screen.json", "screen.lock", "district-settings.json"):
        os.mkfifo(tmp_path / name)
    signal.signal(signal.SIGALRM, waits)
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        assert (read_sign(tmp_path), screen_runs(tmp_path), sent_settings(tmp_path)) == (None, False, None)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_a_journal_that_is_no_journal_is_none(tmp_path: Path):
    keep_journal(tmp_path, Journal(UpdateStep.KEPT, NEW))
    assert read_journal(tmp_path) == Journal(UpdateStep.KEPT, NEW)
    for content in (b"", b"[]", b'{"step": "dancing", "version": "1"}'):
        (tmp_path / FILE).write_bytes(content)
        assert read_journal(tmp_path) is None
