"""Which complaints are suggested as one matter of one citizen: by rules that never take two people for one."""

import time
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sync.district.domain.classification import Classification
from sync.district.domain.duplicates import (
    WITHIN,
    Account,
    are_duplicates,
    kept_from_the_same,
    reached_alike,
    same_matter,
)
from sync.district.domain.rights import Subject
from tests.district.merging_office import AT
from tests.support.factories import UNIT

FIRST = Account(UNIT, AT, "Ghế chờ bị hỏng hai cái, người già phải đứng.", "D1", "Nguyễn Văn An", "0912 345 123")


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"text": "Hoàn toàn khác."}, True),  # the same dossier
        ({"dossier_code": None}, True),  # near the same words
        ({"dossier_code": None, "text": "Ghe cho hong hai cai, nguoi gia phai dung."}, True),
        ({"dossier_code": None, "text": "Hoàn toàn khác."}, False),
        ({"dossier_code": "D2", "text": "Hoàn toàn khác."}, False),
        ({"dossier_code": None, "text": ""}, False),
        ({"phone": "0912345124"}, False),  # somebody else, with the same name, about the same dossier
        ({"phone": ""}, True),
        ({"phone": "", "name": "Trần Thị Bé"}, False),
        ({"name": "Trần Thị Bé"}, False),  # a family's telephone
        ({"name": "nguyen van an"}, True),
        ({"name": ""}, True),
        ({"name": "", "phone": ""}, False),
        ({"phone": "", "dossier_code": None}, False),
        ({"unit_id": "H32.99"}, False),
        ({"received_at": AT + WITHIN}, True),
        ({"received_at": AT + WITHIN + timedelta(seconds=1)}, False),
    ],
)
def test_the_same_citizen_and_the_same_matter_are_found_and_nothing_else(changes, same: bool) -> None:
    other = replace(FIRST, **changes)

    assert (are_duplicates(FIRST, other), are_duplicates(other, FIRST)) == (same, same)


def test_an_e_mail_tells_two_people_apart_where_no_telephone_does() -> None:
    one = replace(FIRST, phone="", email="an@x.vn")

    assert are_duplicates(one, replace(one, email="AN@x.vn"))
    assert not are_duplicates(one, replace(one, email="be@x.vn"))


def test_long_texts_are_compared_in_a_bounded_time_and_by_their_beginning() -> None:
    words = " ".join(f"từ{n % 7}" for n in range(1_300))
    one = replace(FIRST, dossier_code=None, text=words)
    begun = time.process_time()

    assert same_matter(one, replace(one, text=f"{words} và thêm nữa"))
    assert not same_matter(one, replace(one, text="khác hẳn " * 600))
    assert time.process_time() - begun < 2


def test_two_ways_of_replying_are_not_one() -> None:
    call = {"reply_by": "call", "phone": "0912 345 123", "address": ""}

    assert reached_alike(call, call | {"phone": "0912345123", "address": "Thôn 2"})
    for other in ({"reply_by": "kiosk"}, {"reply_by": "sms"}, {"phone": "0912345124"}):
        assert not reached_alike(call, call | other)
    for way, place in (("letter", "address"), ("email", "email")):
        asked = {"reply_by": way, place: "Thôn 2"}
        assert not reached_alike(asked, asked | {place: "Thôn 3"})


def test_promise_6_what_is_kept_from_other_people_is_not_the_same() -> None:
    plain = Subject("U", "rule", sensitive=False)

    assert kept_from_the_same(plain, plain)
    for other in (
        replace(plain, officers=frozenset({"CB-1"})),
        replace(plain, counters=frozenset({"q1"})),
        replace(plain, sensitive=True),
        replace(plain, classified=Classification("conduct", False, frozenset({"CB-1"}))),
    ):
        assert not kept_from_the_same(plain, other)
        assert not kept_from_the_same(other, plain)
