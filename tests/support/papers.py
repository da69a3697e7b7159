"""Papers as they may come out, for the tests and the gallery: the longest words that are likely, and the shortest."""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace
from PIL import Image

from kiosk.desk.printouts import receipt, test_page
from kiosk.flow.state.printing import ReceiptPaper
from kiosk.hardware.printer.typeset import DOTS_OF_PAPER, typeset
from kiosk.languages.packs import load_packs
from tests.support.fakes import due_after

WORDS = load_packs().strings()
LINK = "https://langnghe.khanhhoa.example.vn/r/8kRj2Qm4TzX0aBcDeFgHiA"
RECEIPT = ReceiptPaper(
    office="Trung tâm Phục vụ hành chính công phường Đông Ninh Hòa, tỉnh Khánh Hòa",
    number="6120 0123 4567 8942 0049",
    link=LINK,
    received=date(2026, 11, 21),
    due=due_after(date(2026, 11, 21)),
    page="https://langnghe.khanhhoa.example.vn/r",
    ask_at="Bộ phận Một cửa, quầy hướng dẫn số 1",
    phone="0258 3822 123",
)
SHORTEST = replace(RECEIPT, office="UBND xã Ea Kao", answered=False, due=None, ask_at="", phone="")


def drawn() -> Iterator[tuple[str, Image.Image]]:
    """Name and image of every paper, on both widths and in both languages."""
    for mm, dots in DOTS_OF_PAPER.items():
        for language, words in WORDS.items():
            for name, paper in (("receipt", RECEIPT), ("receipt-without-reply", SHORTEST)):
                blocks = receipt(replace(paper, language=language), WORDS)
                yield f"paper-{mm}mm-{language}-{name}", typeset(blocks, dots)
            yield f"paper-{mm}mm-{language}-test", typeset(test_page(words, mm, dots, "0.1.0"), dots)
