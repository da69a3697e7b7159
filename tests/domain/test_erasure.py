"""What names a citizen is blanked, and nothing else that somebody wrote."""

import pytest

from sync.district.domain.complaint_steps import Action
from sync.district.domain.erasure import ErasureScope, scrubbed, without


@pytest.mark.parametrize(
    ("value", "text", "left"),
    [
        ("Nam", "Theo luật Việt Nam, phía nam cầu, anh Nam chờ.", "Theo luật Việt Nam, phía nam cầu, anh […] chờ."),
        ("Nam", "Họ và tên: Nam. Tôi là Nam, ông  nam đây.", "Họ và tên: […]. Tôi là […], ông  […] đây."),
        ("12", "Trước ngày 12/10, quầy số 12, tổ 12.", "Trước ngày 12/10, quầy số 12, tổ […]."),
        ("số 12", "Quầy số 12 báo: nhà số 12 đã có sổ.", "Quầy số 12 báo: nhà số […] đã có sổ."),
        ("12", "Số nhà 12, nhà 12/4.", "Số nhà […], nhà 12/4."),
        ("Lê  Nam", "lê nam và Lê Namanh", "[…] và Lê Namanh"),
        ("nam@example.vn", "gửi nam@example.vn.", "gửi […]."),
        ("0912345678", "gọi 0912.345.678", "gọi […]"),
    ],
)  # fmt: skip
def test_short_values_are_blanked_only_where_they_name_somebody(value: str, text: str, left: str) -> None:
    assert without(text, [value]) == left


@pytest.mark.parametrize("scope", list(ErasureScope))
def test_who_holds_a_matter_and_whom_it_concerns_are_never_blanked(scope: ErasureScope) -> None:
    values = ["nam.tran", "H32.13", "CB-7", "Nam", "12"]
    for action, content in (
        (Action.ASSIGN, {"owner": "nam.tran"}),
        (Action.TRANSFER, {"unit_id": "H32.13", "text": "Thuộc việc của Sở."}),
        (Action.CLASSIFY, {"persons": "CB-7", "about": "rule", "sensitive": "no"}),
        (Action.DRAFT, {"text": "Theo luật Việt Nam, ngày 12/10 trả kết quả tại quầy 12."}),
    ):
        assert scrubbed(action, content, values, scope) == content


def test_what_was_noted_of_a_call_goes_with_the_name_and_the_address() -> None:
    noted = {"reached": "yes", "name": "Nam", "address": "12", "text": "Anh Nam hẹn ngày 12/10."}

    assert scrubbed(Action.CALL, noted, ["Nam", "12"], ErasureScope.CONTACT) == {
        "reached": "yes",
        "text": "Anh […] hẹn ngày 12/10.",
    }
