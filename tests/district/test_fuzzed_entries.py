"""Whatever a box with a valid key seals, the district goes on: it opens, rebuilds and shows its pages."""

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from nacl.public import PublicKey, SealedBox

from kiosk.domain.entry import EntryType
from kiosk.domain.receipt import checked
from sync.district.app import create_app
from sync.district.domain.people import Role
from sync.district.projection.loop import ProjectorLoop
from sync.district.projection.project import rebuild
from sync.district.store.engine import reading
from sync.district.store.kiosk_history import facts_of
from sync.district.texts import languages, load_texts
from sync.district.web.kiosk_notes import note_words
from sync.district.web.routes import web_router
from sync.protocol import seal
from sync.protocol.batch import MAX_ENTRIES
from tests.district.conftest import NOON, Client, District, serve_app
from tests.district.web_server import PASSWORD, add_people
from tests.support.factories import TODAY, Box, answers_body, envelope, rating_body, told_body

NUMBER = checked("10000123456789")
AT = int(NOON.timestamp()) - 86_400
WORDS = ["", " ", "\0", "a\0b", "\ud800", "x\udfff", "\uffff", "\u202e", "é" * 70, "9" * 5_000, "-", "0001-01-01"]
WHOLE = [0, -1, 1, 2**31, 2**53, 2**63, 10**30, 253_402_300_799, 253_402_300_800, -(2**63)]
NASTY: list[Any] = [
    *WORDS,
    *WHOLE,
    None,
    True,
    0.5,
    [],
    {},
    [[]],
    [{}],
    [None],
    [*WORDS],
    {word: word for word in WORDS},
]
TEXTS, NUMBERS = st.sampled_from(WORDS), st.sampled_from(WHOLE)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
BODIES: dict[EntryType, dict[str, Any]] = {
    EntryType.RATING: rating_body(),
    EntryType.ANSWERS: answers_body("01a1fb67-1800-7000-8000-000000000001"),
    EntryType.COMMENT: told_body(NUMBER, contact=None),
    EntryType.COMPLAINT: told_body(NUMBER),
    EntryType.ATTACHMENT: {"at_s": 1, "receipt_number": NUMBER, "part": 1, "parts": 1, "media_type": "audio/ogg",
                           "sha256": "0" * 64, "data": "AAAA"},
    EntryType.VERDICT: {"at_s": 1, "receipt_number": NUMBER, "receipt_token": "t" * 22, "opinion": "satisfied"},
    EntryType.SUPPLEMENT: {"at_s": 1, "receipt_number": NUMBER, "receipt_token": "t" * 22,
                           "text": "Tôi nộp ngày 12/10.", "will_bring": False},
    EntryType.GAP_DECLARED: {"at_s": AT, "old_epoch": 1, "old_seq": 3, "reason": "x"},
    EntryType.BOOT: {"at_s": AT, "up_s": 1, "boot": "cafe", "software": "x"},
    EntryType.CLOCK_CHANGED: {"at_s": AT, "moved_s": 90},
    EntryType.STAFF_SIGNED_OUT: {"at_s": AT, "counter": "H32.13-q1", "lasted_s": 60},
    EntryType.CONFIG_APPLIED: {"at_s": AT, "rows": 3, "full": True, "revision": 2},
    EntryType.DEVICE_FAILED: {"at_s": AT, "device": "printer", "reason": "stuck"},
    EntryType.DEVICE_BACK: {"at_s": AT, "device": "service", "out_s": 60},
    EntryType.MOVED: {"at_s": AT, "before": {"unit_id": "H32", "counter_id": None, "unit_of_counter": None},
                      "now": {"unit_id": "H32", "counter_id": "H32.13-q1", "unit_of_counter": "H32.13"}},
    EntryType.VISITS: {"at_s": AT, "of_day": "2026-11-20", "hours": [[9, "", "timed_out", 5]]},
}  # fmt: skip
DAYS = st.sampled_from([date(1, 1, 1), date(1969, 12, 31), date(2026, 11, 21), date(9999, 12, 31)])
OF_KIOSKS = ("/kiosks", "/kiosks/{device_id}", "/kiosks/{device_id}?days=7", "/kiosks/{device_id}?days=90")
"""What a technician sees."""
PLACES = ("/", "/?period=all", "/figures.json?period=all", "/complaints?show=all", "/cong-khai")


@st.composite
def entries(draw: st.DrawFn) -> tuple[EntryType, dict[str, Any], date]:
    """A body that is right but for up to two of its fields, and one field more."""
    kind = draw(st.sampled_from(list(BODIES)))
    names = draw(st.lists(st.sampled_from([*BODIES[kind], "more"]), max_size=2))
    return kind, BODIES[kind] | {name: draw(VALUES) for name in names}, draw(DAYS)


def sealed_by_hand(body: dict[str, Any], public_key: bytes) -> bytes:
    """As another's client may: half a character has no UTF-8, but JSON can escape it. Our own cannot write such."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_FIXED, seal._DICTIONARY)
    message = b"\x01" + squeeze.compress(json.dumps(body).encode()) + squeeze.flush() + b"\x80"
    return SealedBox(PublicKey(public_key)).encrypt(message.ljust(seal.size_class(len(message)), b"\0"))


@pytest.fixture
def office(district: District) -> Iterator[tuple[District, Client]]:
    add_people(district.engine, ("lan", Role.LEADER, None), ("tung", Role.TECHNICIAN, None))
    with serve_app(create_app(district.services, [web_router(district.services)])) as client:
        sign_in(client, "lan")
        yield district, client


def sign_in(client: Client, name: str) -> None:
    client.session.cookies.clear()
    client.session.post(f"{client.base}/sign-in", {"user_name": name, "password": PASSWORD}, timeout=30)


@pytest.mark.slow
def test_no_field_of_any_body_whatever_stands_in_it_ends_the_rebuild(office: tuple[District, Client]) -> None:
    district, client = office
    box = district.box()
    for kind, right in BODIES.items():
        for name in (*right, "more"):
            for value in NASTY:
                record(box, kind, right | {name: value}, TODAY)

    deliver(district, box, 1, {})
    holds_together(district, client, box)


@pytest.mark.slow
def test_no_sealed_body_ends_the_projector_the_rebuild_or_a_page(office: tuple[District, Client]) -> None:
    district, client = office
    box = district.box()

    @settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(
        told=st.lists(entries(), min_size=1, max_size=6), health=st.dictionaries(TEXTS | st.text(max_size=6), VALUES)
    )
    def holds(told: list[tuple[EntryType, dict[str, Any], date]], health: dict[str, Any]) -> None:
        first = len(box.entries) + 1
        for kind, body, day in told:
            record(box, kind, body, day)
        deliver(district, box, first, health)

    holds()
    holds_together(district, client, box)


def deliver(district: District, box: Box, first: int, health: dict[str, Any]) -> None:
    """Everything from a position on, in batches, on the day before, so that complaints may be seen, and opened."""
    follower = ProjectorLoop(district.engine, district.keys, now=lambda: NOON)
    district.clock.at -= timedelta(days=1)
    for start in range(first, len(box.entries) + 1, MAX_ENTRIES):
        district.accept(box, box.batch(start, min(start + MAX_ENTRIES - 1, len(box.entries)), health))
    district.clock.at += timedelta(days=1)
    while follower.tick() == 0.0:
        pass
    assert not follower.passed_over


def holds_together(district: District, client: Client, box: Box) -> None:
    """Nothing was lost, a rebuild comes to the same, and every page can be read."""
    before = district.figures()
    rebuild(district.engine, district.keys)
    assert district.figures() == before
    assert len(district.rows("ledger", "seq")) == len(box.entries)
    for place in PLACES:
        assert client.session.get(client.base + place, timeout=30, allow_redirects=False).status_code == 200, place
    for (entry_id,) in district.rows("complaints", "entry_id")[:40]:
        assert client.session.get(f"{client.base}/complaints/{entry_id}", timeout=30).status_code == 200
    sign_in(client, "tung")
    for place in OF_KIOSKS:
        address = client.base + place.format(device_id=box.device_id)
        assert client.session.get(address, timeout=30, allow_redirects=False).status_code == 200, place
    with reading(district.engine) as connection:
        facts = facts_of(connection, box.device_id, datetime(1, 1, 1, tzinfo=UTC))
    assert len(facts) > 20
    for language in languages():
        texts = load_texts(language)
        assert all(note_words(fact, texts) for fact in facts)


def record(box: Box, kind: EntryType, body: dict[str, Any], day: date) -> None:
    """Appends the body, sealed by hand, to the box's ledger."""
    entry = envelope({}, public_key=box.sealing_key, kind=kind, day=TODAY)
    box.record(replace(entry, day=day.isoformat(), sealed=sealed_by_hand(body, box.sealing_key)))
