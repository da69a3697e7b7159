"""The privileged half of an update: what has been handed over is verified anew, built, tried, switched to, and watched.

It runs as root from the release that was last proved, never from the one on trial, and believes nothing of what the
kiosk's own user left for it. Each step is noted before it is done and may be done again: whatever is cut, the next
start goes on from the journal, or back. The database is never replaced: the releases write into the same file, one
after the other, so nothing recorded meanwhile can be lost on the way back.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from kiosk.box.sign_of_life import WELL_SECONDS, ScreenState, SignOfLife, state_of
from kiosk.clock import RELEASED, Moment
from kiosk.paths import open_plain
from kiosk.updates import disk
from kiosk.updates.journal import ENDS, Journal, UpdateStep, keep_journal, read_journal, release_version
from kiosk.updates.payload import insist_on_content, unpack
from sync.protocol.fields import Malformed
from sync.protocol.software_release import (
    MAX_MANIFEST_BYTES,
    MAX_PAYLOAD_BYTES,
    Manifest,
    NotTakeable,
    ReleaseFlaw,
    decode_manifest,
    takeable,
)

log = logging.getLogger(__name__)

READY, MANIFEST, PAYLOAD = "ready", "manifest.json", "payload"
"""What is handed over: the last of the three to be there says that the others are whole."""
AT_ONCE = b"at once"
"""What is in the last of them when a technician asks not to wait until the office is closed."""
OFFICE_OPEN = 3
"""The exit code of ``kiosk update quiet`` while somebody may be at the screen."""
POLL_SECONDS, QUIET_POLL_SECONDS = 5.0, 300.0
PATIENCE_SECONDS = WELL_SECONDS + 300
"""So long a screen has to show that it draws for ten minutes."""
MAX_ATTEMPTS = 3
"""With so many starts of the machine a release is tried; then the power, or the release, is at fault."""
MAX_FAILED = 50
NOT_IN_USE = frozenset({UpdateStep.TAKEN, UpdateStep.UNPACKED, UpdateStep.TRIED})
"""Until the switch a step that fails refuses the release, and the kiosk has not noticed."""
ON_TRIAL = frozenset({UpdateStep.SWITCHING, UpdateStep.PROBATION})


class UpdateFailed(Exception):
    """A step did not succeed. ``why`` is a word; ``for_good``: it would not another time either."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.why, self.for_good = why, for_good


class Places(Struct, frozen=True):
    """``library``: root's, with ``releases/``, and the links ``current`` (in use) and ``updater`` (last proved).
    ``state``: root's. ``handed``: the kiosk's user puts there what is to be taken."""

    library: Path
    state: Path
    handed: Path

    @property
    def current(self) -> Path:
        return self.library / "current"

    @property
    def updater(self) -> Path:
        return self.library / "updater"

    def release(self, name: str) -> Path:
        """The folder of a release."""
        return self.library / "releases" / name


class Programs(Protocol):
    """What an update does to the machine beside its files."""

    def build(self, release: Path, unpacked: Path) -> None:
        """Installs a payload as a release. Raises ``UpdateFailed``."""

    def version(self, release: Path) -> str:
        """What a release calls itself; empty when it does not answer. Raises ``UpdateFailed``."""

    def failing(self, release: Path) -> tuple[str, ...]:
        """The checks that fail by a release's doctor, of those that an update can break. Raises ``UpdateFailed``."""

    def try_on_copy(self, releases: Sequence[Path]) -> None:
        """Lets each release in turn open, bring up, verify and write one and the same copy of the database, without a
        network. Raises ``UpdateFailed``."""

    def is_quiet(self, release: Path) -> bool:
        """Whether a release finds the office closed, and for some time. Raises ``UpdateFailed``."""

    def restart(self) -> None:
        """Starts the kiosk's units anew with whatever release is in use."""

    def sign(self) -> tuple[SignOfLife | None, bool]:
        """The screen's sign of life, and whether a screen's process is there."""


class Installer:
    """``run`` does all there is to do. ``trusted``: the public keys of the holders. ``pause`` waits for seconds."""

    def __init__(
        self,
        places: Places,
        programs: Programs,
        trusted: Sequence[bytes],
        platform: str,
        clock: Callable[[], Moment],
        pause: Callable[[float], None],
    ) -> None:
        self._places, self._programs, self._trusted, self._platform = places, programs, trusted, platform
        self._clock, self._pause = clock, pause
        self._steps: dict[UpdateStep, Callable[[Journal], Journal]] = {
            UpdateStep.TAKEN: self._build,
            UpdateStep.UNPACKED: self._try,
            UpdateStep.TRIED: self._begin_switch,
            UpdateStep.SWITCHING: self._switch,
            UpdateStep.PROBATION: self._watch,
            UpdateStep.KEEPING: self._keep,
            UpdateStep.GOING_BACK: self._go_back,
        }

    def run(self) -> Journal | None:
        """Goes on with what was begun, else takes what is ready; how it ended, ``None`` when there was nothing.

        Raises ``OSError`` when the disk takes nothing more, and ``UpdateFailed`` when the way back does not succeed;
        the next start goes on.
        """
        journal = self._begun()
        while journal is not None and journal.step not in ENDS:
            try:
                journal = self._note(self._steps[journal.step](journal))
            except (NotTakeable, UpdateFailed, OSError) as error:
                journal = self._note(self._stopped(journal, error))
            log.warning("update to %s: %s %s", journal.version, journal.step, journal.why)
        if journal is not None:
            self._tidy(journal)
        return journal

    def _begun(self) -> Journal | None:
        journal = read_journal(self._places.state)
        if journal is not None and journal.step not in ENDS:
            return journal
        proved, used = disk.target_of(self._places.updater), disk.target_of(self._places.current)
        if proved and used != proved:  # nobody knows how that release came to be in use
            version, failed = release_version(Path(used).name), journal.failed if journal else ()
            return self._note(Journal(UpdateStep.GOING_BACK, version, Path(proved).name, "journal_lost", failed=failed))
        return self._take(journal)

    def _stopped(self, journal: Journal, error: NotTakeable | UpdateFailed | OSError) -> Journal:
        """What follows when a step did not succeed. Raises the error where only another try is left."""
        if journal.step in NOT_IN_USE:
            self._drop_copies()  # first: on a full disk even the note needs their room
            return _refused(journal, error)
        if journal.step in ON_TRIAL and isinstance(error, UpdateFailed):
            return replace(journal, step=UpdateStep.GOING_BACK, why=error.why)
        raise error

    def _take(self, last: Journal | None) -> Journal | None:
        """Copies what was handed over to where its giver cannot reach it any more."""
        handed, mine = self._places.handed, self._places.state / "incoming"
        if not (handed / READY).exists():
            return None
        failed = last.failed if last else ()
        journal = Journal(
            UpdateStep.TAKEN,
            "",
            Path(disk.target_of(self._places.current)).name,
            failed=failed,
            at_once=self._is_asked_at_once(),
        )
        try:
            disk.empty_folder(mine)
            disk.insist_on_room(mine, min((handed / PAYLOAD).lstat().st_size, MAX_PAYLOAD_BYTES))
            disk.copy_in(handed / MANIFEST, mine / MANIFEST, MAX_MANIFEST_BYTES)
            disk.copy_in(handed / PAYLOAD, mine / PAYLOAD, MAX_PAYLOAD_BYTES)
            journal = replace(journal, version=self._manifest().release.version)
        except (disk.TooLarge, Malformed):
            journal = _refused(journal, NotTakeable(ReleaseFlaw.MALFORMED))
        except OSError as error:
            journal = self._stopped(journal, error)
        self._note(journal)
        disk.remove(handed / READY)  # once more in the next step: the power may fail just here
        return journal

    def _is_asked_at_once(self) -> bool:
        """The kiosk's own user may say so: it may start its own screen anew at any time."""
        try:
            with open_plain(self._places.handed / READY) as file:
                return file.read(len(AT_ONCE)) == AT_ONCE
        except OSError:
            return False

    def _manifest(self) -> Manifest:
        return decode_manifest((self._places.state / "incoming" / MANIFEST).read_bytes())

    def _build(self, journal: Journal) -> Journal:
        disk.remove(self._places.handed / READY)
        payload_file = self._places.state / "incoming" / PAYLOAD
        try:
            manifest = self._manifest()
        except Malformed as error:
            raise NotTakeable(ReleaseFlaw.MALFORMED) from error
        running = release_version(journal.previous)
        if not running or manifest.release.version != journal.version:
            raise UpdateFailed("unknown_release")
        payload = takeable(manifest, self._trusted, running=running, platform=self._platform, today=self._today())
        if journal.version in journal.failed:
            raise UpdateFailed("failed_before")
        insist_on_content(payload_file, payload)
        unpacked = disk.empty_folder(self._places.state / "unpacked")
        disk.insist_on_room(unpacked, payload.bytes)
        unpack(payload_file, unpacked)
        release = self._places.release(journal.version)
        disk.remove(release)
        self._programs.build(release, unpacked)
        if self._programs.version(release) != journal.version:  # else it is offered, and installed, for ever
            raise UpdateFailed("other_version", for_good=True)
        disk.sync_all()
        return replace(journal, step=UpdateStep.UNPACKED)

    def _today(self) -> date:
        """A clock that was reset is no way round the day on which a release expires; one that is ahead refuses."""
        return max(self._clock().day, RELEASED)

    def _try(self, journal: Journal) -> Journal:
        old, new = self._places.release(journal.previous), self._places.release(journal.version)
        self._programs.try_on_copy([new, old])
        try:
            before = self._programs.failing(old)
        except UpdateFailed as error:
            raise UpdateFailed(error.why) from error  # that speaks against the old one
        return replace(journal, step=UpdateStep.TRIED, before=before)

    def _begin_switch(self, journal: Journal) -> Journal:
        """Building takes its time, and the machine may have been off meanwhile: nobody may be writing now."""
        old = self._places.release(journal.previous)
        while not (journal.at_once or self._is_asked_at_once() or self._programs.is_quiet(old)):
            self._pause(QUIET_POLL_SECONDS)
        disk.remove(self._places.handed / READY)
        return replace(journal, step=UpdateStep.SWITCHING)

    def _switch(self, journal: Journal) -> Journal:
        self._use(journal.version)
        now = self._clock()
        noted = self._note(
            replace(journal, step=UpdateStep.PROBATION, attempts=1, boot=now.boot, since_s=now.up_s)
        )  # before the start that is to be watched
        self._programs.restart()
        return noted

    def _watch(self, journal: Journal) -> Journal:
        if self._clock().boot != journal.boot:
            if journal.attempts >= MAX_ATTEMPTS:
                return replace(journal, step=UpdateStep.GOING_BACK, why="power")
            journal = self._note(replace(journal, attempts=journal.attempts + 1, boot=self._clock().boot, since_s=0))
        verdict = ""
        while not verdict:
            sign, runs = self._programs.sign()
            verdict = verdict_on(sign, self._clock(), journal.since_s, runs=runs)
            if not verdict:
                self._pause(POLL_SECONDS)
        if verdict != "well":
            return replace(journal, step=UpdateStep.GOING_BACK, why=verdict)
        broken = set(self._programs.failing(self._places.release(journal.version))) - set(journal.before)
        if broken:
            return replace(journal, step=UpdateStep.GOING_BACK, why=f"doctor_{min(broken)}")
        return replace(journal, step=UpdateStep.KEEPING)

    def _keep(self, journal: Journal) -> Journal:
        disk.point(self._places.updater, f"releases/{journal.version}")
        return replace(journal, step=UpdateStep.KEPT)

    def _go_back(self, journal: Journal) -> Journal:
        self._use(journal.previous)
        self._programs.restart()
        return replace(journal, step=UpdateStep.GONE_BACK, failed=_with(journal.failed, journal.version))

    def _use(self, name: str) -> None:
        disk.point(self._places.current, f"releases/{name}")

    def _note(self, journal: Journal) -> Journal:
        keep_journal(self._places.state, journal)
        return journal

    def _tidy(self, journal: Journal) -> None:
        """Keeps the release in use, and the one before it for somebody who wants to go back by hand."""
        used = {Path(disk.target_of(link)).name for link in (self._places.current, self._places.updater)}
        is_done = journal.step is UpdateStep.KEPT or journal.version in journal.failed
        self._drop_copies()
        with suppress(OSError):
            for name in (MANIFEST, PAYLOAD) if is_done else ():
                disk.remove(self._places.handed / name)
            for folder in (self._places.library / "releases").iterdir():
                if folder.name not in used | {journal.previous}:
                    disk.remove(folder)

    def _drop_copies(self) -> None:
        for name in ("incoming", "unpacked"):
            with suppress(OSError):
                disk.remove(self._places.state / name)


def verdict_on(sign: SignOfLife | None, now: Moment, since_s: int, *, runs: bool) -> str:
    """``well`` once the screen that was started since then has drawn for long; why not, when it never will; empty while
    that is open. Without a network, touch or anybody before it: none of them is the release's doing."""
    state = state_of(sign, now, runs=runs)
    is_new = sign is not None and sign.boot == now.boot and sign.started_s >= since_s
    if state is ScreenState.GAVE_UP:
        return "screen_gave_up"
    drawn_s = sign.drawn_s if sign is not None and is_new and state is ScreenState.DRAWS else None
    if sign is not None and drawn_s is not None and drawn_s - sign.started_s >= WELL_SECONDS:
        return "well" if sign.covers else "screen_partial"
    return "screen_dark" if now.up_s - since_s > PATIENCE_SECONDS else ""


def _refused(journal: Journal, error: NotTakeable | UpdateFailed | OSError) -> Journal:
    match error:
        case NotTakeable():
            why = str(error.flaw)
        case UpdateFailed():
            why = error.why
        case _:
            log.error("a release cannot be installed: %s", error)
            why = "no_space" if disk.is_full(error) else "not_copied"
    for_good = isinstance(error, UpdateFailed) and error.for_good
    failed = _with(journal.failed, journal.version) if for_good else journal.failed
    return replace(journal, step=UpdateStep.REFUSED, why=why, failed=failed)


def _with(failed: tuple[str, ...], version: str) -> tuple[str, ...]:
    return (*(each for each in failed if each != version), version)[-MAX_FAILED:]
