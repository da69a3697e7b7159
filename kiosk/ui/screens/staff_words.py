"""Two further parts of what a counter's staff see: what citizens wrote, and the hours in which they rated beside the
counter's own objections.

The words were released by the district in batches; they say no day, no hour and nobody.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget
from msgspec import Struct

from kiosk.domain.counter_notes import CounterNotes, OwnInquiry, OwnObjection
from kiosk.domain.released_remark import ReleasedBatch, ReleasedRemark
from kiosk.flow.state.counter_view import CounterView
from kiosk.texts import Strings
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens import read_rules
from kiosk.ui.widgets import Surface
from kiosk.ui.widgets.fitting import height_of, natural_height
from kiosk.ui.widgets.press import USUAL, Press
from kiosk.ui.widgets.text import Text

FONT = "BeMedium"
LINE = 1.45
"""How high a line is, of its letters."""
SMALL_UPRIGHT = 46
"""A screen that stands and is lower than so many times the type has no room to spare."""
LOW = 24
"""A screen that lies and is lower than so many times the type names thanks and wishes in their own line."""
BATCH_FLOOR = 8
"""Of how many dossiers a batch tells at least (sync.district.domain.remark_batch)."""


class RemarkCard(Surface):
    """One remark: whether it is thanks or a wish, and its words."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)
    side = StringProperty("")
    words = StringProperty("")
    thanks = BooleanProperty(False)


class TurnPress(Press):
    """On to the next page: beside the words where the screen lies, below them where it stands."""


class WordsPart(BoxLayout):
    """What citizens wrote, page by page."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)
    title = StringProperty("")
    none = StringProperty("")
    turn_words = StringProperty("")
    several = BooleanProperty(False)
    turn_width = NumericProperty(0)
    turn = ObjectProperty(None, allownone=True)


class HourChip(Surface):
    """One hour of the day; filled where enough citizens rated in it."""

    m = ObjectProperty(USUAL, rebind=True)
    least = NumericProperty(0)
    words = StringProperty("")
    rated = BooleanProperty(False)


class MorePart(BoxLayout):
    """The hours of the day, and the counter's objections."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)
    hours_title = StringProperty("")
    hours_words = StringProperty("")
    columns = NumericProperty(4)


class WordsPage(Struct, frozen=True):
    """What is read at once: a line above, and remarks of one batch."""

    title: str
    remarks: tuple[ReleasedRemark, ...]


def read_parts() -> None:
    """The rules of these parts, read once."""
    read_rules(Path(__file__).with_suffix(".kv"))


def fill_words(shown: Any, view: CounterView, page: int, words: Strings) -> str:
    """Shows a page of what citizens wrote; returns the line below it."""
    m: Metrics = shown.m
    size, shown.turn_width = int(shown.line / LINE), round(m.target + 3.4 * m.body)
    beside = 0 if m.portrait else shown.turn_width + m.between
    heights = card_heights(m, size, shown.line, int(m.width - 2 * m.margin - beside - 3.2 * m.gap), words)
    room = words_room(m, shown.line)
    pages = words_pages(view.notes, heights, room, m.gap, words)
    cards = shown.ids.cards
    cards.clear_widgets()
    shown.several, shown.none = len(pages) > 1, ""
    if not pages:
        shown.title, shown.turn_words = "", ""
        shown.none = words.say("staff_words.none", n=BATCH_FLOOR)
        return ""
    at = page % len(pages)
    shown.title, turn = pages[at].title, "staff_words.turn" if m.portrait else "staff_words.turn_short"
    shown.turn_words = words.say(turn, page=at + 1, pages=len(pages)) if shown.several else ""
    for each in pages[at].remarks:
        side = _side(each, words)
        text = f"{side}: {each.words}" if says_side_before(m) else each.words
        side = "" if says_side_before(m) else side
        card = RemarkCard(m=m, line=shown.line, least=shown.least, side=side, words=text, thanks=each.is_thanks)
        card.height = min(heights(each), room)
        cards.add_widget(card)
    return "" if is_short_of_room(m) else words["staff_words.note"]


def is_short_of_room(m: Metrics) -> bool:
    """Whether a page has no room for a line below it: it lies and is low, or stands, with two rows of buttons, and is
    small."""
    return m.compact or (m.portrait and m.height < SMALL_UPRIGHT * m.base)


def says_side_before(m: Metrics) -> bool:
    """Whether thanks and wishes are named before their words, for want of a line."""
    return not m.portrait and m.height < LOW * m.base


def words_room(m: Metrics, line: float) -> int:
    """How high the cards of a page may be together: what is left beside the counter's name, the title, the line below
    and the buttons."""
    below = 0 if is_short_of_room(m) else 2 if m.portrait else 1
    lines = below + (2 + 2 if m.portrait else 2)
    turning = m.target + m.gap + 2 * m.target - m.row + m.between if m.portrait else 0
    return int(m.height - 2 * m.margin - m.row - turning - lines * line - 5 * m.gap)


def card_heights(m: Metrics, size: int, line: float, width: int, words: Strings) -> Any:
    """How high the card of a remark is."""
    before = says_side_before(m)
    around = 2 * m.gap * (0.4 if m.tight else 0.8) + (0 if before else line)

    def height(remark: ReleasedRemark) -> int:
        text = f"{_side(remark, words)}: {remark.words}" if before else remark.words
        return int(natural_height(text, FONT, size, width, 0) + around + 2)

    return height


def _side(remark: ReleasedRemark, words: Strings) -> str:
    return words["staff_words.thanks" if remark.is_thanks else "staff_words.wish"]


def words_pages(notes: CounterNotes, heights: Any, room: int, gap: int, words: Strings) -> list[WordsPage]:
    """The pages: first the counter's own batch, then that of the unit; as many remarks on each as there is room for."""
    pages = []
    for batch, key in ((notes.own, "own"), (notes.of_unit, "of_unit")):
        if batch is None:
            continue
        title = _title(batch, key, words)
        page, used = list[ReleasedRemark](), 0
        for each in batch.remarks:
            height = heights(each) + gap
            if page and used + height > room:
                pages.append(WordsPage(title, tuple(page)))
                page, used = [], 0
            page.append(each)
            used += height
        if page:
            pages.append(WordsPage(title, tuple(page)))
    return pages


def _title(batch: ReleasedBatch, key: str, words: Strings) -> str:
    month = f"{batch.month:%m/%Y}"
    if batch.n > len(batch.remarks):
        return words.say(f"staff_words.{key}_some", month=month, n=len(batch.remarks), of=batch.n)
    return words.say(f"staff_words.{key}", month=month, n=batch.n)


def fill_more(shown: Any, view: CounterView, words: Strings) -> str:
    """Shows the hours and the objections; returns the line below them."""
    hours, grid = view.notes.hours, shown.ids.hours
    grid.clear_widgets()
    shown.columns = 5 if shown.m.portrait and is_short_of_room(shown.m) else 4
    asked = inquiries_words(view.notes.inquiries, words)
    usual, beside = (3, 1) if shown.m.compact else (6, 2)
    listed_objections = [_objection(each, words) for each in view.notes.objections[: beside if asked else usual]]
    _fill_objections(shown, listed_objections or [words["staff_more.no_objections"]], asked, words)
    if hours is None:
        shown.hours_title, shown.hours_words = words["staff_more.hours"], words["staff_more.no_hours"]
        return ""
    shown.hours_title = words.say("staff_more.hours_of", month=f"{hours.month:%m/%Y}")
    shown.hours_words = words[_how(is_short_of_room(shown.m), hours.unknown)]
    listed: Sequence[int] = hours.rated if hours.unknown else sorted({*hours.rated, *view.open_hours})
    for hour in listed:
        chip = HourChip(m=shown.m, least=shown.least, rated=hour in hours.rated)
        key = "staff_more.hour" if shown.m.portrait and shown.m.width > 26 * shown.m.base else "staff_more.hour_short"
        chip.words = words.say(key, first=hour, last=hour + 1)
        grid.add_widget(chip)
    for _empty in range(-len(listed) % int(shown.columns)):
        grid.add_widget(Widget(size_hint_y=None, height=chip_height(shown.m, shown.least)))
    return "" if is_short_of_room(shown.m) else words["staff_more.note"]


def _how(short: bool, unknown: bool) -> str:
    if unknown:
        return "staff_more.unknown_short" if short else "staff_more.unknown"
    return "staff_more.hours_how_short" if short else "staff_more.hours_how"


def _fill_objections(shown: Any, lines: Sequence[str], asked: str, words: Strings) -> None:
    column = shown.ids.objections
    column.clear_widgets()
    style = {"hug": True, "most": shown.m.body, "least": shown.least, "halign": "left"}
    column.add_widget(Text(words=words["staff_more.objections"], weight="Bold", **style))
    for line in lines:
        column.add_widget(Text(words=line, **style))
    if asked:
        column.add_widget(Text(words=asked, weight="SemiBold", **style))
    column.add_widget(Widget())


def inquiries_words(inquiries: Sequence[OwnInquiry], words: Strings) -> str:
    """How many of the counter's inquiries wait, and by when the last of them is answered; how many were answered."""
    due = [each.until for each in inquiries if each.until is not None]
    answered = len(inquiries) - len(due)
    day = f"{max(due):%d/%m}" if due else ""
    if not inquiries:
        return ""
    some = "staff_more.inquiries_wait" if due else "staff_more.inquiries_answered"
    key = "staff_more.inquiries_both" if due and answered else some
    return words.say(key, n=len(due), day=day, answered=answered)


def _objection(objection: OwnObjection, words: Strings) -> str:
    month = f"{objection.month:%m/%Y}"
    if objection.until is not None:
        return words.say("staff_more.waits", month=month, day=f"{objection.until:%d/%m}")
    return words.say(f"staff_more.{objection.state}", month=month)


def chip_height(m: Metrics, least: float) -> int:
    """How high an hour is."""
    return height_of(int(least if m.compact else max(least, m.body * 0.8)), 1) + m.gap
