"""Thirty-two clients, the same batches, at once over real HTTP: every entry once, one transaction for each batch."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import text

from sync.district.store.engine import reading
from sync.protocol.batch import DUPLICATE, STORED, decode_response
from tests.district.conftest import District, limited, serve
from tests.support.factories import Box

CLIENTS = 32
SIZE = 5


@pytest.mark.slow
def test_thirty_two_clients_race_the_same_batches_and_every_entry_is_kept_once(district: District) -> None:
    boxes = [district.box() for _ in range(3)]
    for box in boxes:
        for _ in range(8 * SIZE):
            box.rate()
    parcels = [(box, box.body(first, first + SIZE - 1)) for box in boxes for first in range(1, 8 * SIZE, SIZE)]
    together, statuses, lock = threading.Barrier(CLIENTS), [], threading.Lock()

    with serve(limited(district, per_device_minute=0).services) as client:  # they retry at once, as no box does

        def send(number: int) -> None:
            mine = random.Random(number).sample(parcels, len(parcels))
            together.wait(60)
            with requests.Session() as session:
                for box, body in mine:
                    answer = decode_response(_post(session, client.base, box, body).json())
                    with lock:
                        statuses.extend(result.status for result in answer.results)

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(send, range(CLIENTS)))
        receipts = [decode_response(client.post_batch(box).json()).receipt for box in boxes]
    district.project()

    entries = len(boxes) * 8 * SIZE
    held = district.rows("ledger", "device_id", "epoch", "seq")
    assert held == sorted(((box.device_id, 1, seq) for box in boxes for seq in range(1, 8 * SIZE + 1)), key=str)
    assert (statuses.count(STORED), statuses.count(DUPLICATE)) == (entries, entries * (CLIENTS - 1))
    assert [receipt.head.seq for receipt in receipts if receipt] == [8 * SIZE] * 3
    assert sum(n for *_, n in district.figures()) == entries
    assert len(district.rows("batches", "batch_id")) == len(parcels)
    assert district.kinds() == []
    _each_batch_was_one_transaction(district)


def _post(session: requests.Session, base: str, box: Box, body: bytes) -> requests.Response:
    headers = {"Authorization": f"Bearer {box.token}", "Content-Type": "application/json", "Content-Encoding": "gzip"}
    while True:
        answer = session.post(f"{base}/v1/batches", data=body, headers=headers, timeout=60)
        if answer.status_code == 200:
            return answer
        assert answer.status_code in (429, 503), answer.text  # a box sends two at once at most


def _each_batch_was_one_transaction(district: District) -> None:
    """PostgreSQL writes into each row which transaction made it."""
    if district.engine.dialect.name != "postgresql":
        return
    with reading(district.engine) as connection:
        rows = connection.execute(
            text(
                "SELECT l.batch_id, count(DISTINCT l.xmin::text), min(l.xmin::text) = min(b.xmin::text) "
                "FROM ledger l JOIN batches b USING (batch_id) GROUP BY l.batch_id"
            )
        ).all()
    assert rows
    assert all(made == 1 and same for _, made, same in rows)
