"""Where a line may break."""

import pytest

from kiosk.vietnamese.compounds import pieces


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ông/Bà làm thủ tục ở quầy nào?", ("Ông/Bà", "làm", "thủ tục", "ở", "quầy", "nào?")),
        ("Quầy 3 · Lao động, xã hội", ("Quầy 3 ·", "Lao động,", "xã hội")),
        ("Không hài lòng", ("Không", "hài lòng")),
        ("“Nhập mã hồ sơ”.", ("“Nhập", "mã", "hồ sơ”.")),
        ("RẤT HÀI LÒNG", ("RẤT", "HÀI LÒNG")),
        ("Hồ, sơ", ("Hồ,", "sơ")),
        ("Very satisfied", ("Very", "satisfied")),
        ("", ("",)),
    ],
)
def test_syllables_of_one_word_stay_together(text: str, parts: tuple[str, ...]) -> None:
    assert pieces(text) == parts
    assert " ".join(pieces(text)) == text
