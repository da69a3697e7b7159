"""Compose the papers the kiosk prints: a citizen's receipt and a technician's test page."""

from collections.abc import Mapping
from datetime import date

from kiosk.domain.receipt import page_in_letters
from kiosk.flow.state.printing import AnswerPaper, Paper, ReceiptPaper
from kiosk.hardware.printer.typeset import Block, DigitGroups, Gap, QrBlock, Rule, TextBlock
from kiosk.texts import Strings

TEST_NUMBER = "1234 5678 9012 3456"
SMALL, USUAL, LARGE = 26, 30, 34


def blocks_of(paper: Paper, languages: Mapping[str, Strings]) -> tuple[Block, ...]:
    """What stands on a paper, read from top to bottom."""
    return answer(paper, languages) if isinstance(paper, AnswerPaper) else receipt(paper, languages)


def answer(paper: AnswerPaper, languages: Mapping[str, Strings]) -> tuple[Block, ...]:
    """An office's reply: who answered, to which number, when, and the words."""
    words = languages[paper.language]
    days = ((paper.received, "look.received_on"), (paper.answered_on, "look.answered_on"))
    lines = [words.say(key, date=_day(day, words)) for day, key in days if day]
    return (
        TextBlock(paper.office, LARGE, "Bold", centred=True),
        Gap(10),
        Rule(),
        Gap(10),
        TextBlock(words["paper.number"], USUAL, centred=True),
        DigitGroups(paper.number),
        Gap(8),
        *(TextBlock(line, USUAL, centred=True) for line in lines),
        Gap(),
        Rule(),
        Gap(),
        *(TextBlock(words[key], USUAL, "SemiBold") for key in paper.conclusion),
        *(TextBlock(line, USUAL) for line in paper.answer.split("\n") if line.strip()),
        Gap(),
        Rule(),
        Gap(),
        TextBlock(words["paper.keep"], SMALL, "SemiBold", centred=True),
        Gap(8),
    )


def receipt(paper: ReceiptPaper, languages: Mapping[str, Strings]) -> tuple[Block, ...]:
    """What a citizen takes home in their language, read from top to bottom: whose it is, the number, by when, where to
    look and ask."""
    words = languages[paper.language]
    blocks: list[Block] = [
        TextBlock(paper.office, USUAL, "SemiBold", centred=True),
        Gap(10),
        Rule(),
        Gap(10),
        TextBlock(words["paper.title"], LARGE, "Bold", centred=True),
        Gap(),
        TextBlock(words["paper.number"], USUAL, centred=True),
        DigitGroups(paper.number),
        Gap(8),
        TextBlock(words.say("paper.received", date=_day(paper.received, words)), USUAL, centred=True),
    ]
    if paper.due:
        blocks += [Gap(8), TextBlock(words["paper.due"], USUAL, centred=True)]
        blocks.append(TextBlock(_day(paper.due, words), LARGE, "Bold", centred=True))
    elif paper.days:
        blocks += [Gap(8), TextBlock(words.say("receipt.due_days", days=paper.days), USUAL, "SemiBold", centred=True)]
    blocks += [Gap(), Rule(), Gap(), *_next(paper, words), QrBlock(paper.link), *_page(paper), *_asking(paper, words)]
    blocks += [Gap(), Rule(), Gap(), TextBlock(words["paper.keep"], SMALL, "SemiBold", centred=True)]
    blocks += [TextBlock(words["paper.secret"], SMALL, "SemiBold", centred=True), Gap(8)]
    return tuple(blocks)


def test_page(words: Strings, mm: int, dots: int, version: str) -> tuple[Block, ...]:
    """Everything a receipt needs of a printer: all letters, large digits, a code, and both edges."""
    described = words.say("paper.test_paper", mm=mm, dots=dots, version=version)
    return (
        TextBlock(words["paper.test_title"], LARGE, "Bold", centred=True),
        TextBlock(described, SMALL, centred=True),
        Gap(),
        Rule(6),
        TextBlock(words["paper.test_edges"], SMALL),
        Gap(),
        TextBlock(words["paper.test_letters"], USUAL),
        Gap(),
        DigitGroups(TEST_NUMBER),
        Gap(8),
        TextBlock(words["paper.test_code"], SMALL),
        QrBlock(described),
    )


def _next(paper: ReceiptPaper, words: Strings) -> list[Block]:
    draft = words["paper.next_reply" if paper.answered else "paper.next_no_reply"]
    return [
        TextBlock(words["paper.next"], USUAL, "Bold"),
        TextBlock(draft, USUAL),
        Gap(10),
        TextBlock(words["paper.look_up"], USUAL),
    ]


def _page(paper: ReceiptPaper) -> list[Block]:
    return [TextBlock(page_in_letters(paper.page), USUAL, "SemiBold", centred=True), Gap(10)] if paper.page else []


def _asking(paper: ReceiptPaper, words: Strings) -> list[Block]:
    if not paper.ask_at and not paper.phone:
        return []
    blocks: list[Block] = [TextBlock(words["paper.ask"], USUAL, "Bold")]
    if paper.ask_at:
        blocks.append(TextBlock(paper.ask_at, USUAL))
    if paper.phone:
        blocks.append(TextBlock(words["paper.phone"], USUAL))
        blocks.append(TextBlock(paper.phone.replace(" ", "\N{NO-BREAK SPACE}"), LARGE, "Bold"))
    return blocks


def _day(day: date, words: Strings) -> str:
    return words.say("paper.date", day=day.day, month=day.month, year=day.year)
