"""Accept batches from a stick exactly as from the network, and write a response for each kiosk."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sync.district.domain.anomaly import MEANING
from sync.district.fleet.changing import note_move_known
from sync.district.ingest.accept import BatchRefused, DeviceRevoked, accept
from sync.district.reference.snapshot import page
from sync.district.services import Services
from sync.district.store.devices import Device, device
from sync.district.store.engine import reading
from sync.district.times import rfc3339
from sync.protocol.batch import STORED, Batch, BatchResponse, Run
from sync.protocol.snapshot import SnapshotPage
from sync.protocol.stick_exchange import Carried, seal_carried


class NotTaken(Exception):
    """A batch was not taken. The message says why; what else is on the stick is."""


@dataclass(slots=True)
class StickImport:
    """What was taken of one box. ``since`` is the cursor of its newest batch: what reference data it has."""

    device: Device
    answers: list[tuple[Run, BatchResponse]] = field(default_factory=list)
    newest: tuple[int, int] = (0, 0)
    since: str = ""
    stored: int = 0
    held: int = 0
    not_stored: int = 0

    def add(self, batch: Batch, answer: BatchResponse) -> None:
        """Notes a batch and its answer."""
        self.answers.append((batch.run, answer))
        position, cursor = (batch.epoch, batch.head.seq), batch.health.get("snapshot")
        if position >= self.newest:
            self.newest, self.since = position, cursor if isinstance(cursor, str) else ""
        for result in answer.results:
            self.stored += result.status == STORED
            self.held += result.status == "duplicate"
            self.not_stored += result.status not in (STORED, "duplicate")


def take(services: Services, batch: Batch, taken: dict[str, StickImport], at: datetime) -> None:
    """Accepts one batch as if it had come over the network; its signed head stands in for the token.

    Raises ``NotTaken`` or ``StoreUnavailable``.
    """
    known = taken.get(batch.device_id)
    sender = known.device if known else _sender(services, batch.device_id)
    try:
        answer = accept(services.engine, services.receipt_key, sender.public_key, batch, at)
    except DeviceRevoked as error:
        raise NotTaken(f"{batch.device_id} was revoked; see 'district device list'") from error
    except BatchRefused as error:
        raise NotTaken(f"{batch.device_id}: {MEANING[error.kind]}; 'district verify' shows the finding") from error
    taken.setdefault(batch.device_id, StickImport(sender)).add(batch, answer)


def _sender(services: Services, device_id: str) -> Device:
    with reading(services.engine) as connection:
        sender = device(connection, device_id)
    if sender is None:
        raise NotTaken(f"{device_id} is no device of this district; was the stick meant for another one?")
    return sender


def answer_file(services: Services, taken: StickImport, at: datetime) -> bytes:
    """What goes back to the box: every answer, and the reference data it lacks; sealed to it and signed."""
    note_move_known(services, taken.device, taken.since, at)
    pages = tuple(_pages(services, taken.device, taken.since, at))
    anything = any(
        one.full
        or one.changes
        or one.sealing_key
        or one.placement
        or one.address
        or one.settings
        or one.offer
        or one.retired
        for one in pages
    )
    carried = Carried(taken.device.device_id, rfc3339(at), tuple(taken.answers), taken.since, pages if anything else ())
    return seal_carried(carried, taken.device.public_key, services.receipt_key)


def _pages(services: Services, to: Device, since: str, at: datetime) -> Iterable[SnapshotPage]:
    more = True
    while more:
        one = page(services, to, since, at)
        yield one
        since, more = one.cursor, one.more
