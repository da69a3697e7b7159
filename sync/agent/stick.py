"""``carry`` on the kiosk: write pending batches to a USB stick and apply the district's responses from it. It mixes
with the network in any order: either way the district's acknowledgement alone marks an entry as delivered.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.box.box import Box
from kiosk.clock import Moment
from kiosk.store import box_state
from sync.agent.apply_response import APPLIED, apply_pages, mark, open_epoch
from sync.agent.batches import CURSOR, RowMissing, newest_again, pending_batches
from sync.agent.policy import Unreachable
from sync.protocol.batch import decode_batch, encode_batch
from sync.protocol.fields import Malformed
from sync.protocol.message import UnknownVersion
from sync.protocol.stick_exchange import Carried, NotForUs, NotGenuine, identity_of, open_carried
from sync.protocol.stick_files import BATCH, StickTrouble, files, insist_on_a_folder, put, read


@dataclass(slots=True)
class Exported:
    """What an export did: files written now, files that were on the stick already, and how many entries wait."""

    written: int = 0
    there: int = 0
    entries: int = 0


@dataclass(slots=True)
class Received:
    """What came back: answers taken, entries they settled, whether reference data was applied; files of other boxes
    passed over, and troubles with the file's name."""

    answers: int = 0
    delivered: int = 0
    applied: bool = False
    of_others: int = 0
    notes: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def export(box: Box, root: Path, clock: Callable[[], Moment], software: str) -> Exported:
    """Writes every pending entry to the stick; what an earlier export left there whole is kept and not written again.

    A box where nothing waits sends its newest entry once more, so that the district's answer can bring reference data.
    Raises ``StickTrouble`` (what was written until then counts), ``CannotRead`` or ``CannotWrite``.
    """
    insist_on_a_folder(root)
    done = Exported()
    try:
        for batch in pending_batches(box, software):
            _put(root, encode_batch(batch), identity_of(batch), done)
            done.entries += len(batch.entries)
    except RowMissing as error:
        open_epoch(box, clock(), str(error))
        return export(box, root, clock, software)
    if not done.entries:
        batch_again = newest_again(box, software)
        if batch_again:
            _put(root, encode_batch(batch_again), identity_of(batch_again), done)
    return done


def _put(root: Path, body: bytes, named_after: bytes, done: Exported) -> None:
    written = put(root, body, BATCH, named_after, lambda held: _identity(held) == named_after)
    done.written += written is not None
    done.there += written is None


def _identity(content: bytes) -> bytes:
    try:
        return identity_of(decode_batch(content))
    except Malformed:
        return b""


def receive(box: Box, path: Path, clock: Callable[[], Moment]) -> Received:
    """Takes every answer for this box at ``path``, oldest first. What one file says, no other can undo: an answer that
    comes again, late or out of order settles nothing twice, and older reference data never replaces newer.

    Raises ``StickTrouble``, ``CannotRead`` or ``CannotWrite``.
    """
    done, found = Received(), []
    for place in files(path):
        if place.suffix.lower() == f".{BATCH}" and place != path:
            continue
        try:
            found.append((place, _opened(box, read(place))))
        except NotForUs as error:
            done.of_others += 1
            if place == path:
                done.troubles.append(f"{place.name}: {error}")
        except (NotGenuine, StickTrouble) as error:
            done.troubles.append(f"{place.name}: {error}")
        except UnknownVersion as error:
            done.troubles.append(f"{place.name}: {error}; update this box")
        except Malformed as error:
            done.troubles.append(f"{place.name}: {error}; carry it once more from the district")
    for place, carried in sorted(found, key=lambda one: one[1].made_at):
        _take(box, place, carried, clock, done)
    return done


def _opened(box: Box, content: bytes) -> Carried:
    who = box.identity
    return open_carried(content, who.device_id, box.keys.device, who.receipt_public_key)


def _take(box: Box, place: Path, carried: Carried, clock: Callable[[], Moment], done: Received) -> None:
    done.answers += 1
    for run, answer in carried.answers:
        try:
            marked = mark(box, run, answer)
        except Unreachable as error:
            done.troubles.append(f"{place.name}: {error}")
            continue
        done.delivered += marked.delivered
        if marked.new_epoch:
            open_epoch(box, clock(), marked.new_epoch, answer)
    note = _apply(box, carried, clock)
    if note is None:
        done.applied = True
    elif note:
        done.notes.append(f"{place.name}: {note}")


def _apply(box: Box, carried: Carried, clock: Callable[[], Moment]) -> str | None:
    """Applies the file's reference data. ``None`` when that was done, empty when there is none, else why not."""
    pages = carried.pages
    if not pages or pages[-1].more:
        return ""
    with box.store.read() as tx:
        cursor, applied = str(box_state.get(tx, CURSOR, "")), box_state.get(tx, APPLIED, {})
    if pages[-1].generated_at <= applied.get("generated_at", ""):
        return "this box already has newer reference data"
    if not pages[0].full and carried.since != cursor:
        return "its reference data goes on from another state than this box has; export and carry once more"
    apply_pages(box, pages, clock())
    return None
