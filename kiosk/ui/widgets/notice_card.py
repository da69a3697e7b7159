"""A notice of the district on the idle screen: subject, title, text, and a QR code when it has one."""

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from kiosk.domain.reference import Notice, NoticeKind
from kiosk.texts import Strings
from kiosk.ui.widgets.press import USUAL
from kiosk.ui.widgets.surface import Surface


class NoticeCard(Surface):
    """``place`` says which of how many cards this is, e.g. ``2/6``; empty when there is only one.

    ``alone``: the card has the whole panel to itself, so that its words may be as large as the invitation's.
    ``slim``: it has half of a low panel: its words are small, and it has no QR code.
    """

    m = ObjectProperty(USUAL, rebind=True)
    alone = BooleanProperty(False)
    slim = BooleanProperty(False)
    #: without the line that says what it is about
    bare = BooleanProperty(False)
    picture = StringProperty("")
    heading = StringProperty("")
    place = StringProperty("")
    title = StringProperty("")
    text = StringProperty("")
    link = StringProperty("")
    link_words = StringProperty("")

    def show_notice(self, notice: Notice, words: Strings) -> None:
        """Shows a notice in a language."""
        kind = notice.kind if notice.kind in {*NoticeKind} else NoticeKind.GENERAL
        self.picture, self.heading = f"notice-{kind}", words[f"card.{kind}"]
        self.title, self.text = notice.text_in(words.language)
        self.link, self.link_words = "" if self.slim else notice.link, words["card.link"]
