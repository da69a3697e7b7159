"""What an update does to an installed kiosk beside its files: a venv without a network, doctor and trial as the kiosk's
own user, the units started anew."""

import json
import logging
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from kiosk.box.sign_of_life import SignOfLife, read_sign, screen_runs
from kiosk.clock import read_clock
from kiosk.updates import disk
from kiosk.updates.handing import FOLDER
from kiosk.updates.installer import OFFICE_OPEN, UpdateFailed
from kiosk.updates.payload import REQUIREMENTS, WHEELS, installed_bytes

log = logging.getLogger(__name__)

STILL = "lang-nghe-still.service"
SCREEN, OTHERS = "lang-nghe-kiosk.service", ("lang-nghe-sync.service", "lang-nghe-queue.service")
JUDGED = frozenset({"settings", "database", "chain", "fonts", "sounds", "languages", "screen", "picture"})
"""Lines of the doctor that a release can break. Devices and the network are not among them."""
TRIAL = "trial"
SLOW_SECONDS = 900


class InstalledKiosk(Struct, frozen=True):
    """``python``: of the system, from which a release's own is made. ``user``: whose data it is; ``None``: this
    process's. ``data``, ``config``, ``runtime``: the kiosk's data, settings file and sign of life."""

    data: Path
    config: Path
    runtime: Path
    user: int | None
    group: int | None
    python: str = "/usr/bin/python3"

    def build(self, release: Path, unpacked: Path) -> None:
        """As the package does it (deb/postinst): every wheel by its hash, none from elsewhere. Raises ``OSError``."""
        wheels = list((unpacked / WHEELS).iterdir())
        disk.insist_on_room(release.parent, sum(installed_bytes(each) for each in wheels))
        pip = ("-I", "-m", "pip", "--isolated", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "install")
        bound = ("--no-index", "--find-links", str(unpacked / WHEELS), "--only-binary", ":all:", "--require-hashes")
        for command in (
            (self.python, "-I", "-m", "venv", str(release)),
            (str(release / "bin/python"), *pip, *bound, "-r", str(unpacked / REQUIREMENTS)),
        ):
            done = self._run(command, as_user=False)
            if done.returncode != 0:
                log.error("the release could not be built: %s", done.stderr[-2_000:])
                raise UpdateFailed("not_built")

    def version(self, release: Path) -> str:
        done = self._run((str(release / "bin/kiosk"), "--version"))
        return done.stdout.strip()

    def failing(self, release: Path) -> tuple[str, ...]:
        done = self._run((str(release / "bin/kiosk"), "doctor", "--json", "--lang", "en"))
        try:
            found = [(each["check"], each["state"]) for each in json.loads(done.stdout)]
        except (ValueError, TypeError, KeyError) as error:
            log.error("doctor did not answer: %s", done.stderr[-2_000:])
            raise UpdateFailed("no_doctor", for_good=True) from error
        return tuple(sorted({check for check, state in found if state == "failed" and check in JUDGED}))

    def try_on_copy(self, releases: Sequence[Path]) -> None:
        """The present release, the last of them, makes the copy: the one on trial sees nothing but that."""
        trial, present = self.data / FOLDER / TRIAL, releases[-1]
        disk.insist_on_room(self.data, sum(each.stat().st_size for each in self.data.glob("*.sqlite3*")))
        try:
            if self._run((str(present / "bin/kiosk"), "update", "copy", str(trial))).returncode != 0:
                raise UpdateFailed("no_copy")
            for release in releases:
                done = self._run((str(release / "bin/kiosk"), "update", "try", str(trial)))
                if done.returncode != 0:
                    log.error("%s fails with the copy: %s", release.name, (done.stdout + done.stderr)[-2_000:])
                    raise UpdateFailed("older_cannot_read" if release is present else "trial_failed", for_good=True)
        finally:
            disk.remove(trial)

    def is_quiet(self, release: Path) -> bool:
        """A release that cannot say so holds nothing up: it was handed over when the office was closed."""
        return self._run((str(release / "bin/kiosk"), "update", "quiet")).returncode != OFFICE_OPEN

    def restart(self) -> None:
        """A reader of tickets, or a delivery, that somebody switched off stays so."""
        for command in (("reset-failed", SCREEN, *OTHERS), ("restart", SCREEN), ("try-restart", *OTHERS)):
            done = self._run(("systemctl", "--system", *command), as_user=False)
            if done.returncode != 0:
                log.error("systemctl %s: %s", command[0], done.stderr[-500:])

    def sign(self) -> tuple[SignOfLife | None, bool]:
        """A program that ends before it can give a sign gives way to the still picture, of which systemd knows."""
        still = self._run(("systemctl", "--system", "is-active", "--quiet", STILL), as_user=False)
        if still.returncode == 0:
            now = read_clock()
            return SignOfLife(now.boot, now.up_s, gave_up=True), False
        return read_sign(self.runtime), screen_runs(self.runtime)

    def _run(self, command: Sequence[str], *, as_user: bool = True) -> subprocess.CompletedProcess[str]:
        """With nothing of this process's own environment. Raises ``UpdateFailed`` when it does not end."""
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "KIOSK_CONFIG": str(self.config),
            "KIOSK_DATA": str(self.data),
            "RUNTIME_DIRECTORY": str(self.runtime),
        }
        who: dict[str, Any] = {"umask": 0o077 if as_user else 0o022}  # the kiosk's user runs what root builds
        if as_user and self.user is not None:
            who |= {"user": self.user, "group": self.group, "extra_groups": []}
        try:
            return subprocess.run(  # noqa: S603 - programs of a release that was verified
                command, env=environment, capture_output=True, text=True, timeout=SLOW_SECONDS, check=False, **who
            )
        except subprocess.TimeoutExpired as error:
            raise UpdateFailed("too_slow") from error
        except OSError as error:
            log.error("%s cannot be run: %s", command[0], error)
            raise UpdateFailed("no_program") from error
