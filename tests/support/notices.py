"""The sample notice cards, and the longest one that the import lets through."""

import csv
from datetime import date
from pathlib import Path

from kiosk.domain.reference import Notice, NoticeKind
from kiosk.paths import shared

TITLE_LONGEST, TEXT_LONGEST = 60, 160
_KINDS = {
    "Chỉ số": NoticeKind.INDEX,
    "Góp ý đã làm": NoticeKind.ANSWERED,
    "Liên hệ": NoticeKind.CONTACT,
    "Cần mang theo": NoticeKind.BRING,
    "Cách đánh giá": NoticeKind.HOW,
    "Thông báo": NoticeKind.GENERAL,
}


def sample_cards(path: Path) -> tuple[Notice, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        next(file)
        return tuple(
            Notice(
                row["Mã thẻ"],
                row["Phạm vi"],
                _KINDS[row["Loại"]],
                row["Tiêu đề"],
                row["Nội dung"],
                {"en": {"title": row["Tiêu đề (Anh)"], "text": row["Nội dung (Anh)"]}},
                row["Liên kết"],
                int(row["Thứ tự"]),
                date(2026, 11, 1),
            )
            for row in csv.DictReader(file)
        )


def filled(words: str, length: int) -> str:
    """Words of ordinary length, again and again, up to exactly so many characters."""
    return (words * (length // len(words) + 1))[:length].rstrip().ljust(length, "a")


CARDS = sample_cards(shared("config") / "samples" / "notices.csv")
MAX_CARD = Notice(
    "LONGEST",
    "H35",
    NoticeKind.ANSWERED,
    filled("Người nghiêng ngả thượng nghị trường ", TITLE_LONGEST),
    filled("Người nghiêng ngả thượng nghị trường, đường khuya ngoằn ngoèo. ", TEXT_LONGEST),
    link="https://dichvucong.example.gov.vn/phan-anh-kien-nghi?don-vi=H35.88.01",
)
