"""How to rate what one holds: the drawing of scanning again, large, and the two other ways as cards."""

from collections.abc import Sequence

from kivy.properties import StringProperty

from kiosk.domain.questionnaire import Option
from kiosk.domain.scanner_side import ScannerSide
from kiosk.flow.state.begin import BeginRating
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.card_page import CardPage
from kiosk.ui.screens.idle import pose


class BeginRatingPage(CardPage):
    """Whoever touched the first door sees how a slip is scanned, and what to do without."""

    with_actions = False
    splits = False
    #: the drawing, and what it says; both empty where there is no scanner
    pose = StringProperty("")
    how = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._since = 0.0
        super().__init__(**kwargs)

    def show(self, place: BeginRating, now: float) -> None:
        self._since = now
        scans = self.scanner != ScannerSide.NONE
        self.how = self.here(self.words, "idle.how_short" if self.m.tight else "idle.how") if scans else ""
        ways = [("type", "idle.type", "way-type"), ("no_paper", "idle.no_paper", "way-no-paper")]
        cards = [Option(answer, (("vi", self.words[key]),), picture) for answer, key, picture in ways]
        self.ask(self.words["idle.rate"], cards, ())

    def pass_time(self, now: float) -> None:
        self.pose = pose(self.scanner, max(0.0, now - self._since)) if self.how else ""

    def fonts(self, m: Metrics) -> Sequence[int]:
        return (m.body,) if m.portrait else super().fonts(m)

    def keeps_low(self) -> bool:
        """The drawing stands above the cards, or beside them: there is nothing to move."""
        return False

    def columns(self, count: int) -> Sequence[int]:
        return (count, 1) if self.m.portrait else (1, count)
