"""Accept a batch: gather what is known, decide, apply; one transaction, one device at a time."""

import logging
from datetime import datetime

from msgspec.structs import replace
from nacl.signing import SigningKey

from sync.district.domain.anomaly import Anomaly, AnomalyKind
from sync.district.domain.batch_decision import Decision, decide, fault, first_mismatch
from sync.district.domain.health import ClockReading, clock_reading, kept_health
from sync.district.store import ledger
from sync.district.store.append_batch import JudgedBatch, append
from sync.district.store.devices import REVOKED, former_keys, lock_sender, record_contact
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.ledger import EpochExtent
from sync.district.times import rfc3339
from sync.protocol.batch import Acknowledgement, Batch, BatchResponse, response_statement
from sync.protocol.chain import Head, genesis, head_is_signed, sign_acknowledgement, sign_response
from sync.protocol.quarter_hour import quarter_of

log = logging.getLogger(__name__)


class BatchRefused(Exception):
    """The batch as a whole cannot be believed; only the finding was kept. Do not send it again as it is."""

    def __init__(self, kind: AnomalyKind) -> None:
        super().__init__(kind)
        self.kind = kind


class TokenReplaced(Exception):
    """The token is no longer the device's: it was rolled since it was looked up."""


class DeviceRevoked(Exception):
    """The device may no longer send. Keep collecting and call the district."""


def accept(
    engine: Engine,
    receipt_key: SigningKey,
    public_key: bytes,
    batch: Batch,
    at: datetime,
    token: bytes | None = None,
    *,
    direct: bool = False,
) -> BatchResponse:
    """Keeps a batch of an authenticated device and answers with a result for each entry and a signed receipt.

    The same batch may come again, at the same time, or before the one below it; each entry is kept once. ``token`` is
    the hash of the token it came with, looked up a while ago perhaps; ``None`` when the signed head stands in for it.
    ``direct``: it came over the network just now, so that the box's clock reading in it is of this moment;
    otherwise it comes from a stick, written at some time before.
    Raises ``BatchRefused``, ``DeviceRevoked``, ``TokenReplaced`` or ``StoreUnavailable``.
    """
    hashes = batch.hashes()
    wrong = fault(batch, hashes, public_key)
    reading = clock_reading(batch.health) if direct else None
    with writing(engine) as connection:
        sender = lock_sender(connection, batch.device_id)
        if token not in (None, sender.token_hash):
            raise TokenReplaced
        if sender.state == REVOKED:
            raise DeviceRevoked
        if sender.public_key != public_key:  # it was rolled since the token was looked up
            wrong = fault(batch, hashes, sender.public_key)
        if wrong is AnomalyKind.HEAD_UNSIGNED and _is_signed_by_a_former_key(connection, batch):
            wrong = AnomalyKind.KEY_REPLACED
        if wrong is None:
            decision, reach = _keep(connection, batch, hashes, at, reading, by_stick=not direct)
        else:
            found = Anomaly(batch.device_id, batch.epoch, batch.first_seq, wrong)
            ledger.keep_anomalies(connection, [found], at)
    if wrong is not None:
        log.warning("batch of %s refused: %s at %d/%d", batch.device_id, wrong, batch.epoch, batch.first_seq)
        raise BatchRefused(wrong)
    return _answer(batch, decision, reach, receipt_key, at)


def _is_signed_by_a_former_key(connection: Connection, batch: Batch) -> bool:
    former = former_keys(connection, batch.device_id)
    return any(head_is_signed(batch.head, batch.signature, key.public_key) for key in former)


def _keep(
    connection: Connection,
    batch: Batch,
    hashes: list[bytes],
    at: datetime,
    reading: ClockReading | None,
    *,
    by_stick: bool,
) -> tuple[Decision, dict[int, EpochExtent]]:
    reach, kinds = ledger.reaches(connection, batch)
    known = ledger.known_around(connection, batch, reach, kinds)
    if first_mismatch(batch, hashes, known) is not None:
        known = replace(known, elsewhere=ledger.positions_of(connection, batch))
    decision = decide(batch, hashes, known, by_stick=by_stick)
    if decision.stored or decision.refused:
        start = EpochExtent(batch.epoch, 0, genesis(batch.device_id, batch.epoch), 0)
        extent = ledger.extent_with(connection, batch, reach.get(batch.epoch, start))
        reach = reach | {batch.epoch: extent}
        batch_id = append(connection, JudgedBatch(batch, decision.stored, extent, at, reading))
        ledger.keep_refused(connection, batch, batch_id, decision.refused)
    else:
        record_contact(connection, batch.device_id, at, kept_health(batch.health))
    ledger.keep_conflicts(connection, batch, decision.conflicts, at)
    ledger.keep_anomalies(connection, decision.anomalies, at)
    return decision, reach


def _answer(
    batch: Batch, decision: Decision, reach: dict[int, EpochExtent], receipt_key: SigningKey, at: datetime
) -> BatchResponse:
    latest_epoch = max(reach, default=0)
    answer = BatchResponse(
        results=decision.results,
        receipt=_receipt(batch, reach.get(batch.epoch), receipt_key, at),
        latest_epoch=latest_epoch,
        latest_seq=reach[latest_epoch].latest_seq if reach else 0,
    )
    return replace(answer, signature=sign_response(response_statement(batch.run, answer), receipt_key))


def _receipt(batch: Batch, reach: EpochExtent | None, receipt_key: SigningKey, at: datetime) -> Acknowledgement | None:
    if reach is None or reach.held_seq == 0:
        return None
    head = Head(batch.device_id, batch.epoch, reach.held_seq, reach.held_hash)
    received_at = rfc3339(quarter_of(at))  # the kiosk keeps it: the moment of a delivery is no business of its disk
    return Acknowledgement(head, received_at, sign_acknowledgement(head, received_at, receipt_key))
