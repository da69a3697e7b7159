"""The batch of the wire's test vectors at a real district, to the letter of its answer."""

import gzip
import json
from datetime import datetime

from sync.district.ingest.accept import accept
from sync.district.store.devices import ACTIVE, Device, add_device
from sync.district.store.engine import writing
from sync.protocol.batch import decode_batch, encode_response
from tests.district.conftest import District
from tests.protocol.test_vectors import DEVICE, RECEIPT, V
from tests.support.factories import UNIT


def test_the_batch_of_the_vectors_gets_the_answer_of_the_vectors_once_and_again(district: District):
    body = gzip.compress(json.dumps(V["batch"]["request"], ensure_ascii=False).encode())
    batch, key, at = decode_batch(body), bytes(DEVICE.verify_key), datetime.fromisoformat(V["batch"]["received_at"])
    device = Device(batch.device_id, UNIT, None, key, ACTIVE, at, None, {})
    with writing(district.engine) as connection:
        add_device(connection, device, b"no token")

    answers = [encode_response(accept(district.engine, RECEIPT, key, batch, at)) for _ in range(2)]

    assert answers == [V["batch"]["answer"], V["batch"]["answer_again"]]
