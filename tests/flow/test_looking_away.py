"""Who looks away from what they are telling: how long nobody asks, and how it goes on afterwards."""

import pytest
from msgspec.structs import replace

from kiosk.domain.complaint import About, ComplaintStatus, PublicStatus
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.text_input import Kind, beginning
from tests.support.complaint_play import at, play

TOLD_NOTHING = ComplaintDraft(wants_reply=False, about=About.RULE)
TOLD = replace(TOLD_NOTHING, text="Xin thêm ghế.")


@pytest.mark.parametrize(("text", "seconds", "asked_s"), [("", 120, 60), ("a" * 49, 120, 60), ("a" * 50, 240, 120)])
def test_who_tells_something_may_look_away(text: str, seconds: int, asked_s: int):
    writing = at(t.Write(ComplaintPart.TEXT, TOLD_NOTHING, beginning(Kind.WORDS, text)), touched_at=0)

    assert play(writing, w.Tick(), now=seconds - 1)[0].place == writing.place
    asked, _ = play(writing, w.Tick(), now=seconds)
    assert asked.place == w.StillThere(writing.place, seconds + asked_s)
    assert play(asked, w.Tick(), now=seconds + asked_s - 1)[0].place == asked.place
    given_up, _ = play(asked, w.Tick(), now=seconds + asked_s)
    assert isinstance(given_up.place, w.LeftOff if text else w.Idle)


@pytest.mark.parametrize("read", [False, True])
def test_a_draft_stands_behind_the_first_question_no_longer_than_anything_else(read: bool):
    """However much was written: there is little to read there, and whoever comes next would find it."""
    kind = t.ChooseKind(draft=replace(TOLD, text="a" * 60))
    place = t.ReadLaw(kind) if read else kind

    asked, _ = play(at(place, touched_at=0), w.Tick(), now=45)

    assert asked.place == w.StillThere(place, 45 + 20)
    assert play(asked, w.Tick(), now=65)[0].place == w.LeftOff(place, 65 + 120)


BEGUN = {
    "a sentence half written": t.Write(ComplaintPart.TEXT, TOLD_NOTHING, beginning(Kind.WORDS, "Tôi")),
    "what is read back": t.ReadBack(TOLD),
    "the consent after a name": t.AskConsent(replace(TOLD_NOTHING, wants_reply=True, name="An")),
    "which part to correct": t.Correct(TOLD),
}


@pytest.mark.parametrize("place", BEGUN.values(), ids=[*BEGUN])
def test_what_was_begun_in_words_goes_on_for_two_minutes_after_a_time_out(place):
    left, effects = play(at(w.StillThere(place, until=50), language="en"), w.Tick(), now=50)
    assert (left.place, left.language, effects) == (w.LeftOff(place, 170), "en", [])

    again, _ = play(left, t.ContinueAsked(), now=169)
    assert (again.place, again.language) == (place, "en")

    gone, _ = play(left, w.Tick(), now=170)
    assert (gone.place, gone.language) == (w.Idle(), "vi")


def test_what_was_begun_is_nobodys_once_the_next_citizen_has_come():
    left = at(w.LeftOff(t.ReadBack(TOLD), until=170))

    scanned, _ = play(left, w.Scanned("H15-1"))
    home, _ = play(left, w.WentHome())
    waited_for, _ = play(at(w.StillThere(t.ReadBack(TOLD), 50, scanned=True)), w.Tick(), now=50)

    assert isinstance(scanned.place, w.LookingUpDossier)
    assert home.place == waited_for.place == w.Idle()
    assert TOLD.text not in repr(left)


@pytest.mark.parametrize(
    "place",
    [
        t.Record(TOLD_NOTHING),
        t.ReadBack(replace(TOLD_NOTHING, spoken_ms=9000)),
        t.Choose(ComplaintPart.ABOUT, TOLD_NOTHING),
    ],
)
def test_without_words_there_is_nothing_to_go_on_with(place):
    """A recording is gone with its screen: its sound was in memory only."""
    assert play(at(w.StillThere(place, until=50)), w.Tick(), now=50)[0].place == w.Idle()


@pytest.mark.parametrize("scanned", ["", "a-token-of-the-receipt"])
def test_an_answer_to_the_office_is_not_kept_for_whoever_comes_next(scanned: str):
    """It would lead the next person to the question, and into a matter, that are not theirs."""
    asks = t.ComplaintFound(PublicStatus(ComplaintStatus.NEEDS_MORE, answer="Con đường nào?"), may_answer=True)
    writing = t.WriteSupplement(t.ShowStatus("12", asks, token=scanned), beginning(Kind.WORDS, "Đường Hùng Vương"))

    asked, _ = play(at(writing, touched_at=0), w.Tick(), now=120)
    assert asked.place == w.StillThere(writing, 180)
    left, effects = play(asked, w.Tick(), now=180)

    assert (left.place, effects) == (w.Idle(), [])
