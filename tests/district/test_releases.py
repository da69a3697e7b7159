"""A district's file of every release, and of steps between them, opens in this one, and the figures are the same."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey
from sqlalchemy import text

from sync.district.export.exporting import ExportOrder, export
from sync.district.export.lines import Format
from sync.district.export.schema import exports, tables
from sync.district.export.sealing import open_stream
from sync.district.keys.files import token_hash
from sync.district.projection.project import project, rebuild
from sync.district.projection.release import release
from sync.district.store.devices import ACTIVE, Device, add_device
from sync.district.store.engine import Engine, open_engine, reading, writing
from sync.district.store.schema import upgrade
from sync.protocol.batch import Batch, decode_response, encode_batch
from sync.protocol.chain import Envelope, Head, acknowledgement_is_signed
from sync.protocol.seal import key_id
from tests.district.conftest import Client, District
from tests.district.test_export import KEY, PRIVATE
from tests.protocol.test_vectors import V

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql"))
HELD = {"0.1.0": 3, "0.1.0-step-14": 7}
"""How many entries each file holds. Those of the second are sealed to the key of the test vectors."""


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    file: Path = request.param
    with sqlite3.connect(tmp_path / "district.sqlite") as connection:
        connection.executescript(file.read_text(encoding="utf-8"))
    connection.close()
    engine = open_engine(f"sqlite:///{tmp_path / 'district.sqlite'}")
    upgrade(engine)
    yield engine
    engine.dispose()


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


RATED = "SELECT answer, n FROM tallies ORDER BY answer"


@pytest.mark.parametrize("opened", RELEASES, ids=lambda path: path.stem, indirect=True)
def test_a_file_of_this_release_opens_in_the_newest_with_everything_in_it(opened: Engine, request: Any):

    assert rows(opened, RATED) == [("1", 1), ("4", 1), ("5", 1)]
    assert rows(opened, "SELECT name FROM units") == [("Phường Thử",)]
    assert rows(opened, "SELECT count(*) FROM ledger") == [(HELD[request.node.callspec.id],)]


@pytest.mark.parametrize("opened", RELEASES[:1], ids=lambda path: path.stem, indirect=True)
def test_entries_of_an_earlier_release_are_read_for_ever(opened: Engine):
    """Ratings of shape 1: what they say of times stands in tenths, what they do not say is not made up."""
    key = PrivateKey(bytes.fromhex(V["keys"]["sealing_private_key_hex"]))
    before = rows(opened, RATED), rows(opened, "SELECT type, body FROM box_facts ORDER BY seq")

    assert rebuild(opened, {key_id(bytes(key.public_key)): key}) == HELD["0.1.0-step-14"]

    after = rows(opened, RATED), rows(opened, "SELECT type, body FROM box_facts ORDER BY seq")
    assert (after, rows(opened, "SELECT * FROM unopened")) == (before, [])
    assert [json.loads(body).get("reason") for _, body in after[1]] == [None, None, "paper_out"]
    told = "SELECT seq, since_ds, spent_ds, given, scan_ds FROM rating_circumstances ORDER BY seq"
    assert rows(opened, told) == [(2, None, 24, None, None), (4, 340, 9, None, None), (5, 36_000, 36_000, None, None)]
    assert rows(opened, "SELECT left_unsent FROM answer_entries") == [(1,)]


@pytest.mark.parametrize("opened", RELEASES, ids=lambda path: path.stem, indirect=True)
def test_a_file_of_this_release_projects_releases_and_exports(opened: Engine, tmp_path: Path, request: Any):
    later = datetime(2026, 11, 23, 3, tzinfo=UTC)

    project(opened, {})
    release(opened, later)
    for what in exports():
        order = ExportOrder(what, Format.JSON_LINES, "tung", key=KEY, reason="a file of an older release")
        export(opened, order, tmp_path / what, later)

    written = {path.name.partition(".")[0]: path for path in tmp_path.glob("*/*.jsonl*")}
    assert written.keys() == {table.name for table in tables()}
    told = {}
    for name in ("ratings", "ledger"):
        with written[name].open("rb") as file:
            told[name] = [json.loads(line) for line in b"".join(open_stream(file, bytes(PRIVATE))).splitlines()]
    assert sorted(row["score"] for row in told["ratings"]) == [1, 4, 5]
    assert {row["group_id"] for row in told["ratings"]} == {None}
    assert [row["seq"] for row in told["ledger"]] == [*range(1, HELD[request.node.callspec.id] + 1)]
    assert written["released_ratings"].read_text() == ""
    assert [json.loads(line)["name"] for line in written["units"].read_text().splitlines()] == ["Phường Thử"]


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_kiosk_that_was_never_updated_goes_on_delivering_to_the_letter_of_what_it_sent(
    release: Path, district: District, client: Client
):
    """The batch that a kiosk of this release sent then, entry by entry as it was sealed and signed there."""
    with sqlite3.connect(":memory:") as then:
        then.executescript(release.read_text(encoding="utf-8"))
        ((device_id, key),) = then.execute("SELECT device_id, public_key FROM devices").fetchall()
        head_columns = "epoch, seq, hash, first_seq, previous, signature"
        ((epoch, seq, head_hash, first_seq, previous, signature),) = then.execute(
            f"SELECT {head_columns} FROM heads"
        ).fetchall()
        sent = then.execute("SELECT entry_id, type, day, key_id, sealed FROM ledger ORDER BY seq").fetchall()
    then.close()
    head = Head(device_id, epoch, seq, head_hash)
    recorded = Batch(device_id, epoch, first_seq, previous, tuple(Envelope(*row) for row in sent), head, signature)
    token = f"of {device_id}"
    known = Device(device_id, "H32.13", None, key, ACTIVE, datetime(2024, 6, 4, tzinfo=UTC), None, {})
    with writing(district.engine) as connection:
        add_device(connection, known, token_hash(token))
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }
    sends = [
        client.session.post(f"{client.base}/v1/batches", data=encode_batch(recorded), headers=headers) for _ in "12"
    ]

    answers = [decode_response(each.json()) for each in sends]
    receipt = answers[0].receipt
    assert receipt is not None
    key_of_district = bytes(district.services.receipt_key.verify_key)
    assert acknowledgement_is_signed(receipt.head, receipt.received_at, receipt.signature, key_of_district)
    assert receipt.head == head
    assert [{result.status for result in answer.results} for answer in answers] == [{"stored"}, {"duplicate"}]
    assert district.kinds() == []
