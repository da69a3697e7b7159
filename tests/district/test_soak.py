"""Two hundred boxes, thirty days, every fault of a bad month: the totals are equal to the letter.

``SOAK=boxes×days`` (as 2000x90) runs a larger one. The boxes live in memory; the district, its database, the bodies of
the wire and the files on the sticks are real. Nothing waits for the disk: no power is cut here.
"""

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event

from sync.agent.policy import judge_response
from sync.district.cli.carrying import sort_batches
from sync.district.fleet.carrying import StickImport, answer_file, take
from sync.district.ingest.accept import accept
from sync.district.projection.project import project, rebuild
from sync.district.store.engine import open_engine
from sync.protocol.batch import Batch, BatchResponse, Run, decode_batch, encode_batch, response_statement
from sync.protocol.chain import Envelope, Head, acknowledgement_is_signed, genesis, link, response_is_signed, sign_head
from sync.protocol.stick_exchange import identity_of, open_carried
from sync.protocol.stick_files import ANSWER, BATCH, files, put, read
from tests.district.conftest import District, make_district
from tests.support.factories import COUNTER, UNIT, Box, envelope, rating_body

BOXES, DAYS = (int(part) for part in os.environ.get("SOAK", "200x30").lower().replace("×", "x").split("x"))
FIRST = date(2026, 11, 1)
FAULTS = ("", "", "", "request_lost", "answer_lost", "repeated", "crash", "offline", "stick", "stick_lost", "cut")


@dataclass
class Fielded:
    """A box in the field: what it recorded and how much of it the district signed for."""

    box: Box
    receipt_key: bytes
    hashes: list[bytes] = field(default_factory=list)
    delivered: int = 0
    sent: list[bytes] = field(default_factory=list)

    def record(self, said: Envelope) -> None:
        before = self.hashes[-1] if self.hashes else genesis(self.box.device_id, 1)
        self.box.entries.append(said)
        self.hashes.append(link(before, self.box.device_id, 1, len(self.box.entries), said))

    def batch(self) -> Batch | None:
        """Everything that waits, up to the wire's limit."""
        first, last = self.delivered + 1, min(len(self.box.entries), self.delivered + 500)
        if first > last:
            return None
        before = self.hashes[first - 2] if first > 1 else genesis(self.box.device_id, 1)
        head = Head(self.box.device_id, 1, last, self.hashes[last - 1])
        entries = tuple(self.box.entries[first - 1 : last])
        return Batch(self.box.device_id, 1, first, before, entries, head, sign_head(head, self.box.key))

    def take(self, run: Run, answer: BatchResponse) -> None:
        """What the agent does with an answer, with the agent's own rules."""
        own = Head(self.box.device_id, 1, len(self.hashes), self.hashes[-1])
        settled = judge_response(run, answer, own)
        receipt = answer.receipt
        assert response_is_signed(response_statement(run, answer), answer.signature, self.receipt_key)
        assert (settled.aside, settled.new_epoch) == ((), "")
        if receipt is None:
            return
        assert acknowledgement_is_signed(receipt.head, receipt.received_at, receipt.signature, self.receipt_key)
        assert receipt.head.hash == self.hashes[receipt.head.seq - 1]
        self.delivered = max(self.delivered, receipt.head.seq)


class Month:
    """``said`` counts what citizens said by day and score, a dossier's first rating at each stage alone."""

    def __init__(self, district: District, folder: Path) -> None:
        self.district, self.dice, self.numbers = district, random.Random(20261121), count()
        key = bytes(district.services.receipt_key.verify_key)
        self.fleet = [Fielded(district.box(), key) for _ in range(BOXES)]
        self.sticks = [folder / f"stick-{number}" for number in range(max(2, BOXES // 20))]
        for stick in self.sticks:
            stick.mkdir()
        self.said: Counter[tuple[str, str]] = Counter()
        self.ratings = 0
        self.happened: Counter[str] = Counter()

    def live(self, day: date) -> None:
        for one in self.fleet:
            for _ in range(self.dice.choice((0, 1, 2, 3))):
                self.rate(one, day)
            fault = self.dice.choice(FAULTS)
            self.happened[fault] += 1
            self.exchange(one, fault)
        if self.dice.random() < 0.3:
            self.carry()

    def rate(self, one: Fielded, day: date) -> None:
        score = self.dice.choice((1, 2, 3, 4, 5))
        code = f"H32.13-{day:%y%m%d}-{next(self.numbers):05}"
        body = rating_body(score=score, dossier_code=code, unit_id=UNIT, counter_id=COUNTER)
        one.record(envelope(body, public_key=one.box.sealing_key, day=day))
        self.said[day.isoformat(), str(score)] += 1
        self.ratings += 1

    def exchange(self, one: Fielded, fault: str) -> None:
        batch = one.batch()
        if batch is None or fault in ("offline", "request_lost"):
            return
        body = encode_batch(batch)
        if fault in ("stick", "stick_lost", "cut"):
            stick = self.dice.choice(self.sticks)
            written = put(stick, body, BATCH, identity_of(batch), lambda held: held == body)
            if written and fault == "cut":
                written.write_bytes(body[:-20])
            elif written and fault == "stick_lost":
                written.unlink()
            return
        one.sent.append(body)
        answer = self.arrive(one, body)
        if fault == "repeated":
            answer = self.arrive(one, body)
            self.arrive(one, self.dice.choice(one.sent))
        if fault not in ("answer_lost", "crash"):
            one.take(batch.run, answer)

    def arrive(self, one: Fielded, body: bytes) -> BatchResponse:
        services = self.district.services
        batch, at = decode_batch(body), services.now()
        return accept(services.engine, services.receipt_key, bytes(one.box.key.verify_key), batch, at)

    def carry(self) -> None:
        """Somebody drives round with a stick, to the district and back."""
        stick = self.dice.choice(self.sticks)
        places, _ = sort_batches(stick)
        taken: dict[str, StickImport] = {}
        for place in places:
            take(self.district.services, decode_batch(read(place)), taken, self.district.clock())
        for one in taken.values():
            content = answer_file(self.district.services, one, self.district.clock())
            put(stick, content, ANSWER, content, content.__eq__)
        if self.dice.random() < 0.8:
            self.bring_back(stick)

    def bring_back(self, stick: Path) -> None:
        by_name = {one.box.device_id.encode(): one for one in self.fleet}
        for place in files(stick):
            content = read(place)
            if place.suffix == f".{ANSWER}":
                one = next(one for name, one in by_name.items() if name in content[:200])
                carried = open_carried(content, one.box.device_id, one.box.key, one.receipt_key)
                for run, answer in carried.answers:
                    one.take(run, answer)
            place.unlink()

    def heal(self) -> None:
        """The network is back for everybody."""
        for one in self.fleet:
            while batch := one.batch():
                one.take(batch.run, self.arrive(one, encode_batch(batch)))
        while project(self.district.engine, self.district.keys, 64):
            pass


@pytest.mark.slow
def test_a_month_of_faults_leaves_totals_equal_to_the_letter(
    sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "district.sqlite"
    path.write_bytes(sqlite.read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    monkeypatch.setattr(os, "fsync", lambda _: None)
    month = Month(make_district(engine, tmp_path / "data"), tmp_path)

    for number in range(DAYS):
        month.live(FIRST + timedelta(days=number))
        month.district.clock.pass_by(days=1)
    month.heal()
    district = month.district
    counted = {(str(day), answer): n for day, *_, answer, n in district.figures()}

    assert counted == dict(month.said)
    assert sum(counted.values()) == month.ratings == len(district.rows("ledger", "seq"))
    assert district.rows("epochs", "device_id", "epoch", "held_seq", "latest_seq") == sorted(
        ((one.box.device_id, 1, len(one.hashes), len(one.hashes)) for one in month.fleet if one.hashes), key=str
    )
    assert all(one.delivered == len(one.hashes) for one in month.fleet)
    assert (district.kinds(), district.rows("unopened", "seq"), district.rows("conflicts", "seq")) == ([], [], [])
    assert set(FAULTS) <= month.happened.keys()
    before = district.figures()
    assert rebuild(engine, district.keys) == month.ratings
    assert district.figures() == before
    engine.dispose()
