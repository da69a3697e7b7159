"""What a counter's staff see of it, in five parts: dossiers to return, what citizens asked for, how they rated, what
they wrote, and more: hours and the counter's objections.

Every number was released by the district in groups; nothing stands beside a score.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.domain.counter_figures import Trend
from kiosk.domain.questionnaire import in_language
from kiosk.domain.rating import Score
from kiosk.flow.state.counter_view import CounterQueueView, CounterView, DueDossiers, DueList, PeriodView, Signer, Wish
from kiosk.flow.state.screens import PageTurned
from kiosk.flow.state.staff import StaffPart, StaffPartChosen, StaffView
from kiosk.texts import Strings
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.page import Page
from kiosk.ui.screens.staff_words import (
    MorePart,
    WordsPart,
    fill_more,
    fill_words,
    is_short_of_room,
    read_parts,
)
from kiosk.ui.widgets import Surface
from kiosk.ui.widgets.fitting import height_of, natural_height
from kiosk.ui.widgets.press import USUAL

MAX_WISHES = 3
#: so many codes are named where there is hardly any room, where there is little, and where there is more
ONE, FEW, MANY = 1, 2, 4
#: how high a line is, of its letters
LINE = 1.45
#: between two codes in a line
BETWEEN = "\N{NO-BREAK SPACE}· "


class FaceLine(Surface):
    """One score: its face, a bar as long as its share, its count."""

    m = ObjectProperty(USUAL, rebind=True)
    least = NumericProperty(0)
    score = NumericProperty(3)
    count = StringProperty("")
    share = NumericProperty(0)


class PeriodCard(Surface):
    """One period: its days, how many rated of how many, the five faces, and how it stands to the period before."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)
    title = StringProperty("")
    count = StringProperty("")
    change = StringProperty("")

    def fill_in(self, title: str, count: str, change: str, scores: Sequence[int] | None) -> None:
        """Shows one period; without ``scores`` there are too few for a share, and each face has a dash."""
        self.title, self.count, self.change = title, count, change
        rows = self.ids.rows
        if not rows.children:
            for score in reversed(Score):
                rows.add_widget(FaceLine(m=self.m, least=self.least, score=int(score)))
        total = sum(scores or ())
        for row in rows.children:
            given = scores[int(row.score) - 1] if scores else 0
            row.count = str(given) if scores else "–"
            row.share = given / total if total else 0


class DueCard(Surface):
    """Dossiers that are due on some days: how many, and the first of them."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)
    title = StringProperty("")
    count = StringProperty("")
    named = StringProperty("")
    urgent = BooleanProperty(False)


class WishCard(Surface):
    """One thing that citizens said: its drawing, its words, how many said it."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)
    picture = StringProperty("")
    words = StringProperty("")
    count = StringProperty("")


class DuePart(BoxLayout):
    """Past their day, due today, due on the next working day."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)


class AskedPart(BoxLayout):
    """What citizens asked for most, one thing to try, and what they praised."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)
    title = StringProperty("")
    some = BooleanProperty(False)
    advice = StringProperty("")
    praise = StringProperty("")


class RatedPart(BoxLayout):
    """Seven days and the month."""

    m = ObjectProperty(USUAL, rebind=True)
    line = NumericProperty(0)
    least = NumericProperty(0)


class StaffViewPage(Page):
    line = NumericProperty(0)
    least = NumericProperty(0)
    who = StringProperty("")
    who_lines = NumericProperty(1)
    note = StringProperty("")
    waits_and_late = BooleanProperty(False)
    part = StringProperty("due")
    roomy = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self._parts: dict[StaffPart, Any] = {}
        super().__init__(**kwargs)

    def show(self, place: StaffView, now: float) -> None:
        view, self.part = place.view, str(place.part)
        self.roomy = not (self.m.portrait or self.m.narrow or self.m.crowded or self.m.tight)
        self.least, self.line = smallest_type(self.m), line_height(self.m)
        self.who = self._who(view.signer)
        shown = self._part(place.part)
        if shown.parent is not self.ids.body:
            self.ids.body.clear_widgets()
            self.ids.body.add_widget(shown)
        page = place.page
        fill: dict[StaffPart, Callable[[Any, CounterView, Strings], str]] = {
            StaffPart.DUE: fill_due,
            StaffPart.ASKED: fill_asked,
            StaffPart.RATED: fill_rated,
            StaffPart.WORDS: lambda part, view, words: fill_words(part, view, page, words),
            StaffPart.MORE: fill_more,
        }
        if place.part is StaffPart.WORDS:
            shown.turn = lambda: self.emit(PageTurned(page + 1))
        self.note = fill[place.part](shown, view, self.words)
        is_late = view.due is not None and view.due.late.n > 0
        self.waits_and_late = place.part is StaffPart.DUE and is_late and view.queue is not None

    def _who(self, signer: Signer) -> str:
        """The officer's number and the counter; the counter alone where both would be cut off."""
        counter = signer.counter.name
        both = self.words.say("pin.who", number=signer.officer_number, counter=counter)
        size, width = int(self.least), int(self.m.width - 2 * self.m.margin)
        room = height_of(size, 2 if self.m.portrait else 1)
        whole = natural_height(both, "BeBold", size, width, 0) <= room
        name = both if signer.officer_number and whole else counter
        fits = natural_height(name, "BeBold", int(self.line / LINE), width, 0) <= height_of(int(self.line / LINE), 1)
        self.who_lines = 1 if fits or not self.m.portrait else 2
        return name

    def _part(self, part: StaffPart) -> Any:
        kinds = {StaffPart.DUE: DuePart, StaffPart.ASKED: AskedPart, StaffPart.RATED: RatedPart}
        kinds |= {StaffPart.WORDS: WordsPart, StaffPart.MORE: MorePart}
        read_parts()
        if part not in self._parts:
            self._parts[part] = kinds[part](m=self.m, line=self.line, least=self.least)
        return self._parts[part]

    def forget(self) -> None:
        """The codes of dossiers and the words of citizens stand in no widget once the staff have left."""
        self.ids.body.clear_widgets()
        self._parts.clear()

    def turn_to(self, part: str) -> None:
        self.emit(StaffPartChosen(StaffPart(part)))


def smallest_type(m: Metrics) -> float:
    """The smallest letters here: on seven and eight inches those that are still read from so near."""
    return m.fine_font if m.compact else m.smallest_font


def line_height(m: Metrics) -> float:
    """How high a line of type is here: as large as the page has room for."""
    return LINE * max(smallest_type(m), min(m.body, m.height / (50 if m.portrait else 26)))


def waiting(queue: CounterQueueView | None, words: Strings) -> str:
    """Who waits for the counter's field; empty where no ticket system tells."""
    if queue is None or queue.waiting is None:
        return ""
    time = f"{queue.at:%H:%M}"
    if not queue.waiting:
        return words.say("staff_view.nobody_waits", time=time)
    key = "staff_view.waiting" if queue.longest is None else "staff_view.waiting_since"
    return words.say(key, time=time, n=queue.waiting, minutes=queue.longest)


def served(queue: CounterQueueView | None, words: Strings) -> str:
    """How many the counter has served today; empty where no ticket system tells."""
    return "" if queue is None or queue.served is None else words.say("staff_view.served", n=queue.served)


def fill_due(shown: Any, view: CounterView, words: Strings) -> str:
    """Shows what is to be returned; returns the line below it."""
    due, cards = view.due, (shown.ids.late, shown.ids.today, shown.ids.next)
    for card, (title, listed) in zip(cards, _due_lists(due, words), strict=True):
        late = card is shown.ids.late
        card.title, card.count = title, str(listed.n) if due else "–"
        card.named = _named(listed, card.m, words, late=late)
        card.urgent = late and listed.n > 0
    apology = words.say("staff_due.late_words", n=due.unapologised) if due and due.unapologised else ""
    if found := waiting(view.queue, words) or served(view.queue, words):
        more = apology or served(view.queue, words)
        return f"{found} {more}" if shown.m.portrait and more and more != found else found
    return apology or words["staff_due.unknown" if due is None else "staff_due.note"]


def _due_lists(due: DueDossiers | None, words: Strings) -> list[tuple[str, DueList]]:
    late, today = words["staff_due.late"], words["staff_due.today"]
    if due is None:
        return [(late, DueList()), (today, DueList()), (words["staff_due.next_unknown"], DueList())]
    weekday = words[f"rest.weekday_{due.next_day.isoweekday()}"]
    tomorrow = words.say("staff_due.next", weekday=weekday, day=_day(due.next_day))
    return [(late, due.late), (today, due.today), (tomorrow, due.next)]


def _named(listed: DueList, m: Metrics, words: Strings, *, late: bool) -> str:
    """The first codes, as many as there is room for, and how many more there are."""
    with_day = late and not m.tight
    shown = ONE if m.tight and m.portrait else FEW if m.tight or (late and not m.portrait) else MANY
    lines = []
    for each in listed.named[:shown]:
        code = _short(each.code) or words["staff_due.no_code"]
        lines.append(words.say("staff_due.since", code=code, day=_day(each.due_on)) if with_day else code)
    if listed.n > len(lines) and lines:
        lines.append(words.say("staff_due.more", n=listed.n - len(lines)))
    return BETWEEN.join(each.replace(" ", "\N{NO-BREAK SPACE}") for each in lines)


def _short(code: str) -> str:
    """A code without the office's own part, which is the same on all of them.

    >>> _short("H15.50.05.13-261108-0975")
    '261108-0975'
    """
    return "-".join(code.split("-")[-2:])


def fill_asked(shown: Any, view: CounterView, words: Strings) -> str:
    """Shows what citizens asked for and praised; returns the line below it."""
    cards = shown.ids.wishes
    cards.clear_widgets()
    for wish in view.wishes[:MAX_WISHES]:
        text, count = in_language(wish.words, *words.languages), words.say("staff_asked.times", n=wish.n)
        cards.add_widget(
            WishCard(m=shown.m, line=shown.line, least=shown.least, picture=wish.picture, words=text, count=count)
        )
    shown.some = bool(view.wishes)
    period = view.asked_in
    days = {"first": _day(period.first), "last": _day(period.last)} if period else {}
    shown.title = words.say("staff_asked.title", **days) if view.wishes else ""
    tip = next((each.to_try for each in view.wishes if f"staff_try.{each.to_try}" in words), "")
    shown.advice = words.say("staff_asked.kind", none=words["staff_asked.none"])
    if view.wishes:
        shown.advice = words.say("staff_asked.try", what=words[f"staff_try.{tip}"]) if tip else ""
    shown.praise = _praised(view.praise[: 1 if shown.m.tight else MAX_WISHES], words)
    return "" if is_short_of_room(shown.m) and view.wishes else words["staff_asked.note"]


def _praised(praise: Sequence[Wish], words: Strings) -> str:
    if not praise:
        return ""
    texts = [
        words.say("staff_asked.praised", what=in_language(each.words, *words.languages), n=each.n) for each in praise
    ]
    return words.say("staff_asked.praise", what=", ".join(texts))


def fill_rated(shown: Any, view: CounterView, words: Strings) -> str:
    """Shows how citizens rated; returns the line below it."""
    short = shown.m.tight
    for card, now, earlier, key in (
        (shown.ids.week, view.week, view.week_before, "week"),
        (shown.ids.month, view.month, view.month_before, "month"),
    ):
        if now is None:
            title = words[f"staff_rated.{key}_title"]
            card.fill_in(title, "", words["staff_rated.nothing"], None)
            continue
        title, count = words.say(f"staff_rated.{key}", first=_day(now.first), last=_day(now.last)), _count(now, words)
        if short:
            change = words[f"staff_rated.{now.figures.change}"]
            title, count = _short_title(now, words), ""
        else:
            change = _change(now, earlier, key, words)
        card.fill_in(title, count, change, now.figures.scores)
    return "" if is_short_of_room(shown.m) else words["staff_rated.note"]


def _short_title(period: PeriodView, words: Strings) -> str:
    """Which days they are, how many rated, and of how many who were served: in one line."""
    figures, days = period.figures, {"first": _day(period.first), "last": _day(period.last)}
    if not figures.rated:
        return words.say("staff_rated.days", **days)
    n, visits = figures.rated, figures.visits
    return words.say("staff_rated.short" if visits is None else "staff_rated.short_of", **days, n=n, visits=visits)


def _count(period: PeriodView, words: Strings) -> str:
    """How many rated, and of how many who were served."""
    figures = period.figures
    if figures.rated is None:
        return words["staff_rated.hidden"]
    if not figures.rated:
        return words["staff_rated.nobody"]
    if figures.visits is None:
        return words.say("staff_rated.count", n=figures.rated)
    return words.say("staff_rated.of", n=figures.rated, visits=figures.visits, silent=figures.visits - figures.rated)


def _change(now: PeriodView, earlier: PeriodView | None, key: str, words: Strings) -> str:
    """How it stands to the period before, in words; and how many of how many were satisfied then."""
    trend = words[f"staff_rated.{key}_{now.figures.change}"]
    scores = earlier.figures.scores if earlier else None
    if now.figures.change is Trend.UNKNOWN or scores is None or now.figures.scores is None:
        return trend
    good, before = sum(now.figures.scores[3:]), sum(scores[3:])
    counts = {"good": good, "n": sum(now.figures.scores), "before": before, "of": sum(scores)}
    return words.say("staff_rated.change", trend=trend, **counts)


def _day(day: date) -> str:
    return f"{day:%d/%m}"
