"""The wire over real HTTP: who may come in, what is understood, and a problem detail for everything else."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.district.api.description import ProblemDetail
from sync.district.fleet.enrolment import draw_code, issue_code
from sync.district.store.devices import revoke
from sync.district.store.engine import open_engine, writing
from sync.protocol.batch import decode_response
from sync.protocol.chain import acknowledgement_is_signed
from sync.protocol.enrolment import Enrolment, Welcome
from sync.protocol.message import MAX_BODY_BYTES, content_digest
from sync.protocol.snapshot import decode_page
from tests.district.conftest import Client, District, serve
from tests.support.factories import COUNTER, UNIT, Box, envelope


def problem(response: requests.Response) -> tuple[int, str]:
    """The status and the short name of a problem; fails for anything else."""
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body.keys() == set(ProblemDetail.__struct_fields__)
    assert body["status"] == response.status_code
    return response.status_code, body["type"].removeprefix("urn:lang-nghe:problem:")


def repacked(body: bytes, **values: Any) -> bytes:
    """A batch with some fields replaced."""
    return gzip.compress(json.dumps(json.loads(gzip.decompress(body)) | values).encode())


@pytest.fixture
def box(district: District) -> Box:
    box = district.box()
    box.rate(4)
    return box


@pytest.fixture
def code(district: District) -> str:
    drawn = draw_code()
    issue_code(district.engine, drawn, UNIT, COUNTER, timedelta(hours=1), district.clock())
    return drawn


def enrol(client: Client, code: str, box: Box) -> requests.Response:
    body = Enrolment(code, bytes(box.key.verify_key), "test/1").encode()
    return client.session.post(f"{client.base}/v1/enrolment", json=body, timeout=30)


def test_from_a_code_to_a_receipt(district: District, client: Client, code: str) -> None:
    box = Box()
    welcome = Welcome.decode(enrol(client, code.lower().replace("-", ""), box).json())
    box.device_id, box.token, box.sealing_key = welcome.device_id, welcome.token, welcome.sealing_public_key
    box.rate(5)

    response = client.post_batch(box)

    answer = decode_response(response.json())
    assert (welcome.unit_id, welcome.counter_id) == (UNIT, COUNTER)
    assert answer.receipt is not None
    receipt = answer.receipt
    assert receipt.head == box.batch().head
    assert acknowledgement_is_signed(receipt.head, receipt.received_at, receipt.signature, welcome.receipt_public_key)
    district.project()
    assert [n for *_, n in district.figures()] == [1]


def test_enrolling_again_after_a_lost_answer_gives_the_same_answer(
    district: District, client: Client, code: str
) -> None:
    box = Box()

    first, again = enrol(client, code, box), enrol(client, code, box)

    assert first.json() == again.json()
    assert len(district.rows("devices", "device_id")) == 1


def test_a_code_enrols_one_box_only(client: Client, code: str) -> None:
    enrol(client, code, Box())

    assert problem(enrol(client, code, Box())) == (403, "code-used")


def test_a_code_expires(district: District, client: Client, code: str) -> None:
    district.clock.pass_by(hours=1)

    assert problem(enrol(client, code, Box())) == (403, "code-expired")


def test_an_unknown_code_is_refused(client: Client) -> None:
    assert problem(enrol(client, "2222-2222-2222", Box())) == (403, "code-unknown")


def test_a_revoked_box_cannot_enrol_again_with_its_code(district: District, client: Client, code: str) -> None:
    box = Box()
    device_id = enrol(client, code, box).json()["device_id"]
    with writing(district.engine) as connection:
        revoke(connection, device_id)

    assert problem(enrol(client, code, box)) == (403, "code-used")


def test_the_token_is_not_in_the_database(district: District, box: Box) -> None:
    ((kept,),) = district.rows("devices", "token_hash")

    assert len(kept) == 32
    assert kept.hex() != box.token


def test_without_a_token_nobody_comes_in(client: Client, box: Box) -> None:
    response = client.get("/v1/snapshot")

    assert problem(response) == (401, "no-token")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["x", "0" * 64, "ô" * 9])
def test_an_unknown_token_is_refused(client: Client, box: Box, token: str) -> None:
    response = client.post_batch(box, Authorization=f"Bearer {token}".encode().decode("latin-1"))

    assert problem(response) == (401, "unknown-token")


def test_a_revoked_box_is_told_so(district: District, client: Client, box: Box) -> None:
    with writing(district.engine) as connection:
        revoke(connection, box.device_id)

    assert problem(client.post_batch(box)) == (403, "device-revoked")
    assert problem(client.get("/v1/snapshot", box)) == (403, "device-revoked")


def test_a_batch_of_another_box_is_refused(district: District, client: Client, box: Box) -> None:
    other = district.box()
    other.rate()

    assert problem(client.post_batch(box, other.body())) == (403, "wrong-device")
    assert district.rows("ledger", "seq") == []


def test_a_head_signed_with_another_key_stops_the_box(district: District, client: Client, box: Box) -> None:
    box.key = Box().key

    assert problem(client.post_batch(box)) == (403, "head-unsigned")
    assert district.kinds() == ["head_unsigned"]


def test_a_chain_that_does_not_lead_to_its_head_is_refused(district: District, client: Client, box: Box) -> None:
    body = repacked(box.body(), previous="00" * 32)

    assert problem(client.post_batch(box, body)) == (422, "chain-broken")
    assert district.rows("ledger", "seq") == []


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda body: body[:-9], (400, "malformed")),
        (lambda body: b"", (400, "malformed")),
        (lambda body: b"<html>", (400, "malformed")),
        (lambda body: gzip.compress(b"[]"), (400, "malformed")),
        (lambda body: gzip.compress(b"[" * 100_000), (400, "malformed")),
        (lambda body: gzip.compress(b"1" * 5_000), (400, "malformed")),
        (lambda body: gzip.compress(b" " * 17 * 1024 * 1024), (400, "malformed")),
        (lambda body: repacked(body, v=2), (409, "unknown-version")),
        (lambda body: repacked(body, epoch=2**63), (400, "malformed")),
        (lambda body: repacked(body, epoch=0), (400, "malformed")),
        (lambda body: repacked(body, entries={}), (400, "malformed")),
        (lambda body: repacked(body, device_id="a/b"), (400, "malformed")),
    ],
)
def test_what_is_not_a_batch_is_a_problem(client: Client, box: Box, spoil: Any, expected: tuple[int, str]) -> None:
    assert problem(client.post_batch(box, spoil(box.body()))) == expected


def test_a_body_that_is_too_large_is_refused(client: Client, box: Box) -> None:
    assert problem(client.post_batch(box, b"x" * (MAX_BODY_BYTES + 1))) == (413, "too-large")


def test_a_body_that_does_not_say_how_large_it_is_is_cut_off(client: Client, box: Box) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(80):
            yield b"x" * 65_536

    headers = {"Authorization": f"Bearer {box.token}", "Content-Type": "application/json", "Content-Encoding": "gzip"}
    try:
        response = client.session.post(f"{client.base}/v1/batches", data=endless(), headers=headers, timeout=30)
    except requests.ConnectionError:
        return  # the server closed the connection while we were still sending: as good an answer

    assert problem(response) == (413, "too-large")


@pytest.mark.parametrize(
    ("header", "value", "slug"),
    [("Content_Type", "text/plain", "not-json"), ("Content_Encoding", "br", "wrong-encoding")],
)
def test_another_form_of_body_is_refused(client: Client, box: Box, header: str, value: str, slug: str) -> None:
    assert problem(client.post_batch(box, **{header: value})) == (415, slug)


def test_a_body_that_changed_on_the_way_is_to_be_sent_again(district: District, client: Client, box: Box) -> None:
    whole = box.body()

    response = client.post_batch(box, repacked(whole, previous="00" * 32), Content_Digest=content_digest(whole))

    assert problem(response) == (400, "digest-mismatch")
    assert district.kinds() == []
    assert client.post_batch(box, whole, Content_Digest=content_digest(whole)).status_code == 200
    assert client.post_batch(box, whole, Content_Digest="md5=:AAAA:").status_code == 200


def test_what_is_not_there_is_a_problem(client: Client) -> None:
    assert problem(client.get("/v1/nothing")) == (404, "not-found")
    assert problem(client.get("/v1/batches")) == (405, "method-not-allowed")


def test_health_says_which_version_is_spoken(client: Client) -> None:
    response = client.get("/v1/health")

    assert response.json() == {"v": 1, "status": "ok", "time": "2026-11-21T05:00:00.000Z"}


def test_a_snapshot_that_has_not_changed_is_not_sent_again(district: District, client: Client, box: Box) -> None:
    first = client.get("/v1/snapshot", box)
    cursor = decode_page(first.json()).cursor
    nothing = client.get(f"/v1/snapshot?since={cursor}", box)

    again = client.get(f"/v1/snapshot?since={cursor}", box, If_None_Match=nothing.headers["ETag"])
    district.reference(procedures=[{"procedure_id": "1.001612", "name": "Khai sinh", "field": ""}])
    changed = client.get(f"/v1/snapshot?since={cursor}", box, If_None_Match=nothing.headers["ETag"])

    assert first.headers["Content-Encoding"] == "gzip"
    assert decode_page(nothing.json()).changes == ()
    assert (again.status_code, again.content) == (304, b"")
    assert len(decode_page(changed.json()).changes) == 1


def test_a_quiet_box_is_known_to_be_alive(district: District, client: Client, box: Box) -> None:
    client.get("/v1/snapshot", box)

    assert district.rows("devices", "last_contact_at") == [(district.clock(),)]


def test_no_page_loads_anything_from_the_internet(client: Client) -> None:
    assert [client.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


def test_the_description_fits_what_is_sent_and_answered(district: District, client: Client, code: str) -> None:
    box = Box()
    enrolment = Enrolment(code, bytes(box.key.verify_key), "test/1").encode()
    welcome = enrol(client, code, box).json()
    box.device_id, box.token = welcome["device_id"], welcome["token"]
    box.rate()
    box.record(envelope(kind="unheard_of"))
    answer = client.post_batch(box).json()

    assert_fits(client, "Enrolment", enrolment)
    assert_fits(client, "Welcome", welcome)
    assert_fits(client, "BatchBody", json.loads(gzip.decompress(box.body())))
    assert_fits(client, "AnswerBody", answer)
    assert_fits(client, "SnapshotBody", client.get("/v1/snapshot", box).json())
    assert_fits(client, "Health", client.get("/v1/health").json())
    assert_fits(client, "ProblemDetail", client.get("/v1/snapshot").json())


def assert_fits(client: Client, name: str, message: dict[str, Any]) -> None:
    """The message is what the server's own description says, and holds nothing that is not described."""
    components = client.get("/openapi.json").json()["components"]
    jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": components, "unevaluatedProperties": False}
    ).validate(message)


@pytest.mark.parametrize("flaw", [{"v": 2}, {"epoch": 0}, {"previous": "00"}, {"device_id": "a b"}, {"entries": {}}])
def test_what_a_batch_may_not_be_does_not_fit_its_description(client: Client, box: Box, flaw: dict[str, Any]) -> None:
    batch = json.loads(gzip.decompress(box.body()))

    with pytest.raises(jsonschema_rs.ValidationError):
        assert_fits(client, "BatchBody", batch | flaw)


def test_the_description_names_every_call_body_and_answer(client: Client) -> None:
    schema = client.get("/openapi.json").json()

    calls = {path: sorted(methods) for path, methods in schema["paths"].items() if path.startswith("/v1/")}
    assert calls == {
        "/v1/health": ["get"],
        "/v1/enrolment": ["post"],
        "/v1/device-key": ["post"],
        "/v1/batches": ["post"],
        "/v1/snapshot": ["get"],
        "/v1/releases/{version}": ["get"],
        "/v1/releases/{version}/{platform}": ["get"],
    }
    named = set(json.dumps(schema).split('"#/components/schemas/')[1:])
    assert {name.split('"')[0] for name in named} <= schema["components"]["schemas"].keys()
    assert schema["paths"]["/v1/batches"]["post"]["security"] == [{"device": []}]


def test_a_district_without_its_database_asks_to_try_again(district: District) -> None:
    lost = open_engine("postgresql://nobody@/nothing?host=/nonexistent")
    with serve(replace(district.services, engine=lost)) as client:
        response = client.get("/v1/health")

    assert problem(response) == (503, "store-unavailable")
    assert response.headers["Retry-After"] == "30"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_batch_makes_the_district_fail(client: Client, box: Box, data: st.DataObject) -> None:
    batch = json.loads(gzip.decompress(box.body()))
    place = data.draw(st.sampled_from([batch, batch["entries"], batch["head"]]))
    field = data.draw(st.sampled_from(sorted(place)))
    place[field] = data.draw(JSON | st.just([place[field]]) | st.lists(JSON, min_size=1, max_size=2))

    response = client.post_batch(box, gzip.compress(json.dumps(batch).encode()))

    assert response.status_code < 500
    if response.status_code != 200:
        problem(response)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(since=st.text(max_size=40))
def test_no_cursor_makes_the_district_fail(client: Client, box: Box, since: str) -> None:
    response = client.session.get(
        f"{client.base}/v1/snapshot",
        params={"since": since.encode("utf-8", "surrogatepass")},
        headers={"Authorization": f"Bearer {box.token}"},
        timeout=30,
    )

    assert response.status_code == 200
    decode_page(response.json())
