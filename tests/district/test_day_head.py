"""A photographed day's head proves later that nothing was removed since."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from sync.district.cli.verifying import verify_head
from sync.district.store.engine import reading
from sync.protocol.chain import Head
from sync.protocol.day_head import DayHead
from sync.protocol.fields import Malformed
from tests.district.conftest import District
from tests.support.factories import Box


def photographed(box: Box, seq: int) -> DayHead:
    return DayHead.sign("2026-11-21", Head(box.device_id, box.epoch, seq, box.hashes()[seq]), box.key)


def asked(district: District, head: DayHead) -> tuple[bool, str]:
    with reading(district.engine) as connection:
        return verify_head(connection, head)


@pytest.fixture
def kiosk(district: District) -> Box:
    kiosk = district.box()
    for _ in range(6):
        kiosk.rate()
    district.accept(kiosk)
    return kiosk


def test_a_head_of_then_is_still_part_of_the_ledger_that_grew(district: District, kiosk: Box):
    then = DayHead.parse(photographed(kiosk, 4).text())

    holds, sentence = asked(district, then)

    assert holds
    assert "all 4 up to it" in sentence


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM ledger WHERE seq = 3", "entry 3 is not here"),
        ("DELETE FROM ledger WHERE seq >= 3", "entry 3 is not here"),
        ("UPDATE ledger SET day = '2026-11-20' WHERE seq = 2", "entry 2 was changed"),
    ],
)
def test_whatever_the_district_s_owner_removed_or_changed_shows(district: District, kiosk: Box, change: str, said: str):
    then = photographed(kiosk, 4)
    district.tamper(change, "ledger")

    holds, sentence = asked(district, then)

    assert not holds
    assert said in sentence


def test_a_whole_history_written_anew_with_every_hash_right_shows(district: District, kiosk: Box):
    then = photographed(kiosk, 4)
    other = kiosk.copy()
    other.entries.pop(1)
    hashes = other.hashes()
    district.tamper("DELETE FROM ledger WHERE seq = 2", "ledger")
    for seq in range(2, 6):
        value = (
            f"'\\x{hashes[seq].hex()}'" if district.engine.dialect.name == "postgresql" else f"x'{hashes[seq].hex()}'"
        )
        district.tamper(f"UPDATE ledger SET seq = {seq}, hash = {value} WHERE seq = {seq + 1}")

    holds, sentence = asked(district, then)

    assert not holds
    assert "lead to another one" in sentence


def test_a_head_that_has_not_arrived_yet_is_said_to_be_missing(district: District, kiosk: Box):
    kiosk.rate()

    holds, sentence = asked(district, photographed(kiosk, 7))

    assert not holds
    assert "entry 7 is not here, removed or not yet delivered" in sentence


def test_a_head_stays_good_after_the_box_rolled_its_key(district: District, kiosk: Box):
    then = photographed(kiosk, 6)
    old, kiosk.key = kiosk.key, SigningKey.generate()
    district.roll(kiosk, old)

    assert asked(district, then)[0]
    assert asked(district, photographed(kiosk, 5))[0]


@pytest.mark.parametrize(
    "forge",
    [
        lambda head, _: DayHead("2026-11-20", head.head, head.signature),
        lambda head, _: DayHead.sign(head.day, head.head, SigningKey.generate()),
        lambda head, _: DayHead.sign(head.day, Head("box-nobody", 1, 4, head.head.hash), SigningKey.generate()),
    ],
)
def test_a_head_nobody_signed_proves_nothing(district: District, kiosk: Box, forge: Callable[[DayHead, Box], DayHead]):
    assert not asked(district, forge(photographed(kiosk, 4), kiosk))[0]


@given(st.text(max_size=400) | st.from_regex(r"LN1(:[A-Za-z0-9._-]+){5,7}", fullmatch=True))
def test_any_text_is_a_head_or_refused(text: str):
    try:
        head = DayHead.parse(text)
    except Malformed:
        return
    assert DayHead.parse(head.text()) == head
