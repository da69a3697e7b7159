"""Ask one question with five faces; one touch answers it."""

from collections.abc import Sequence

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from msgspec.structs import replace

from kiosk.domain.rating import Score, Stage
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.screens import Rate
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets.fitting import lines_in, natural_height, natural_width
from kiosk.ui.widgets.press import Touchable

#: how many lines another office may take where there is room for one
OFFICE_LINES = 2
#: between a face's edge and its words on an upright panel, in gaps
EDGE = 0.4


class Face(Touchable):
    """One of the five: a drawing ``above`` its words, or beside them where a word is too wide for that."""

    score = NumericProperty(3)
    words = StringProperty("")
    words_height = NumericProperty(0)
    words_size = NumericProperty(40)
    above = BooleanProperty(True)


class RatePage(Page):
    """Shows what is rated in as few words as the box knows, and asks."""

    title = StringProperty("")
    subject = StringProperty("")
    detail = StringProperty("")
    #: what is told of the dossier names another office, and is not cut
    whole = BooleanProperty(False)
    #: on a low panel that takes two lines
    lower = BooleanProperty(False)
    #: whether the five stand beside each other, each as large as a hand allows; else below each other
    in_a_row = BooleanProperty(True)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        for score in reversed(Score):
            face = Face(m=self.m, tone="card", score=int(score))
            face.bind(on_fire=lambda _, chosen=score: self.choose(str(int(chosen))))
            self.ids.faces.add_widget(face)
        self.ids.faces.children[0].fbind("size", self._even_out)

    def show(self, place: Rate, now: float) -> None:
        about = place.subject
        if place.invited_until is not None and about.procedure:  # at the counter's own kiosk its name tells nothing
            about = replace(about, counter=None)
        self.title = self.words["rate.title"] if place.invited_until is None else self._invitation()
        named, telling = about.procedure or about.counter, self._telling(about)
        self.subject, self.whole, self.lower = named or self.words["rate.dossier"], bool(about.office), False
        self.detail = " · ".join(self._details(about, telling))
        if self.m.compact:
            self._in_one_line(named, about, telling)

        for face in self.ids.faces.children:
            face.words = self.words[f"rate.face_{face.score}"]
        self.in_a_row = self._has_room_in_a_row()
        for face in self.ids.faces.children:
            face.above = self.in_a_row
        self._even_out()

    def _invitation(self) -> str:
        """The words of an invitation; where a language needs more lines for them than for the question, the question,
        which invites as well: the faces keep their room."""
        invitation, question = self.words["rate.invited"], self.words["rate.title"]
        size = self.m.heading if self.m.compact else self.m.display
        width = int(self.m.width - 2 * self.m.margin)
        longer = _lines_of(invitation, size, width) > _lines_of(question, size, width)
        return question if longer else invitation

    def _in_one_line(self, named: str | None, about: Subject, telling: Sequence[str]) -> None:
        """What is rated, where there is room for a line: first what tells that it is another's, of which nothing is
        cut. Another office is told in fewer words and in two lines; where that would be three, without the procedure,
        and in a language of long words by its name alone, which is not this office's."""
        if not about.office:
            self.subject, self.detail = _sentence([*telling, named] if named else telling) or self.subject, ""
            return
        day, office = telling[:-1], self.words.say("rate.office_short", office=about.office)
        width, usual = int(self.m.width - 2 * self.m.margin), int(min(self.m.body, self.m.heading))
        least = min(usual, self.m.smallest_font)
        tries = [*([[*day, office, named]] if named else []), [*day, office], [*day, about.office]]
        fitting = (line for line in map(_sentence, tries) if _lines_of(line, least, width) <= OFFICE_LINES)
        self.subject, self.detail = next(fitting, _sentence(tries[-1])), ""
        self.lower = _lines_of(self.subject, usual, width) > 1

    def _has_room_in_a_row(self) -> bool:
        """Whether no word is wider than a face there. On a panel lying on its side they always stand so."""
        faces = self.ids.faces.children
        each = (self.m.width - 2 * self.m.margin - (len(faces) - 1) * self.m.between) / len(faces)
        widest = max(_widest(face, self.m.smallest_font) for face in faces)
        return not self.m.portrait or widest <= each - 2 * EDGE * self.m.gap

    def _even_out(self, *_: object) -> None:
        """The words of all five get the same size and height, so that the faces stand in one line."""
        if not self.in_a_row:
            return
        faces = self.ids.faces.children
        width, room = (
            int(faces[0].width - 2 * faces[0].padding[0]),
            self.ids.faces.height * (0.55 if self.m.compact else 0.6),
        )
        size, least = self.m.body, self.m.fine_font if self.m.compact else self.m.smallest_font  # faces before words
        fewest = _lines(faces, self.m.smallest_font, width) if self.m.compact else 0
        while size > least and (
            _highest(faces, size, width) > room
            or max(_widest(face, size) for face in faces) > width
            or (size > self.m.smallest_font and fewest and _lines(faces, size, width) > fewest)
        ):
            size = max(least, int(size * 0.94))
        for face in faces:
            face.words_size, face.words_height = size, _highest(faces, size, width)

    def _telling(self, about: Subject) -> list[str]:
        """What tells somebody that the dossier is not theirs: its day, and another office. No panel leaves it out."""
        telling = []
        if about.code and about.received:
            key = "rate.received_short" if self.m.compact else "rate.received"
            day = self.words.say(key, day=about.received.day, month=about.received.month)
            telling.append(_together(day))
        if about.office:
            telling.append(self.words.say("rate.office", office=about.office))
        return telling

    def _details(self, about: Subject, telling: Sequence[str]) -> list[str]:
        details = []
        if about.stage is not Stage.UNKNOWN:
            details.append(_together(self.words[f"rate.stage_{about.stage.value}"]))
        details += telling
        if about.code and not (about.office and self.m.tight):
            details.append(_together(self.words.say("rate.code", code=short_code(about.code.text))))
        if about.counter and about.procedure and not about.office:
            details.append(about.counter)
        return details


def _highest(faces: Sequence[Face], size: int, width: int) -> int:
    return max(natural_height(face.words, "BeSemiBold", size, max(1, width), 0) for face in faces)


def _lines_of(words: str, size: int, width: int) -> int:
    return lines_in(size, natural_height(words, "BeSemiBold", size, width, 0))


def _lines(faces: Sequence[Face], size: int, width: int) -> int:
    return lines_in(size, _highest(faces, size, width))


def _widest(face: Face, size: int) -> int:
    return max(natural_width(word, "BeSemiBold", size) for word in face.words.split(" ")) if face.words else 0


def _sentence(parts: Sequence[str]) -> str:
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]


def _together(words: str) -> str:
    return words.replace(" ", "\u00a0")


def short_code(code: str) -> str:
    """The last part of a code: enough for its owner to know it, too little for who looks over a shoulder.

    >>> short_code("H15.50.05.13-261008-0975")
    '…0975'
    """
    return "…" + code.rsplit("-", 1)[-1][-7:]
