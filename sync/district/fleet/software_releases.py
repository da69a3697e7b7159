"""Add a release of the software, offer it to kiosks ring by ring, and stop that; where its files are."""

import os
import shutil
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from sync.district.domain.software_rollout import (
    RINGS,
    RolloutEvent,
    RolloutLook,
    RolloutState,
    rollout_state,
    troubles_at_start,
)
from sync.district.fleet.changing import MAX_REASON, Order
from sync.district.measures.kiosks import full_hour, kiosk_lines
from sync.district.measures.rollout import looks_of
from sync.district.store import software_releases as store
from sync.district.store.alerts import last_hour_away
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.organisation import organisation
from sync.district.times import local_day
from sync.protocol.fields import Malformed
from sync.protocol.software_release import (
    MAX_MANIFEST_BYTES,
    REQUIRED_SIGNATURES,
    Manifest,
    Payload,
    SoftwareRelease,
    decode_manifest,
    signers,
)

FOLDER = "releases"
MANIFEST_ENDING, PAYLOAD_ENDING = ".lnr.json", ".lnr"
CHUNK = 1024 * 1024


class ReleaseRefusal(StrEnum):
    """Why a release is not added or offered, or a roll-out not changed."""

    MALFORMED = "malformed"
    NOT_SIGNED = "not_signed"
    EXPIRED = "expired"
    NO_PAYLOAD = "no_payload"
    WRONG_PAYLOAD = "wrong_payload"
    ALREADY_THERE = "already_there"
    UNKNOWN = "unknown"
    NO_REASON = "no_reason"
    RUNNING = "running"
    NOT_RUNNING = "not_running"
    FULLY_OUT = "fully_out"
    DISK = "disk"


class NotReleased(Exception):
    """It is not done; ``refusal`` says why, ``detail`` names a file or what is wrong with it."""

    def __init__(self, refusal: ReleaseRefusal, detail: str = "") -> None:
        super().__init__(detail or refusal)
        self.refusal, self.detail = refusal, detail


def payload_name(manifest_name: str, platform: str) -> str:
    """The name of a payload's file beside its manifest's."""
    return f"{manifest_name.removesuffix(MANIFEST_ENDING)}-{platform}{PAYLOAD_ENDING}"


def read_manifest(path: Path) -> tuple[Manifest, bytes]:
    """A manifest's file. Raises ``NotReleased``."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_MANIFEST_BYTES + 1)
        return decode_manifest(content), content
    except OSError as error:
        raise NotReleased(ReleaseRefusal.DISK, f"{path}: {error.strerror}") from error
    except Malformed as error:
        raise NotReleased(ReleaseRefusal.MALFORMED, str(error)) from error


def add(engine: Engine, data: Path, path: Path, order: Order) -> Manifest:
    """Takes a manifest and the payloads beside it, in place of an earlier one of its version that is not rolled out.
    Whether its signatures are of holders that kiosks trust, kiosks know alone; that two of different keys are true is
    asked here. Raises ``NotReleased``."""
    manifest, content = read_manifest(path)
    release = manifest.release
    if len(signers(manifest, [one.public_key for one in manifest.signatures])) < REQUIRED_SIGNATURES:
        raise NotReleased(ReleaseRefusal.NOT_SIGNED)
    if release.expires_on < order.at.date().isoformat():
        raise NotReleased(ReleaseRefusal.EXPIRED, release.expires_on)
    target = data / FOLDER / release.version
    files = [payload_file(target, payload.platform) for payload in release.payloads]
    part = target.with_name(f"{release.version}.part")
    try:
        _copy_in(path, part, release)
        with writing(engine) as connection:
            store.hold_rollouts(connection)  # nobody starts it meanwhile
            known = store.manifest_of(connection, release.version)
            if known == content and all(each.exists() for each in files):
                raise NotReleased(ReleaseRefusal.ALREADY_THERE, release.version)
            if known not in (None, content) and _is_offered(connection, release.version):
                raise NotReleased(ReleaseRefusal.RUNNING, release.version)
            if known != content:  # else its files are back: a backup that was restored has the database alone
                store.add_release(connection, release.version, content, order.at, order.person)
            shutil.rmtree(target, ignore_errors=True)
            part.replace(target)
    except OSError as error:
        raise NotReleased(ReleaseRefusal.DISK, f"{error.filename or target}: {error.strerror}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def _is_offered(connection: Connection, version: str) -> bool:
    now = store.newest_rollout(connection)
    return now is not None and now.version == version and now.share > 0


def _copy_in(path: Path, folder: Path, release: SoftwareRelease) -> None:
    """The payloads beside a manifest, weighed, in a folder of their own: what is there stays as it is until they are
    whole."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    for payload in release.payloads:
        _take(path.parent / payload_name(path.name, payload.platform), folder, payload)


def _take(source: Path, folder: Path, payload: Payload) -> None:
    if not source.is_file():
        raise NotReleased(ReleaseRefusal.NO_PAYLOAD, source.name)
    digest, size = sha256(), 0
    with source.open("rb") as file, payload_file(folder, payload.platform).open("xb") as copy:
        while (piece := file.read(CHUNK)) and size <= payload.bytes:
            digest.update(piece)
            size += len(piece)
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    if size != payload.bytes or digest.digest() != payload.sha256:
        raise NotReleased(ReleaseRefusal.WRONG_PAYLOAD, source.name)


def payload_file(folder: Path, platform: str) -> Path:
    """Where a release's payload for a platform is kept."""
    return folder / f"{platform}{PAYLOAD_ENDING}"


def export(engine: Engine, data: Path, version: str, stick: Path) -> list[Path]:
    """Writes a release onto a stick, for kiosks without a network; the files. Raises ``NotReleased``."""
    with reading(engine) as connection:
        content = store.manifest_of(connection, version)
    if content is None:
        raise NotReleased(ReleaseRefusal.UNKNOWN, version)
    if not stick.is_dir():
        raise NotReleased(ReleaseRefusal.DISK, f"{stick}: no such folder")
    name, folder = f"lang-nghe-{version}{MANIFEST_ENDING}", stick / "langnghe"
    written = []
    try:
        folder.mkdir(exist_ok=True)
        for payload in decode_manifest(content).release.payloads:
            target = folder / payload_name(name, payload.platform)
            _copy(payload_file(data / FOLDER / version, payload.platform), target)
            written.append(target)
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)  # last: what a kiosk looks for is there once all else is
        os.sync()
    except OSError as error:
        raise NotReleased(ReleaseRefusal.DISK, f"{error.filename or stick}: {error.strerror}") from error
    return [*written, folder / name]


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)


def start(engine: Engine, version: str, order: Order) -> int:
    """Offers a release to the first ring; its share. One that was stopped starts there anew. Raises ``NotReleased``."""
    _insist_on_a_reason(order)
    with writing(engine) as connection:
        number = store.begin_step(connection, order.at)
        if store.manifest_of(connection, version) is None:
            raise NotReleased(ReleaseRefusal.UNKNOWN, version)
        now = store.newest_rollout(connection)
        if now is not None and now.version == version and now.share:
            raise NotReleased(ReleaseRefusal.RUNNING, version)
        _add(connection, number, version, RINGS[0], order)
        looks = _looks(connection, order.at)
        store.keep_troubles(connection, troubles_at_start(looks, version))  # they do not stop it at the next look
    return RINGS[0]


def widen(engine: Engine, order: Order) -> int:
    """Lets the roll-out reach the next ring now; its share. Raises ``NotReleased``."""
    _insist_on_a_reason(order)
    with writing(engine) as connection:
        number = store.begin_step(connection, order.at)
        now = _running(connection)
        following = [each for each in RINGS if each > now.share]
        if not following:
            raise NotReleased(ReleaseRefusal.FULLY_OUT)
        _add(connection, number, now.version, following[0], order)
    return following[0]


def stop(engine: Engine, order: Order) -> str:
    """Offers it to nobody any more: kiosks that run with it stay so, those where it waits drop it. Its version. Raises
    ``NotReleased``."""
    _insist_on_a_reason(order)
    with writing(engine) as connection:
        number = store.begin_step(connection, order.at)
        now = _running(connection)
        _add(connection, number, now.version, 0, order)
    return now.version


def _running(connection: Connection) -> RolloutEvent:
    now = store.newest_rollout(connection)
    if now is None or not now.share:
        raise NotReleased(ReleaseRefusal.NOT_RUNNING)
    return now


def _add(connection: Connection, number: int, version: str, share: int, order: Order) -> None:
    store.add_step(connection, RolloutEvent(number, version, share, order.at, order.person, order.why.strip()))


def _insist_on_a_reason(order: Order) -> None:
    if not order.why.strip() or len(order.why) > MAX_REASON:
        raise NotReleased(ReleaseRefusal.NO_REASON)


def state_of_rollout(connection: Connection, event: RolloutEvent, now: datetime) -> RolloutState:
    """How a roll-out stands at the kiosks in use."""
    return rollout_state(event, _looks(connection, now), store.troubles(connection))


def _looks(connection: Connection, now: datetime) -> list[RolloutLook]:
    known, at = known_kiosks(connection, local_day(now)), full_hour(now)
    lines = kiosk_lines(organisation(connection), known, None, now)
    return looks_of(lines, known.rows, store.newest_steps(connection), last_hour_away(connection, at))
