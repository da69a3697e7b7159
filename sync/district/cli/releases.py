"""``district release``: keys of the holders, packing and signing, and the roll-out to the kiosks.

``key``, ``pack`` and ``sign`` need no district: the holders run them on machines of their own, best without a network.
"""

import os
import tarfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from nacl.signing import SigningKey

from sync.district.cli.context import Context, Stop
from sync.district.cli.moving import add_order, order_of_command
from sync.district.domain.software_rollout import NAMED, RolloutEvent, RolloutOutcome
from sync.district.fleet import software_releases as fleet
from sync.district.fleet.software_releases import (
    MANIFEST_ENDING,
    NotReleased,
    ReleaseRefusal,
    payload_name,
    read_manifest,
)
from sync.district.measures.kiosks import full_hour
from sync.district.store import software_releases as store
from sync.district.store.engine import reading
from sync.district.web.formats import day_and_clock
from sync.protocol.fields import Malformed
from sync.protocol.software_release import (
    Manifest,
    Payload,
    SoftwareRelease,
    decode_manifest,
    encode_manifest,
    signed,
)

T = TypeVar("T")

VALID_DAYS = 180
WHEEL = "lang_nghe"
"""How the name of the program's own wheel begins."""
_REFUSED: Mapping[ReleaseRefusal, str] = {
    ReleaseRefusal.MALFORMED: "this is no release: {detail}",
    ReleaseRefusal.NOT_SIGNED: "it has no true signatures of two different holders: 'district release sign'",
    ReleaseRefusal.EXPIRED: "it may not be taken after {detail}; pack and sign it anew",
    ReleaseRefusal.NO_PAYLOAD: "{detail} is missing beside the manifest",
    ReleaseRefusal.WRONG_PAYLOAD: "{detail} is not the file that was signed; copy it once more",
    ReleaseRefusal.ALREADY_THERE: "release {detail} was added before; see 'district release list'",
    ReleaseRefusal.UNKNOWN: "there is no release {detail}; see 'district release list'",
    ReleaseRefusal.NO_REASON: "say why (--why, at most 500 letters)",
    ReleaseRefusal.RUNNING: "release {detail} is being rolled out; see 'district release status'",
    ReleaseRefusal.NOT_RUNNING: "no release is being rolled out; see 'district release list'",
    ReleaseRefusal.FULLY_OUT: "it is offered to every kiosk already",
    ReleaseRefusal.DISK: "{detail}",
}


def add_parser(subparsers: Any) -> None:
    commands = subparsers.add_parser("release", help="releases of the kiosks' software: sign, add, roll out, stop")
    commands = commands.add_subparsers(dest="release_command", required=True, metavar="COMMAND")
    _add_holders(commands)
    added = commands.add_parser("add", help="take a signed release, with the payloads that lie beside its manifest")
    added.add_argument("file", type=Path, help=f"the manifest, a {MANIFEST_ENDING} file")
    _add_person(added)
    added.set_defaults(run=run_add)
    commands.add_parser("list", help="list the releases and what became of them").set_defaults(run=run_list)
    started = commands.add_parser(
        "start", help="offer a release to a first few kiosks; more follow once these are well"
    )
    started.add_argument("version")
    add_order(started)
    started.set_defaults(run=run_start)
    widened = commands.add_parser("widen", help="let the roll-out reach the next kiosks now")
    add_order(widened)
    widened.set_defaults(run=run_widen)
    stopped = commands.add_parser("stop", help="stop the roll-out; kiosks that run with the release go on with it")
    add_order(stopped)
    stopped.set_defaults(run=run_stop)
    commands.add_parser("status", help="show how the newest roll-out stands").set_defaults(run=run_status)
    written = commands.add_parser("export", help="write a release onto a USB stick, for kiosks without a network")
    written.add_argument("version")
    written.add_argument("folder", type=Path, help="where the stick is mounted")
    written.set_defaults(run=run_export)


def _add_holders(commands: Any) -> None:
    key = commands.add_parser("key", help="make a holder's key; prints the public half, for [update] keys of kiosks")
    key.add_argument("file", type=Path, help="a new file for the secret half: keep it apart from the other holders'")
    key.set_defaults(run=run_key)
    packed = commands.add_parser("pack", help="pack wheels into a release and write its unsigned manifest")
    packed.add_argument(
        "folders", nargs="+", metavar="PLATFORM=FOLDER", help="cp313-x86_64=FOLDER with requirements.txt and wheels/ …"
    )
    packed.add_argument("--version", required=True, dest="release_version", help="such as 1.4.0")
    packed.add_argument("--min-version", required=True, help="the oldest release from which a kiosk may go over")
    packed.add_argument("--days", type=int, default=VALID_DAYS, help=f"how long it may be taken (default {VALID_DAYS})")
    packed.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="where to write it (default: here)")
    packed.set_defaults(run=run_pack)
    sign = commands.add_parser("sign", help="add a holder's signature to a manifest, after its payloads were weighed")
    sign.add_argument("file", type=Path, help=f"the manifest, a {MANIFEST_ENDING} file, its payloads beside it")
    sign.add_argument("--key", required=True, type=Path, metavar="FILE", help="the holder's key file")
    sign.set_defaults(run=run_sign)


def _add_person(parser: ArgumentParser) -> None:
    parser.add_argument("--by", metavar="NAME", help="who decides it (default: the login name)")
    parser.set_defaults(why="added")


def run_key(arguments: Namespace, _context: Context) -> int:
    key = SigningKey.generate()
    try:
        handle = os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Stop(f"{arguments.file} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(bytes(key).hex() + "\n")
    print(bytes(key.verify_key).hex())
    return 0


def run_pack(arguments: Namespace, context: Context) -> int:
    name = f"lang-nghe-{arguments.release_version}{MANIFEST_ENDING}"
    payloads = []
    for text in arguments.folders:
        platform, sign, folder = text.partition("=")
        if not sign:
            raise Stop(f"write PLATFORM=FOLDER, such as cp313-x86_64=wheels-of-debian-13, not {text!r}")
        target = arguments.out / payload_name(name, platform)
        _insist_on_wheel(Path(folder), arguments.release_version)
        payloads.append(_pack(Path(folder), target, platform))
    today = context.now().astimezone(UTC).date()
    days = (today.isoformat(), (today + timedelta(days=arguments.days)).isoformat())
    release = SoftwareRelease(arguments.release_version, arguments.min_version, *days, payloads)
    content = encode_manifest(Manifest(release))
    try:
        decode_manifest(content)
        (arguments.out / name).write_bytes(content)
    except Malformed as error:
        raise Stop(str(error)) from error
    except OSError as error:
        raise Stop(f"{arguments.out / name} cannot be written: {error.strerror}") from error
    print(f"{arguments.out / name}: {len(payloads)} payloads; next, two holders: district release sign")
    return 0


def _insist_on_wheel(folder: Path, version: str) -> None:
    """Kiosks judge by the manifest's version whether a release is newer: the program in it must be of that one."""
    wheels = sorted(path.name for path in (folder / "wheels").glob(f"{WHEEL}-*.whl"))
    if [each.split("-")[1] for each in wheels] != [version]:
        found = ", ".join(wheels) or "none"
        raise Stop(f"{folder / 'wheels'} must hold one wheel {WHEEL}-{version}-….whl; there is {found}")


def _pack(folder: Path, target: Path, platform: str) -> Payload:
    """The same wheels give the same bytes."""
    names = ["requirements.txt", *sorted(f"wheels/{path.name}" for path in (folder / "wheels").glob("*.whl"))]
    try:
        with tarfile.open(target, "w:", format=tarfile.USTAR_FORMAT) as archive:
            for name in names:
                member = tarfile.TarInfo(name)
                member.size, member.mode = (folder / name).stat().st_size, 0o644
                with (folder / name).open("rb") as content:
                    archive.addfile(member, content)
        content_hash = sha256(target.read_bytes()).digest()
    except OSError as error:
        raise Stop(f"{error.filename or folder}: {error.strerror}") from error
    return Payload(platform, target.stat().st_size, content_hash)


def run_sign(arguments: Namespace, _context: Context) -> int:
    """A holder signs what lies there: the payloads are weighed first, so that nobody signs a list of unseen files."""
    manifest, _ = _done(lambda: read_manifest(arguments.file))
    for payload in manifest.release.payloads:
        path = arguments.file.parent / payload_name(arguments.file.name, payload.platform)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Stop(f"{path}: {error.strerror}") from error
        if len(content) != payload.bytes or sha256(content).digest() != payload.sha256:
            raise Stop(f"{path} is not the file that the manifest names; nothing was signed")
    more = signed(manifest, _key_of(arguments.key))
    part = arguments.file.with_name(f"{arguments.file.name}.part")
    part.write_bytes(encode_manifest(more))
    part.replace(arguments.file)
    release, n = more.release, len(more.signatures)
    print(f"{release.version} (from {release.min_version}, until {release.expires_on}, {more.digest}): {n} signatures")
    return 0


def _key_of(path: Path) -> SigningKey:
    try:
        if path.stat().st_mode & 0o077:
            raise Stop(f"others can read {path}; run: chmod 600 {path}")
        return SigningKey(bytes.fromhex(path.read_text("ascii").strip()))
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise Stop(f"{path} is no key that 'district release key' made") from error


def run_add(arguments: Namespace, context: Context) -> int:
    order = order_of_command(arguments, context)
    manifest = _done(lambda: fleet.add(context.engine(), context.settings.data, arguments.file, order))
    version = manifest.release.version
    print(f"{version} is here, signed by {len(manifest.signatures)}. Next: district release start {version} --why TEXT")
    return 0


def run_list(_arguments: Namespace, context: Context) -> int:
    with reading(context.engine()) as connection:
        releases, steps = store.all_releases(connection), store.rollout_steps(connection)
    for version, added_at, person in releases:
        print(f"{version}  added {day_and_clock(full_hour(added_at))} by {person}")
        for step in steps:
            if step.version == version:
                print(f"    {_step_words(step)}")
    if not releases:
        print("No release was added; see 'district release add'.")
    return 0


def _step_words(step: RolloutEvent) -> str:
    share = f"offered to {step.share / 100:g} %" if step.share else "stopped"
    return f"{day_and_clock(full_hour(step.at))}  {share}  {step.person or 'the district itself'}: {step.why}"


def run_start(arguments: Namespace, context: Context) -> int:
    order = order_of_command(arguments, context)
    share = _done(lambda: fleet.start(context.engine(), arguments.version, order))
    print(
        f"{arguments.version} is offered to {share / 100:g} % of the kiosks. More follow once these are well with it."
    )
    return 0


def run_widen(arguments: Namespace, context: Context) -> int:
    share = _done(lambda: fleet.widen(context.engine(), order_of_command(arguments, context)))
    print(f"It is offered to {share / 100:g} % of the kiosks from now on.")
    return 0


def run_stop(arguments: Namespace, context: Context) -> int:
    version = _done(lambda: fleet.stop(context.engine(), order_of_command(arguments, context)))
    print(f"{version} is offered to nobody any more. Kiosks that run with it go on; where it waits, it is dropped.")
    return 0


def run_status(_arguments: Namespace, context: Context) -> int:
    """Exit 1 when a kiosk did not do well with it."""
    with reading(context.engine()) as connection:
        event = store.newest_rollout(connection)
        seen = fleet.state_of_rollout(connection, event, context.now()) if event else None
    if event is None or seen is None:
        print("No release is being rolled out; see 'district release list'.")
        return 0
    print(f"{event.version}: {_step_words(event)}")
    print(f"  {seen.reached} of {seen.kiosks} kiosks were reached")
    for each in RolloutOutcome:
        names = seen.by_outcome.get(each, ())
        which = f": {', '.join(sorted(names))}" if each in NAMED and names else ""
        print(f"  {len(names):5}  {each}{which}")
    return 1 if seen.n(RolloutOutcome.FAILED) else 0


def run_export(arguments: Namespace, context: Context) -> int:
    settings = context.settings
    files = _done(lambda: fleet.export(context.engine(), settings.data, arguments.version, arguments.folder))
    print(f"{len(files)} files are on {arguments.folder}. On the kiosk: kiosk update take {arguments.folder}")
    return 0


def _done(work: Callable[[], T]) -> T:
    """Does it. Raises ``Stop`` with the reason when it is refused."""
    try:
        return work()
    except NotReleased as error:
        raise Stop(_REFUSED[error.refusal].format(detail=error.detail)) from error
