"""Without a name and a reply, or with a number and a reply: who cannot read the law's words chooses between two
envelopes; what they are by law stands behind the "i"."""

from typing import Any

import pytest

from kiosk.flow.state.preferences import Preferences
from tests.support.fakes import ANSWER_DAYS, INTAKE
from tests.ui.complaint_states import ON_DUTY
from tests.ui.layout_faults import is_control, solid, texts_of
from tests.ui.test_layout import laid_out  # noqa: F401  (the fixture lays out on every panel)

STEPS = (0, 1, 2)
#: the law's words for what can be told here, as they stand nowhere among the choices
LAW = {"vi": ("góp ý", "phản ánh", "kiến nghị"), "en": ("feedback", "proposal", "suggestion", "comment")}
#: how large an envelope is at least, of the height of a capital in the usual text
LEAST_ENVELOPE = 2.0


def said(page: Any) -> str:
    return " ".join(" ".join(text.text.split()) for text in texts_of(page)).replace("\u00a0", " ")


def cards(page: Any) -> list[Any]:
    return list(page.ids.cards.children[::-1])


@pytest.mark.parametrize("language", LAW)
def test_two_envelopes_are_drawn_and_said_in_plain_words_on_every_panel(laid_out: Any, language: str) -> None:  # noqa: F811
    for step in STEPS:
        page = laid_out("tell-kind", language, preferences=Preferences(step))
        nameless, answered = cards(page)

        assert [each.picture for each in (nameless, answered)] == ["tell-without-name", "tell-with-number"], step
        for each in (nameless, answered):
            drawn = next(w for w in solid(each) if getattr(w, "name", "") == each.picture)
            assert min(drawn.drawn) >= LEAST_ENVELOPE * page.m.smallest_font * 0.74, f"{each.picture} at step {step}"
        assert not [word for word in LAW[language] for each in (nameless, answered) if word in each.words.lower()]
        assert "11/12" in answered.words, "by when there is a reply"
        assert page.words["tell.kind_not_short"] in said(page)


@pytest.mark.parametrize("language", LAW)
def test_no_day_is_promised_that_the_kiosk_cannot_know(laid_out: Any, language: str) -> None:  # noqa: F811
    for step in STEPS:
        page = laid_out("tell-kind-offline", language, preferences=Preferences(step))
        answered = cards(page)[1].words

        assert "/" not in answered
        assert page.m.tiny or str(ANSWER_DAYS) in answered


@pytest.mark.parametrize("language", LAW)
def test_behind_the_i_stand_what_these_are_where_else_to_go_and_the_law(laid_out: Any, language: str) -> None:  # noqa: F811
    for step in STEPS:
        page = laid_out("tell-kind", language, preferences=Preferences(step))
        assert [w.picture for w in solid(page) if is_control(w) and getattr(w, "picture", "") == "info"] == ["info"]

        page = laid_out("tell-law", language, preferences=Preferences(step))
        text = page.reader._text.lower()
        assert INTAKE.reception is not None
        for word in (
            "góp ý",
            "phản ánh, kiến nghị",
            "khiếu nại",
            "20/2008/nđ-cp",
            INTAKE.reception.name.lower(),
            "0262 3850 123",
        ):
            assert word in text, word
        assert ON_DUTY.post.lower() not in text
        page = laid_out("tell-law-on-duty", language, preferences=Preferences(step))
        told = page.reader._text
        assert (ON_DUTY.post in told, "02633850123" in told.replace(" ", "")) == (True, True)
        turns = 0
        while page.reader.can_scroll(up=False):
            page.turn()
            turns += 1
        assert turns <= (12 if page.m.tiny and step else 8), f"read in {turns} touches at step {step}"
