"""Releases to install in tests: signed, packed, on a machine that is a folder, with a real ledger that goes on."""

import io
import os
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from nacl.signing import SigningKey
from sqlalchemy import Connection

from kiosk.box.box import Box
from kiosk.box.recovery.backup import copy
from kiosk.box.sign_of_life import WELL_SECONDS, SignOfLife
from kiosk.desk.desk import KioskDesk
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.store import identity
from kiosk.store.engine import CannotOpen, Store
from kiosk.store.migrations import MIGRATIONS, Steps, migrate
from kiosk.store.verify import verify
from kiosk.updates.installer import MANIFEST, PAYLOAD, READY, Installer, Places, UpdateFailed
from kiosk.updates.journal import release_version
from sync.protocol.software_release import Manifest, Payload, SoftwareRelease, encode_manifest, signed
from tests.store.conftest import PATTERN, Clock

HOLDERS = [SigningKey(bytes([number]) * 32) for number in (1, 2, 3)]
TRUSTED = [bytes(key.verify_key) for key in HOLDERS]
PLATFORM = "cp313-x86_64"
OLD, NEW = "0.1.0-1~deb13", "0.3.0"


def packed(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def wheel(files: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


CONTENT = packed({"requirements.txt": b"lang-nghe==0.3.0\n", "wheels/lang_nghe-0.3.0.whl": wheel({"a": "b"})})


def manifest_of(
    content: bytes, version: str = NEW, holders: Sequence[SigningKey] = HOLDERS[:2], **values: Any
) -> bytes:
    payload = Payload(PLATFORM, len(content), sha256(content).digest())
    release = SoftwareRelease(version, "0.1.0", "2026-11-20", "2027-11-20", [payload])
    manifest = Manifest(replace(release, **values))
    for key in holders:
        manifest = signed(manifest, key)
    return encode_manifest(manifest)


def hand_over(folder: Path, manifest: bytes, content: bytes = CONTENT, *, ready: bytes = b"") -> None:
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_bytes(manifest)
    (folder / PAYLOAD).write_bytes(content)
    (folder / READY).write_bytes(ready)


def _added(tx: Connection) -> None:
    tx.exec_driver_sql("CREATE TABLE from_the_update (name VARCHAR(8) PRIMARY KEY)")


NEWER: Steps = (*MIGRATIONS, ("9998_added", _added))


class PowerCut(BaseException):
    """The machine is without power from here on."""


class CuttingOs:
    """The calls that reach the disk, one of which never happens."""

    COUNTED = ("fsync", "replace", "symlink", "sync", "open")

    def __init__(self, cut_at: int) -> None:
        self.done, self._cut_at = 0, cut_at

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in self.COUNTED:
            return real

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.done += 1
            if self.done == self._cut_at:
                raise PowerCut
            return real(*args, **kwargs)

        return counted


@dataclass
class Machine:
    """A kiosk as an update sees it: a library with releases, and whichever is in use writes into one ledger.

    ``draws``: whether the screen of the new release draws. ``broken``: checks that fail by its doctor. ``breaking``:
    steps of its schema that the old one cannot read. ``open_for``: seconds since the start of the machine to which the
    office is open. ``before_restart``: what else happens while it is in use.
    """

    box: Box
    root: Path
    clock: Clock = field(default_factory=Clock)
    draws: bool = True
    broken: tuple[str, ...] = ()
    breaking: tuple[str, ...] = ()
    built: str = ""
    calls_itself: str = NEW
    open_for: int = 0
    thanked: int = 0
    started: SignOfLife | None = None
    used: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = Places(self.root / "library", self.root / "state", self.root / "handed")
        self.places.state.mkdir(parents=True)
        (self.places.release(OLD)).mkdir(parents=True)
        (self.places.release(OLD) / "whole").touch()
        for link in (self.places.current, self.places.updater):
            link.symlink_to(f"releases/{OLD}")
        self.restart()

    def installer(self, trusted: Sequence[bytes] = tuple(TRUSTED)) -> Installer:
        return Installer(self.places, self, trusted, PLATFORM, self.clock, self.wait)

    def wait(self, seconds: float) -> None:
        self.clock.up_ms += round(seconds * 1000)

    # what the machine does for an installer

    def build(self, release: Path, unpacked: Path) -> None:
        assert (unpacked / "requirements.txt").exists()
        release.mkdir()
        if self.built:
            raise UpdateFailed(self.built)
        (release / "whole").touch()

    def version(self, release: Path) -> str:
        assert (release / "whole").exists()
        return self.calls_itself

    def failing(self, release: Path) -> tuple[str, ...]:
        return ("fonts", *self.broken) if release.name == NEW else ("fonts",)

    def try_on_copy(self, releases: Sequence[Path]) -> None:
        trial = self.root / "trial"
        trial.mkdir(exist_ok=True)
        for path in trial.iterdir():
            path.unlink()
        copy(self.box.store.file, trial / self.box.store.file.name)
        store = Store(trial)
        try:
            for release in releases:
                self._open(store, release.name)
                self._insist_on_chain(store)
        except CannotOpen as error:
            raise UpdateFailed("older_cannot_read", for_good=True) from error
        finally:
            store.close()

    def is_quiet(self, release: Path) -> bool:
        assert release.name == OLD, "the release in use is asked"
        return not self.open_for or self.clock.up_ms >= self.open_for * 1000

    def restart(self) -> None:
        """Whatever release is in use starts, and citizens rate."""
        release = self.places.current.resolve()
        assert (release / "whole").exists(), "a release is in use that is not whole"
        self._open(self.box.store, release.name)
        self.used.append(release.name)
        now, comes_up = self.clock(), self.draws or release.name != NEW
        self.started = SignOfLife(now.boot, now.up_s, gave_up=not comes_up)
        self.rate()

    def sign(self) -> tuple[SignOfLife | None, bool]:
        assert self.started is not None
        now, self.thanked = self.clock(), self.thanked
        well = now.up_s - self.started.started_s >= WELL_SECONDS
        return replace(self.started, drawn_s=now.up_s, futile=0 if well else 1), True

    # what a person or the power does

    def power_comes_back(self) -> None:
        self.clock.boot, self.clock.up_ms = f"{int(self.clock.boot, 16) + 1:04x}", 20_000
        self.restart()
        self.clock.up_ms += 10_000

    def rate(self) -> None:
        desk = KioskDesk(lambda: self.box, PATTERN, self.clock)
        desk.probe()
        code = DossierCode(f"H35.13-261120-{self.thanked + 1:04}")
        desk.save(RatingDraft(Subject(InputMethod.SCAN, Stage.RETURN, code, "H35.13-q1"), Score(4), "vi", None, 900))
        self.thanked += 1

    def rated(self) -> int:
        """How many ratings are in the ledger, which has to hold."""
        self._insist_on_chain(self.box.store)
        with self.box.store.read() as tx:
            found = tx.exec_driver_sql("SELECT count(*) FROM ledger WHERE type = 'rating'").scalar()
            waiting = tx.exec_driver_sql("SELECT count(*) FROM outbox WHERE state = 'pending'").scalar()
        assert int(waiting or 0) >= int(found or 0), "a rating would never be delivered"
        return int(found or 0)

    @property
    def in_use(self) -> str:
        return release_version(self.places.current.resolve().name)

    def _open(self, store: Store, release: str) -> None:
        migrate(store, NEWER if release == NEW else MIGRATIONS, self.breaking)

    def _insist_on_chain(self, store: Store) -> None:
        with store.read() as tx:
            who = identity.load(tx)
            assert who is not None
            flaw = verify(tx, who.device_id, bytes(self.box.keys.device.verify_key), who.receipt_public_key).flaw
        assert flaw == ""
