"""The papers that the kiosk prints, in words: a citizen's receipt, and a technician's test page."""

from collections.abc import Mapping
from datetime import date

from kiosk.domain.receipt import page_in_letters
from kiosk.flow.state.printing import ReceiptPaper
from kiosk.hardware.printer.typeset import Block, Code, Gap, Groups, Rule, Text
from kiosk.texts import Words

TEST_NUMBER = "1234 5678 9012 3456"
SMALL, USUAL, LARGE = 26, 30, 34


def receipt(paper: ReceiptPaper, languages: Mapping[str, Words]) -> tuple[Block, ...]:
    """What a citizen takes home in their language, read from top to bottom: whose it is, the number, by when, where to
    look and ask."""
    words = languages[paper.language]
    blocks: list[Block] = [
        Text(paper.office, USUAL, "SemiBold", centred=True),
        Gap(10),
        Rule(),
        Gap(10),
        Text(words["paper.title"], LARGE, "Bold", centred=True),
        Gap(),
        Text(words["paper.number"], USUAL, centred=True),
        Groups(paper.number),
        Gap(8),
        Text(words.say("paper.received", date=_day(paper.received, words)), USUAL, centred=True),
    ]
    if paper.due:
        blocks += [Gap(8), Text(words["paper.due"], USUAL, centred=True)]
        blocks.append(Text(_day(paper.due, words), LARGE, "Bold", centred=True))
    elif paper.days:
        blocks += [Gap(8), Text(words.say("receipt.due_days", days=paper.days), USUAL, "SemiBold", centred=True)]
    blocks += [Gap(), Rule(), Gap(), *_next(paper, words), Code(paper.link), *_page(paper), *_asking(paper, words)]
    blocks += [Gap(), Rule(), Gap(), Text(words["paper.keep"], SMALL, "SemiBold", centred=True)]
    blocks += [Text(words["paper.secret"], SMALL, "SemiBold", centred=True), Gap(8)]
    return tuple(blocks)


def test_page(words: Words, mm: int, dots: int, version: str) -> tuple[Block, ...]:
    """Everything a receipt needs of a printer: all letters, large digits, a code, and both edges."""
    described = words.say("paper.test_paper", mm=mm, dots=dots, version=version)
    return (
        Text(words["paper.test_title"], LARGE, "Bold", centred=True),
        Text(described, SMALL, centred=True),
        Gap(),
        Rule(6),
        Text(words["paper.test_edges"], SMALL),
        Gap(),
        Text(words["paper.test_letters"], USUAL),
        Gap(),
        Groups(TEST_NUMBER),
        Gap(8),
        Text(words["paper.test_code"], SMALL),
        Code(described),
    )


def _next(paper: ReceiptPaper, words: Words) -> list[Block]:
    told = words["paper.next_reply" if paper.answered else "paper.next_no_reply"]
    return [Text(words["paper.next"], USUAL, "Bold"), Text(told, USUAL), Gap(10), Text(words["paper.look_up"], USUAL)]


def _page(paper: ReceiptPaper) -> list[Block]:
    return [Text(page_in_letters(paper.page), USUAL, "SemiBold", centred=True), Gap(10)] if paper.page else []


def _asking(paper: ReceiptPaper, words: Words) -> list[Block]:
    if not paper.ask_at and not paper.phone:
        return []
    blocks: list[Block] = [Text(words["paper.ask"], USUAL, "Bold")]
    if paper.ask_at:
        blocks.append(Text(paper.ask_at, USUAL))
    if paper.phone:
        blocks.append(Text(words["paper.phone"], USUAL))
        blocks.append(Text(paper.phone.replace(" ", "\N{NO-BREAK SPACE}"), LARGE, "Bold"))
    return blocks


def _day(day: date, words: Words) -> str:
    return words.say("paper.date", day=day.day, month=day.month, year=day.year)
