"""What comes out on paper, read by programs that know nothing of us: zbarimg the codes, tesseract the Vietnamese."""

import subprocess
import unicodedata
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from kiosk.desk import printouts
from kiosk.desk.printouts import receipt
from kiosk.hardware.printer.typeset import DigitGroups, Paper, QrBlock, Rule, TextBlock, typeset
from tests.support.papers import LINK, RECEIPT, SHORTEST, WORDS

WIDTHS = (384, 576)
DOTS_A_MILLIMETRE = 8


def scanned(image: Image.Image, folder: Path) -> str:
    image.save(folder / "paper.png")
    found = subprocess.run(["zbarimg", "-q", "--raw", str(folder / "paper.png")], capture_output=True, check=True)
    return found.stdout.decode().strip()


def read_by_eye(image: Image.Image, folder: Path, *options: str, scale: float = 2) -> str:
    """With a margin, and letters about as large as on a scanned page, for which tesseract was made."""
    page = Image.new("L", (image.width + 80, image.height + 80), 255)
    page.paste(image.convert("L"), (40, 40))
    page.resize((round(page.width * scale), round(page.height * scale))).save(folder / "page.png")
    command = ["tesseract", str(folder / "page.png"), "-", "-l", "vie", "--psm", "4", *options]
    found = subprocess.run(command, capture_output=True, check=True, env={"OMP_THREAD_LIMIT": "1"})
    return " ".join(unicodedata.normalize("NFC", found.stdout.decode()).split())


def heights(image: Image.Image) -> list[int]:
    """How high each run of rows is that have ink in them."""
    inked = [not image.crop((0, row, image.width, row + 1)).getextrema()[0] for row in range(image.height)]
    runs, height = [], 0
    for ink in [*inked, False]:
        if not ink and height:
            runs.append(height)
        height = height + 1 if ink else 0
    return runs


@pytest.mark.parametrize("width", WIDTHS)
def test_the_code_opens_the_page_of_the_receipt(width: int, tmp_path: Path):
    assert scanned(typeset(receipt(RECEIPT, WORDS), width), tmp_path) == LINK


def alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_every_word_of_the_receipt_can_be_read_with_its_marks(width: int, tmp_path: Path):
    blocks = [block for block in receipt(RECEIPT, WORDS) if not isinstance(block, QrBlock | DigitGroups)]
    expected = " ".join(" ".join(block.text.split()) for block in blocks if isinstance(block, TextBlock))

    read = read_by_eye(typeset(blocks, width), tmp_path)

    without_marks = "".join(x for x in unicodedata.normalize("NFD", expected) if not unicodedata.combining(x))
    assert alike(read, expected) > 0.97, read
    assert alike(read, without_marks) < 0.9


@pytest.mark.parametrize("width", WIDTHS)
def test_the_number_is_read_digit_for_digit(width: int, tmp_path: Path):
    only_digits = ("-c", "tessedit_char_whitelist=0123456789")

    read = read_by_eye(typeset([DigitGroups(RECEIPT.number)], width), tmp_path, *only_digits, scale=0.5)

    assert read.replace(" ", "") == RECEIPT.number.replace(" ", "")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_digits_are_at_least_five_millimetres_high(width: int):
    lines = heights(typeset([DigitGroups("6120 0123 4567 8942 0049")], width))

    assert len(lines) == 3
    assert min(lines) >= 5 * DOTS_A_MILLIMETRE


def test_who_wants_no_reply_is_promised_none():
    texts = [block.text for block in receipt(SHORTEST, WORDS) if isinstance(block, TextBlock)]

    assert WORDS["vi"]["paper.next_no_reply"] in texts
    assert not {WORDS["vi"]["paper.next_reply"], WORDS["vi"]["paper.due"], WORDS["vi"]["paper.ask"]} & set(texts)


def test_it_speaks_the_language_of_the_citizen():
    paper = replace(RECEIPT, language="en")

    assert TextBlock(WORDS["en"]["paper.next"], 30, "Bold") in receipt(paper, WORDS)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_test_page_shows_both_edges_and_a_code(width: int, tmp_path: Path):
    image = typeset(printouts.test_page(WORDS["vi"], 80, width, "0.1.0"), width)

    assert edges(image) == (0, width - 1)
    assert str(width) in scanned(image, tmp_path)


def edges(image: Image.Image) -> tuple[int, int]:
    """The first and the last column with ink."""
    columns = [not image.crop((x, 0, x + 1, image.height)).getextrema()[0] for x in range(image.width)]
    return columns.index(True), len(columns) - 1 - columns[::-1].index(True)


def test_a_rule_goes_from_edge_to_edge():
    assert edges(typeset([Rule(4)], 384)) == (0, 383)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "paper",
    [
        (TextBlock("Nghiêng " * 40),),
        (TextBlock("x" * 300, 34, "Bold", centred=True),),
        (TextBlock("Ặ"),),
        (DigitGroups("1234 5678 9012 3456 7890"),),
        (QrBlock("https://example.vn/" + "x" * 200),),
    ],
    ids=["long", "one long word", "one letter", "number", "long link"],
)
def test_nothing_is_cut_off_at_the_edges(width: int, paper: Paper):
    wide = typeset(paper, width)
    left, right = edges(wide)

    assert 0 <= left <= right < width
    assert len(heights(wide)) >= 1
    assert wide.crop((0, 0, width, 1)).getextrema()[0] == 255


def test_a_number_stays_in_pairs_of_groups():
    assert len(heights(typeset([DigitGroups("6120 0123 4567 8942 0049")], 384))) == 3


def test_letters_that_came_apart_are_put_together():
    """Text typed on some systems carries its marks apart (NFD): two glyphs would be printed."""
    whole, apart = "Hòa Thắng", unicodedata.normalize("NFD", "Hòa Thắng")

    assert typeset([TextBlock(whole)], 384).tobytes() == typeset([TextBlock(apart)], 384).tobytes()


def test_the_contents_are_in_no_log_line():
    assert RECEIPT.number not in repr(RECEIPT)
    assert LINK not in repr(RECEIPT)
