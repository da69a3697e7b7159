"""Of two things wrong with one batch the district names the one that sync/PROTOCOL.md (section 7) lists first."""

import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import pytest
import requests
from msgspec import Struct, field

from sync.district.store.devices import revoke
from sync.district.store.engine import writing
from sync.protocol.message import MAX_BODY_BYTES
from tests.district.conftest import Client, District, limited, serve
from tests.district.test_edge import settled
from tests.district.test_http import problem
from tests.district.test_pressure import queue
from tests.support.factories import Box

OUR_NAME: Final = "langnghe.example.gov.vn"


class Attempt(Struct):
    """A batch on its way to be spoiled."""

    district: District
    box: Box
    document: dict[str, Any]
    headers: dict[str, str] = field(default_factory=lambda: {"Host": OUR_NAME})
    written: Callable[[bytes], bytes] = bytes
    packed: Callable[[bytes], bytes] = bytes
    sends_often: bool = False

    def body(self) -> bytes:
        return self.packed(gzip.compress(self.written(json.dumps(self.document).encode())))


def wrong_host(attempt: Attempt) -> None:
    attempt.headers["Host"] = "elsewhere.example"


def unknown_token(attempt: Attempt) -> None:
    attempt.headers["Authorization"] = "Bearer x"


def revoked(attempt: Attempt) -> None:
    with writing(attempt.district.engine) as connection:
        revoke(connection, attempt.box.device_id)


def sent_too_often(attempt: Attempt) -> None:
    attempt.sends_often = True


def not_json(attempt: Attempt) -> None:
    attempt.headers["Content_Type"] = "text/plain"


def too_large(attempt: Attempt) -> None:
    attempt.packed = lambda _: b"x" * (MAX_BODY_BYTES + 1)


def another_digest(attempt: Attempt) -> None:
    attempt.headers["Content_Digest"] = f"sha-256=:{'A' * 43}=:"


def much_waits(attempt: Attempt) -> None:
    queue(attempt.district, 20)


def no_gzip(attempt: Attempt) -> None:
    attempt.packed = lambda whole: whole[:-9]


def no_json_inside(attempt: Attempt) -> None:
    attempt.written = lambda _: b"<html>"


def another_version(attempt: Attempt) -> None:
    attempt.document["v"] = 2


def a_field_wrong(attempt: Attempt) -> None:
    attempt.document["epoch"] = 0


def another_device(attempt: Attempt) -> None:
    attempt.document["device_id"] = "box-of-others"


def signed_by_nobody(attempt: Attempt) -> None:
    attempt.document["head"]["signature"] = "A" * 86 + "=="


def broken_links(attempt: Attempt) -> None:
    attempt.document["previous"] = "00" * 32


#: Each alone, in the document's order. A connection without a whole head and a body that takes too long have tests of
#: their own (``test_edge``, ``test_pressure``); so has an entry, which is refused in the answer and not before it.
FAULTS: Final = (
    (wrong_host, (403, "wrong-host")),
    (unknown_token, (401, "unknown-token")),
    (revoked, (403, "device-revoked")),
    (sent_too_often, (429, "too-many")),
    (not_json, (415, "not-json")),
    (too_large, (413, "too-large")),
    (another_digest, (400, "digest-mismatch")),
    (much_waits, (503, "behind")),
    (no_gzip, (400, "malformed")),
    (no_json_inside, (400, "malformed")),
    (another_version, (409, "unknown-version")),
    (a_field_wrong, (400, "malformed")),
    (another_device, (403, "wrong-device")),
    (signed_by_nobody, (403, "head-unsigned")),
    (broken_links, (422, "chain-broken")),
)


def answer(district: District, *faults: Callable[[Attempt], None]) -> requests.Response:
    """What the district answers to a batch with these faults."""
    box = district.box()
    box.rate(4)
    attempt = Attempt(district, box, json.loads(gzip.decompress(box.body())))
    for spoil in faults:
        spoil(attempt)
    limits = limited(district, waiting_batches=10, per_device_minute=1 if attempt.sends_often else 0).services
    with serve(settled(limits, hosts=(OUR_NAME,))) as client:
        if attempt.sends_often:
            _use_up(client, box)
        return client.post_batch(box, attempt.body(), **attempt.headers)


def _use_up(client: Client, box: Box) -> None:
    client.get("/v1/snapshot", box)


@pytest.mark.parametrize(
    ("first", "second"), list(pairwise(FAULTS)), ids=lambda fault: fault[0].__name__.replace("_", " ")
)
def test_of_two_faults_the_one_listed_first_is_named(district: District, first: Any, second: Any) -> None:
    alone, both = answer(district, first[0]), answer(district, first[0], second[0])

    assert problem(alone) == problem(both) == first[1]
    assert alone.json()["detail"] == both.json()["detail"]


def test_the_last_of_them_is_named_when_it_is_alone(district: District) -> None:
    spoil, expected = FAULTS[-1]

    assert problem(answer(district, spoil)) == expected
