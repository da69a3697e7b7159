"""Take the release of the software that the district offers: piece by piece while nothing else is to be sent, and hand
it over to root when the office has been closed for an hour. It only leaves files; what is installed, root verifies by
itself.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from kiosk.box.box import Box
from kiosk.box.district_clock import corrected
from kiosk.box.quiet_hours import hours_of, is_quiet
from kiosk.clock import RELEASED, Moment
from kiosk.store import box_state
from kiosk.store.engine import CannotRead, CannotWrite
from kiosk.updates.disk import is_full
from kiosk.updates.handing import Handing
from kiosk.updates.journal import ENDS, Journal, read_journal
from sync.agent.offers import known_offer
from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.agent.transport import Transport
from sync.protocol.fields import Malformed
from sync.protocol.software_release import (
    Manifest,
    NotTakeable,
    Payload,
    ReleaseFlaw,
    decode_manifest,
    is_reached,
    takeable,
    version_of,
)

log = logging.getLogger(__name__)

UPDATE, NO_SPACE = "update", "no_space"
"""What the district is told of updates."""
PIECE_BYTES = 128 * 1024
"""On a line of 64 kbit/s a rating waits for a piece a quarter of a minute."""
PIECE_SECONDS = 2.0
"""The district bounds how often a kiosk asks, and what it delivers comes first."""
LOOK_SECONDS, FAILED_SECONDS, FLAW_SECONDS = 20.0, 300.0, 3_600.0


class Kiosk(Struct, frozen=True):
    """What an update asks of the kiosk it is for. ``trusted``: the holders' public keys; none: it takes nothing.
    ``running``, ``platform``: which release runs, and on what. ``data``, ``state``: the kiosk's folder and root's."""

    trusted: tuple[bytes, ...]
    running: str
    platform: str
    data: Path
    state: Path


class Updates:
    """``tick`` whenever nothing is to be sent; it takes one piece at most. ``monotonic`` is seconds for waiting."""

    def __init__(self, kiosk: Kiosk, clock: Callable[[], Moment], monotonic: Callable[[], float]) -> None:
        self._kiosk, self._clock, self._monotonic = kiosk, clock, monotonic
        self._handing = Handing(kiosk.data)
        self._next = 0.0
        self._handed_on: tuple[str, object] = ("", None)
        self._flaw: dict[str, str] = {}
        self._spoiled = ""

    def tick(self, box: Box, transport: Transport) -> None:
        """One step, when it is time. Raises ``Damaged`` or ``Vanished``."""
        if self._monotonic() < self._next:
            return
        try:
            wait = self._step(box, transport)
        except (Unreachable, Refused, Misunderstood) as error:
            log.info("no piece of a release came: %s", error)
            wait = FAILED_SECONDS
        except NotTakeable as error:
            log.error("the release that is offered is not taken: %s", error.flaw)
            wait = FLAW_SECONDS
            self._tell_flaw(box, str(error.flaw))
        except (CannotRead, CannotWrite) as error:
            log.error("a release could not be kept: %s", error)
            wait = FAILED_SECONDS
        except OSError as error:
            log.error("a release could not be kept: %s", error)
            wait = FAILED_SECONDS
            if is_full(error):  # ratings need the room that pieces of a release took
                self._handing.drop_pieces()
                self._tell_flaw(box, NO_SPACE)
                wait = FLAW_SECONDS
        self._next = self._monotonic() + wait

    def _tell_flaw(self, box: Box, why: str) -> None:
        """A file that takes no writing now is told of it another time."""
        try:
            self._flaw = {"version": self._wanted(box, None), "word": "refused", "why": why}
            self._tell(box, self._flaw)
        except (CannotRead, CannotWrite) as error:
            log.error("that a release is refused could not be kept: %s", error)

    def _step(self, box: Box, transport: Transport) -> float:
        journal = read_journal(self._kiosk.state)
        wanted, whole = self._wanted(box, journal), self._handing.whole()
        self._drop_what_is_over(wanted, whole, journal)
        whole = self._handing.whole()
        self._tell(box, self._report(wanted, whole, journal))
        if journal is not None and journal.step not in ENDS:
            return LOOK_SECONDS
        if whole is not None:
            self._hand_over(box, whole)
            return LOOK_SECONDS
        if not wanted or not self._kiosk.trusted:
            return LOOK_SECONDS
        return self._fetch(box, transport, wanted)

    def _wanted(self, box: Box, journal: Journal | None) -> str:
        """The version that is offered to this kiosk and is not here yet; empty when there is none."""
        with box.store.read() as tx:
            offer = known_offer(tx)
        try:
            is_newer = version_of(offer.version) > version_of(self._kiosk.running)
        except ValueError:
            return ""
        failed = journal.failed if journal else ()
        reached = is_reached(box.identity.device_id, offer.version, offer.share)
        return offer.version if is_newer and reached and offer.version not in failed else ""

    def _drop_what_is_over(self, wanted: str, whole: Manifest | None, journal: Journal | None) -> None:
        """What runs already or did not do well here, and what the district offers no more: a roll-out that is stopped
        stops also where the release waits for the night. What a technician brought stays."""
        there = whole or self._handing.coming()
        if there is None or self._handing.is_handed_over():
            return
        version = there.release.version
        is_over = version_of(version) <= version_of(self._kiosk.running)
        did_not_do = journal is not None and version in journal.failed
        if is_over or did_not_do or (self._handing.is_offered and version != wanted):
            self._handing.drop()

    def _hand_over(self, box: Box, whole: Manifest) -> None:
        """Once a day at most: what was refused for want of room is tried again the next night."""
        with box.store.read() as tx:
            moment = corrected(tx, self._clock())
            calendar = hours_of(tx, box.identity.unit_id, moment)
        today = (whole.release.version, moment.day)
        if self._handed_on != today and is_quiet(calendar, moment) and not self._handing.is_handed_over():
            self._handed_on = today
            self._handing.hand_over()
            log.warning("release %s is handed over", whole.release.version)

    def _fetch(self, box: Box, transport: Transport, version: str) -> float:
        coming = self._handing.coming()
        if coming is None or coming.release.version != version:
            content = transport.release_manifest(version)
            coming = _decoded(content)
            if coming.release.version != version:
                raise NotTakeable(ReleaseFlaw.WRONG_CONTENT)
            self._takeable(coming, box)
            self._handing.begin(coming, content)
            return PIECE_SECONDS
        payload = self._takeable(coming, box)
        there = self._handing.bytes_there
        if there < payload.bytes:
            self._handing.insist_on_room(payload)
            if self._flaw.get("why") == NO_SPACE:
                self._flaw = {}
            size = min(PIECE_BYTES, payload.bytes - there)
            piece = transport.release_piece(version, self._kiosk.platform, there, size)
            if not piece or len(piece) > size:
                raise Unreachable("a piece of a release is not as large as it was asked for")
            self._handing.add(piece)
            return PIECE_SECONDS
        return self._finish(payload, version)

    def _finish(self, payload: Payload, version: str) -> float:
        """One piece that was spoiled on the way, or on the disk, says nothing against a release."""
        try:
            self._handing.finish(payload)
        except NotTakeable:
            if self._spoiled == version:
                raise
            log.warning("release %s did not come whole; it comes once more", version)
            self._spoiled = version
            return FAILED_SECONDS
        log.info("release %s is whole and signed; it waits until the office is closed", version)
        self._flaw, self._spoiled = {}, ""
        return PIECE_SECONDS

    def _takeable(self, manifest: Manifest, box: Box) -> Payload:
        with box.store.read() as tx:
            today = max(corrected(tx, self._clock()).day, RELEASED)
        kiosk = self._kiosk
        return takeable(manifest, kiosk.trusted, running=kiosk.running, platform=kiosk.platform, today=today)

    def _report(self, wanted: str, whole: Manifest | None, journal: Journal | None) -> dict[str, str]:
        """What the district is told: the newest of what is known."""
        if journal is not None and journal.step not in ENDS:
            return {"version": journal.version, "word": "installing"}
        if self._handing.is_handed_over() and whole is not None:
            return {"version": whole.release.version, "word": "installing"}
        if journal is not None and (not wanted or journal.version == wanted):
            return {"version": journal.version, "word": str(journal.step), "why": journal.why}
        if whole is not None:
            return {"version": whole.release.version, "word": "waiting"}
        if wanted and self._flaw.get("version") == wanted:
            return self._flaw
        if wanted:
            return {"version": wanted, "word": "fetching" if self._kiosk.trusted else "off"}
        return {}

    def _tell(self, box: Box, report: dict[str, str]) -> None:
        with box.store.read() as tx:
            known = box_state.get(tx, UPDATE, {})
        if known != report:
            with box.store.write() as tx:
                box_state.put(tx, UPDATE, report)


def _decoded(content: bytes) -> Manifest:
    try:
        return decode_manifest(content)
    except Malformed as error:
        raise NotTakeable(ReleaseFlaw.MALFORMED) from error
