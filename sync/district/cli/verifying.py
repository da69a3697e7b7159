"""``district verify``: check that everything ever received is still as the kiosks signed it.
``district acknowledge``: somebody looked into a finding, and says what it was."""

from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sync.district.cli.context import Context, Stop
from sync.district.domain.anomaly import MEANING, TAMPERING, AnomalyKind
from sync.district.domain.ledger_check import DeviceCheck, prefix, walk
from sync.district.domain.merkle_log import Leaf, LeafKind, Peaks
from sync.district.domain.signed_note import Checkpoint, open_note, origin_of
from sync.district.fleet.rolling import unproved
from sync.district.keys.files import load_receipt_public_key
from sync.district.store import public_log
from sync.district.store.acknowledgements import AnomalyReview, acknowledged, keep_acknowledgement
from sync.district.store.devices import all_devices, device, former_keys
from sync.district.store.engine import Connection, reading, writing
from sync.district.store.ledger_reader import FoundBefore, anomalies_of, ledgers, positions, signed_runs
from sync.district.store.log_of_entries import entries_as_held, erased_unlogged
from sync.district.store.public_log import KeptCheckpoint
from sync.district.verify_public import Wrong, check
from sync.protocol.day_head import DayHead
from sync.protocol.fields import Malformed

Answers = Mapping[str, Sequence[AnomalyReview]]


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("verify", help="check every kiosk's ledger, heads and signatures")
    parser.add_argument(
        "--head", metavar="TEXT", help="check that a day's head, photographed at a kiosk, is still held"
    )
    parser.add_argument(
        "--public", metavar="ADDRESS", help="check a district's public log from outside, as verify_public.py does"
    )
    parser.add_argument("--key", metavar="KEY", help="with --public: the district's key, from its sheet of paper")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="with --public: the checkpoint seen last time")
    parser.add_argument("--month", action="append", default=[], help="with --public: a month of open data, as 2026-10")
    parser.add_argument("--seal", action="append", default=[], help="with --public: a seal photographed from the page")
    parser.set_defaults(run=run)
    seen = subparsers.add_parser(
        "acknowledge", help="note what caused a finding; it is kept, and verify no longer fails because of it"
    )
    seen.add_argument("finding", help="its name in brackets, as 'district verify' prints it")
    seen.add_argument("--by", required=True, metavar="NAME", help="who looked into it")
    seen.add_argument("--why", required=True, metavar="TEXT", help="what it was and what was done")
    seen.set_defaults(run=run_acknowledge)


def run(arguments: Namespace, context: Context) -> int:
    if arguments.public is not None:
        return _verify_public(arguments)
    if arguments.head is not None:
        return _verify_head(arguments.head, context)
    from sync.district.cli.checkpointing import published  # what makes the files of open data starts slowly

    with reading(context.engine()) as connection:
        held, lines = verify_all(connection)
        files = published(context.settings, context.now())(connection)
        lines += verify_log(connection, load_receipt_public_key(context.settings.data), files)
    for line in lines:
        print(line)
    print(f"In all {held} entries hold; {_wrong(lines)}.")
    return 1 if any(line.startswith("!") for line in lines) else 0


def _verify_public(arguments: Namespace) -> int:
    heads = [] if arguments.head is None else [arguments.head]
    try:
        check(arguments.public, arguments.key, arguments.kept, heads, arguments.month, arguments.seal)
    except Wrong as wrong:
        raise Stop(str(wrong)) from wrong
    return 0


def _verify_head(text: str, context: Context) -> int:
    try:
        asked = DayHead.parse(text)
    except Malformed as error:
        raise Stop(str(error)) from error
    with reading(context.engine()) as connection:
        holds, sentence = verify_head(connection, asked)
    print(sentence)
    return 0 if holds else 1


def verify_head(connection: Connection, asked: DayHead) -> tuple[bool, str]:
    """Whether everything up to a day's head is held as it was then, and that as a sentence."""
    head = asked.head
    where = f"entry {head.seq} of epoch {head.epoch} of {head.device_id}, as of {asked.day}"
    known = device(connection, head.device_id)
    if known is None:
        return False, f"{head.device_id} is no device of this district"
    keys = [known.public_key, *(former.public_key for former in former_keys(connection, head.device_id))]
    if not any(asked.is_signed_by(key) for key in keys):
        return False, f"{where}: not signed by this device; the text was changed, or it is another's"
    ours = positions(connection, head.device_id, head.epoch)
    outcome = prefix(head.device_id, head.epoch, head.seq, ours)
    if outcome.hash == head.hash:
        return True, f"{where}: held, with all {head.seq} up to it, unchanged. Nothing was removed since"
    if outcome.first_wrong is None:
        return False, f"{where}: the entries before it lead to another one. The history was changed"
    if outcome.missing:
        return False, f"{where}: entry {outcome.first_wrong} is not here, removed or not yet delivered"
    return False, f"{where}: entry {outcome.first_wrong} was changed here since it arrived"


def run_acknowledge(arguments: Namespace, context: Context) -> int:
    name, person, reason = arguments.finding.strip("[]"), arguments.by.strip(), arguments.why.strip()
    if not person or not reason or len(person) > 64:
        raise Stop("say who looked into it (--by, at most 64 letters) and what it was (--why)")
    with writing(context.engine()) as connection:
        if name not in _names(connection):
            raise Stop(f"there is no finding {name} that a person can answer for; see 'district verify'")
        keep_acknowledgement(connection, AnomalyReview(name, person, reason, context.now()))
    print(f"{name} is acknowledged by {person}; it stays in the list for ever.")
    return 0


def verify_all(connection: Connection) -> tuple[int, list[str]]:
    """How many entries hold, and a line for each device; a line that starts with ``!`` needs a person."""
    held, lines = 0, []
    walked, answers = _walk_all(connection), acknowledged(connection)
    keys = {device.device_id: device.public_key for device in all_devices(connection)}
    for device_id in sorted(keys.keys() | walked.keys()):
        walks = walked.get(device_id, {})
        count = sum(one.holds for one in walks.values())
        held += count
        erased = sum(one.erased for one in walks.values())
        beside = f", {erased} of them erased on request or at the end of their time" if erased else ""
        lines.append(f"{device_id}: {count} entries hold{beside}")
        for epoch, one in walks.items():
            lines += _troubles(device_id, epoch, one, answers)
        lines += _found_before(connection, device_id, answers)
        astray = unproved(former_keys(connection, device_id), keys.get(device_id, b""))
        if astray is not None:
            lines.append(f"! {device_id}: its key of {astray.until:%Y-%m-%d} did not sign for the one after it")
    return held, lines


def verify_log(connection: Connection, public_key: bytes, files: Iterable[tuple[str, bytes]] = ()) -> list[str]:
    """A line about the public log; more that start with ``!`` where it, a checkpoint, or what its statements are about
    is not as it was."""
    there, expected = public_log.positions(connection)
    if not there and public_log.newest_checkpoint(connection) is None:
        return []
    lines = [f"public log: {there} hashes"]
    if there != expected:
        lines.append(f"! public log: {expected - there} hashes are gone")
    lines += _wrong_checkpoints(connection, public_key)
    as_held = (
        *public_log.days_as_held(connection),
        *entries_as_held(connection),
        *public_log.closings_as_held(connection),
    )
    for leaf, held in as_held:
        if held is None or held.hash != leaf.hash:
            what = f"! public log: {_named(leaf)} is"
            lines.append(f"{what} {'gone' if held is None else 'not what was published'}")
    lines += _erased_unlogged(connection)
    known = public_log.files_published(connection)
    lines += [
        f"! public log: {path} was published in {len(each)} ways" for path, each in known.items() if len(each) > 1
    ]
    for leaf in public_log.files_changed(connection, files):
        if leaf.name in known:
            lines.append(f"! public log: {leaf.name} is not what was published")
    return lines


def _named(leaf: Leaf) -> str:
    match leaf.kind:
        case LeafKind.ENVELOPES:
            return f"{leaf.device_id} epoch {leaf.epoch}, what entries up to {leaf.seq} are about"
        case LeafKind.ERASED:
            return f"{leaf.device_id} epoch {leaf.epoch}, erased entry {leaf.seq}"
        case LeafKind.DAY:
            return f"{leaf.device_id}, {leaf.day}, entry {leaf.seq}"
    return f"closing {leaf.name}"


def _erased_unlogged(connection: Connection) -> list[str]:
    """What was emptied before the last checkpoint but one stands in the log; the last may just have missed it."""
    before = public_log.newest_checkpoints(connection, 2)[1:]
    found = erased_unlogged(connection, before[0].made_at) if before else []
    return [f"! public log: {device} epoch {epoch}, erased entry {seq} is not in it" for device, epoch, seq in found]


def _wrong_checkpoints(connection: Connection, public_key: bytes) -> Iterator[str]:
    kept = {each.size: each for each in public_log.newest_checkpoints(connection)}
    peaks, origin = Peaks(), origin_of(public_key)
    for leaf in public_log.every_leaf(connection):
        peaks = peaks.grown([leaf.hash])
        one = kept.pop(peaks.size, None)
        if one is not None and not _holds(one, origin, peaks, public_key):
            yield f"! public log: the checkpoint of {one.size} hashes is not that of the log"
    for size in kept:
        yield f"! public log: the checkpoint of {size} hashes reaches beyond the log"


def _holds(kept: KeptCheckpoint, origin: str, peaks: Peaks, public_key: bytes) -> bool:
    try:
        found = Checkpoint.parse(open_note(kept.note, public_key))
    except Malformed:
        return False
    return (found.origin, found.size, found.root) == (origin, peaks.size, peaks.root)


def _walk_all(connection: Connection) -> dict[str, dict[int, DeviceCheck]]:
    keys = {device.device_id: device.public_key for device in all_devices(connection)}
    walked: dict[str, dict[int, DeviceCheck]] = {}
    for device_id, epoch in ledgers(connection):
        runs = signed_runs(connection, device_id, epoch)
        key = keys.get(device_id, b"")
        walked.setdefault(device_id, {})[epoch] = walk(
            device_id, epoch, key, positions(connection, device_id, epoch), runs
        )
    return walked


def _troubles(device_id: str, epoch: int, one: DeviceCheck, answers: Answers) -> list[str]:
    lines = []
    if one.broken is not None:
        seq, reason = one.broken
        lines.append(f"! {device_id} epoch {epoch}: the first entry that does not hold is {seq}: {reason}")
    for first, last in one.holes:
        line = f"{device_id} epoch {epoch}: {AnomalyKind.HOLE} {first} to {last}: {MEANING[AnomalyKind.HOLE]}"
        lines += _anomaly(_hole(device_id, epoch, first, last), line, answers)
    return lines


def _found_before(connection: Connection, device_id: str, answers: Answers) -> list[str]:
    lines = []
    for found in anomalies_of(connection, device_id):
        line = (
            f"{device_id} epoch {found.epoch}: {found.kind} at {found.seq}, "
            f"found {found.found_at:%Y-%m-%d %H:%M} UTC: {MEANING[AnomalyKind(found.kind)]}"
        )
        lines += _anomaly(_name(found), line, answers) if found.kind in TAMPERING else [f"  {line}"]
    return lines


def _anomaly(name: str, line: str, answers: Answers) -> list[str]:
    """The finding's line, and who answered for it. It needs a person until somebody has."""
    given = answers.get(name, [])
    notes = [f"    acknowledged by {one.person}, {one.at:%Y-%m-%d}: {one.reason}" for one in given]
    return [f"{' ' if given else '!'} {line} [{name}]", *notes]


def _names(connection: Connection) -> set[str]:
    """Every finding a person can answer for. An entry that does not hold is none: it would hide what follows it."""
    names = {
        _name(found)
        for device in all_devices(connection)
        for found in anomalies_of(connection, device.device_id)
        if found.kind in TAMPERING
    }
    for device_id, walks in _walk_all(connection).items():
        names |= {_hole(device_id, epoch, *hole) for epoch, one in walks.items() for hole in one.holes}
    return names


def _name(found: FoundBefore) -> str:
    return f"{found.device_id}/{found.epoch}/{found.seq}/{found.kind}"


def _hole(device_id: str, epoch: int, first: int, last: int) -> str:
    return f"{device_id}/{epoch}/{first}-{last}/{AnomalyKind.HOLE}"


def _wrong(lines: list[str]) -> str:
    wrong = sum(line.startswith("!") for line in lines)
    return f"{wrong} findings to look into" if wrong else "nothing is wrong"
