"""``kiosk update``: what a technician asks of updates, and the steps that ``lang-nghe-update.service`` takes."""

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kiosk import __version__
from kiosk.box import keys
from kiosk.box.district_clock import corrected
from kiosk.box.facts import box_fact, seal_fact
from kiosk.box.quiet_hours import hours_of, is_quiet
from kiosk.box.recovery.backup import copy
from kiosk.cli.checks import languages, records, system
from kiosk.cli.checks.check import CheckResult, Phrase
from kiosk.cli.checks.update import reason
from kiosk.cli.doctor import language_of, load_strings
from kiosk.clock import RELEASED, Moment, read_clock
from kiosk.domain.calendar import OfficeCalendar
from kiosk.domain.entry import EntryType
from kiosk.paths import open_plain
from kiosk.settings import Settings
from kiosk.store import identity, ledger
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Store
from kiosk.store.identity import Identity
from kiosk.texts import Strings
from kiosk.updates import disk
from kiosk.updates.handing import Handing, this_platform
from kiosk.updates.installer import OFFICE_OPEN, Installer, Places, UpdateFailed
from kiosk.updates.journal import ENDS, STATE, Journal, UpdateStep, read_journal
from kiosk.updates.machine import InstalledKiosk
from sync.protocol.fields import Malformed
from sync.protocol.health import Level
from sync.protocol.software_release import MAX_MANIFEST_BYTES, Manifest, NotTakeable, decode_manifest, takeable

LIBRARY = Path("/usr/lib/lang-nghe-kiosk")
SETTLED = 3
"""The exit code when nothing is left to do, though no release was kept: after any other the unit starts the installer
again (``RestartPreventExitStatus``)."""
MANIFEST_ENDING, PAYLOAD_ENDING = ".lnr.json", ".lnr"


def update_status(settings: Settings, *, as_json: bool, language: str, state: Path = STATE) -> int:
    """Exit 0; 1 when the last update did not succeed."""
    journal, handing = read_journal(state), Handing(settings.data)
    is_under_way = handing.is_handed_over() or (journal is not None and journal.step not in ENDS)
    whole, coming = None if is_under_way else handing.whole(), handing.coming()
    if as_json:
        last = None if journal is None else {"version": journal.version, "step": journal.step, "why": journal.why}
        waits = whole.release.version if whole else None
        print(json.dumps({"version": __version__, "keys": len(settings.update_keys), "waits": waits, "last": last}))
    else:
        strings = load_strings(language or language_of(os.environ))
        print(strings.say("update.running" if settings.update_keys else "update.no_keys", version=__version__))
        if coming:
            print(strings.say("update.coming", version=coming.release.version, mb=handing.bytes_there // 1024**2))
        if handing.is_handed_over() and (handed := handing.whole()):
            print(last_words(strings, UpdateStep.TAKEN, handed.release.version, ""))
        if whole:
            print(strings.say("update.waits", version=whole.release.version))
        if journal and not handing.is_handed_over():
            print(last_words(strings, journal.step, journal.version, journal.why))
    return 1 if journal and journal.step in (UpdateStep.GONE_BACK, UpdateStep.REFUSED) else 0


def last_words(strings: Strings, step: str, version: str, why: str) -> str:
    """What became of the last update, with its reason in words."""
    word = step if step in ENDS else "under_way"
    return strings.say(f"update.{word}", version=version, why=why_words(strings, why))


def why_words(strings: Strings, why: str) -> str:
    """A reason that this release has no sentence for stays the word that it is."""
    found = reason(why)
    return strings.say(found.key, **found.values) if isinstance(found, Phrase) else found


def update_take(settings: Settings, path: Path, *, now: bool, language: str, state: Path = STATE) -> int:
    """Takes a release from a stick. Exit 0 when it is whole here and signed; ``now``: it is installed at once. Exit 1
    also while another one is being installed."""
    strings, handing = load_strings(language or language_of(os.environ)), Handing(settings.data)
    if under_way := _under_way(handing, read_journal(state)):
        print(last_words(strings, UpdateStep.TAKEN, under_way, ""))
        return 1
    flaws = []
    for file in _manifests(path):
        try:
            manifest = _takeable(settings, file)
            _copy(handing, manifest, file)
        except NotTakeable as error:
            flaws.append(strings.say("update.not_taken", file=file.name, why=why_words(strings, error.flaw)))
            continue
        except (Malformed, disk.TooLarge):
            flaws.append(strings.say("update.not_taken", file=file.name, why=why_words(strings, "malformed")))
            continue
        except OSError as error:
            print(strings.say("update.unreadable", file=error.filename or file, error=error.strerror or error))
            return 1
        if now:
            handing.hand_over(at_once=True)
        print(strings.say("update.taken_now" if now else "update.taken", version=manifest.release.version))
        return 0
    print("\n".join(flaws) or strings.say("update.nothing_there", path=path))
    return 1


def update_now(settings: Settings, *, language: str) -> int:
    """Hands over what has come, without waiting for the night."""
    strings, handing = load_strings(language or language_of(os.environ)), Handing(settings.data)
    whole = handing.whole()
    if whole is None:
        print(strings.say("update.nothing_waits"))
        return 1
    handing.hand_over(at_once=True)
    print(strings.say("update.taken_now", version=whole.release.version))
    return 0


def _under_way(handing: Handing, journal: Journal | None) -> str:
    """The version that is being installed now; empty when none is."""
    if journal is not None and journal.step not in ENDS:
        return journal.version
    handed = handing.whole() if handing.is_handed_over() else None
    return handed.release.version if handed else ""


def _manifests(path: Path) -> list[Path]:
    """Releases at ``path`` or in our folder on a stick, the newest version first."""
    if path.is_file():
        return [path]
    found = [one for folder in (path, path / "langnghe") for one in folder.glob(f"*{MANIFEST_ENDING}")]
    return sorted(found, key=lambda file: ([int(number) for number in re.findall(r"\d+", file.name)], file.name))[::-1]


def _takeable(settings: Settings, file: Path) -> Manifest:
    with open_plain(file) as content:
        manifest = decode_manifest(b"".join(disk.chunks(content, MAX_MANIFEST_BYTES)))
    today = max(read_clock().day, RELEASED)
    takeable(manifest, release_keys(settings), running=__version__, platform=this_platform(), today=today)
    return manifest


def _copy(handing: Handing, manifest: Manifest, file: Path) -> None:
    payload = manifest.release.payload(this_platform())
    assert payload is not None, "it is takeable"
    name = f"{file.name.removesuffix(MANIFEST_ENDING)}-{payload.platform}{PAYLOAD_ENDING}"
    with open_plain(file.parent / name) as content:
        handing.bring(payload, file.read_bytes(), disk.chunks(content, payload.bytes))


def release_keys(settings: Settings) -> list[bytes]:
    """The holders whose word this kiosk takes for a release."""
    return [bytes.fromhex(each) for each in settings.update_keys]


def update_install(settings: Settings, places: Places | None = None) -> int:
    """What systemd runs as root. Exit ``SETTLED`` when an update did not succeed, or this is no installed kiosk; 1 when
    it goes on at the next start."""
    places = places or Places(LIBRARY, STATE, Handing(settings.data).folder)
    if not places.updater.is_symlink():
        print("kiosk: only an installed package can be updated", file=sys.stderr)
        return SETTLED
    owner = settings.data.stat()
    is_root = os.geteuid() == 0
    machine = InstalledKiosk(
        settings.data,
        settings.source,
        settings.runtime,
        owner.st_uid if is_root else None,
        owner.st_gid if is_root else None,
    )
    keys_trusted = release_keys(settings)
    try:
        done = Installer(places, machine, keys_trusted, this_platform(), read_clock, time.sleep).run()
    except (OSError, UpdateFailed) as error:
        print(f"kiosk: the update goes on at the next start: {error}", file=sys.stderr)
        return 1
    return SETTLED if done and done.step is not UpdateStep.KEPT else 0


def update_quiet(settings: Settings, clock: Callable[[], Moment] = read_clock) -> int:
    """Exit 0 when the screen may start anew: the office is closed, and for some time; else ``OFFICE_OPEN``."""
    store, moment, calendar = Store(settings.data), clock(), OfficeCalendar()
    try:
        with store.read() as tx:
            moment = corrected(tx, moment)
            if who := identity.load(tx):
                calendar = hours_of(tx, who.unit_id, moment)
    except (CannotOpen, CannotRead) as error:
        print(f"kiosk: the opening hours cannot be read: {error}", file=sys.stderr)
    finally:
        store.close()
    return 0 if is_quiet(calendar, moment) else OFFICE_OPEN


def copy_for_trial(settings: Settings, folder: Path) -> int:
    """Copies the database in use into a new folder."""
    try:
        disk.empty_folder(folder)
        store = Store(settings.data)
        if store.file.exists():
            copy(store.file, folder / Store(folder).file.name)
    except (CannotRead, OSError) as error:
        print(f"kiosk: no copy was made: {error}")
        return 1
    return 0


def try_on_copy(settings: Settings, folder: Path) -> int:
    """Whether this release can go on with the copy in ``folder``: open it, bring it up, verify its chain, write one
    entry; and has what a screen needs. Nothing is asked of the network. Exit 1 when something fails."""
    store = Store(folder)
    try:
        who, opened = system.opened(store)
        found = [system.settings_used(settings), opened, letters := system.fonts(), *system.sounds(settings)]
        found += languages.languages(settings) if letters.level is Level.OK else []
        if who:
            found += [_written(store, who, settings), records.chain(store, who, settings)]
    finally:
        store.close()
    failed = [each for each in found if each.level is Level.FAILED]
    for each in failed:
        print(f"{each.check}: {each.word} {each.values}")
    return 1 if failed else 0


def _written(store: Store, who: Identity, settings: Settings) -> CheckResult:
    """One entry more in the copy, as the kiosk would write it."""
    try:
        own = keys.load(settings.keys)
        with store.write() as tx:
            moment = corrected(tx, read_clock())
            fact = box_fact(EntryType.CONFIG_APPLIED, moment, trial=__version__)
            ledger.append(tx, who.device_id, [seal_fact(fact, who.sealing_public_key)], own.device)
    except (CannotOpen, CannotWrite, keys.NoKeys) as error:
        return CheckResult("database", Level.FAILED, "unreadable", {"file": store.file, "error": str(error)})
    return CheckResult("database", Level.OK, "opens", {"file": store.file})
