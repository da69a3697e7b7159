"""Without looking, with real fingers on the real window: from the face to the thank-you, and from idle to a receipt."""

import pytest

from kiosk.domain.complaint import About, ReplyBy
from kiosk.domain.rating import Score
from kiosk.flow.input.non_visual import items_of
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.preferences import Preferences
from kiosk.flow.state.screens import Scanned
from tests.support.driver import Driver
from tests.support.fakes import CODE, INTAKE, RECEIPT, FakeDesk
from tests.ui.conftest import RULES
from tests.ui.test_voice import (
    BOTTOM_RIGHT,
    MIDDLE,
    TOP_LEFT,
    TOP_RIGHT,
    heard_out,
    hold_the_corner,
    touch,
)

PHONE = "0912345123"


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(hangs=Lobby(intake=INTAKE))


def choose(kiosk: Driver, *names: str) -> list[str]:
    """Goes on with a finger until this is said, and touches the middle; what is said then."""
    said: list[str] = []
    for name in names:
        for _ in range(20):
            if kiosk.state.pointed_at == name:
                break
            touch(kiosk, *BOTTOM_RIGHT)
        assert kiosk.state.pointed_at == name, f"{name} is not offered on {kiosk.place}"
        said = touch(kiosk, *MIDDLE)
    return said


def hear_to_the_end(kiosk: Driver, *meant: str) -> list[str]:
    """A list is heard to its end; what is said on the way."""
    said = touch(kiosk, *BOTTOM_RIGHT)
    for name in [each for each in items_of(kiosk.state, RULES) if not each.startswith(".")]:
        said += touch(kiosk, *(MIDDLE if name in meant else BOTTOM_RIGHT))
    touch(kiosk, *MIDDLE)
    return said


def dial(kiosk: Driver, digits: str) -> list[str]:
    said: list[str] = []
    for digit in digits:
        for _ in range(int(digit)):
            said += touch(kiosk, *BOTTOM_RIGHT)
        said += touch(kiosk, *MIDDLE)
    return said


def send_face(kiosk: Driver, meant: Score) -> list[str]:
    """The five faces are heard to their end and one of them is marked on the way; what is said when it is sent."""
    touch(kiosk, *BOTTOM_RIGHT)
    for score in reversed(Score):
        touch(kiosk, *(MIDDLE if score is meant else BOTTOM_RIGHT))
    return touch(kiosk, *MIDDLE)


def test_from_the_face_to_the_thank_you(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_corner(kiosk)
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(1)
    heard_out(kiosk)
    question = send_face(kiosk, Score.VERY_SATISFIED)
    answers = hear_to_the_end(kiosk, "late")
    hear_to_the_end(kiosk, "more")
    hear_to_the_end(kiosk, "none")

    assert question == ["ear.kept.ogg", "ear.optional.ogg", "mot-cua-3.time.ogg", "ear.list.ogg"]
    assert answers[-3:] == ["ear.picked.ogg", "digit.1.ogg", "ear.end.ogg"]
    assert kiosk.place == "Thanks"
    assert heard_out(kiosk) == []
    assert [draft.score for draft in desk.saved] == [Score.VERY_SATISFIED]
    assert [filled.form.answers for filled in desk.answers] == [
        (("time", ("late",)), ("contacts", ("more",)), ("agencies", ("none",)))
    ]
    touch(kiosk, *MIDDLE)
    assert (kiosk.place, kiosk.state.preferences) == ("Idle", Preferences())


def test_from_idle_to_a_receipt(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_corner(kiosk)
    heard_out(kiosk)
    said = choose(kiosk, "5")
    choose(kiosk, "complaint")
    hear_to_the_end(kiosk, "conduct")
    choose(kiosk, ".skip")
    hear_to_the_end(kiosk, "q2")
    choose(kiosk, "picked")
    hear_to_the_end(kiosk, "waited-long", "not-in-turn")
    number = dial(kiosk, PHONE)
    touch(kiosk, *MIDDLE)
    consent = choose(kiosk, "call")
    choose(kiosk, ".agree")
    touch(kiosk, *MIDDLE)
    receipt = choose(kiosk, ".send")
    dark = kiosk.said()
    read = choose(kiosk, ".read_out")

    assert said == ["tell.kind.ogg", "ear.items.ogg"]
    assert number.count("ear.tick.ogg") == sum(int(digit) for digit in PHONE)
    assert number[-1] == "ear.full.ogg"
    assert consent[:2] == ["ear.consent.ogg", "consent.dong-y-3.ogg"]
    assert receipt[:2] == ["ear.receipt.ogg", "ear.due.ogg"]
    assert receipt[-2:] == ["ear.overheard.ogg", "ear.items.ogg"]
    assert [text for text in dark if "6120" in text] == []
    assert "".join(name[6] for name in read if name.startswith("digit.")) == RECEIPT.number
    (filled,) = desk.told
    told = filled.draft
    assert (told.about, told.counter.counter_id) == (About.CONDUCT, "q2")
    assert told.sentences == ("waited-long", "not-in-turn")
    assert (told.contact_given().phone, told.contact_given().reply_by) == (PHONE, ReplyBy.CALL)

    choose(kiosk, ".noted")
    touch(kiosk, *MIDDLE)
    assert kiosk.place == "Idle"
    assert [text for text in kiosk.said() if "6120" in text] == []


def test_a_helper_is_shown_the_number(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_corner(kiosk)
    choose(kiosk, "5", "comment")
    hear_to_the_end(kiosk, "other")
    choose(kiosk, ".skip", "picked")
    choose(kiosk, next(name for name in items_of(kiosk.state, RULES) if not name.startswith(".")))
    choose(kiosk, ".done", ".send")
    said = choose(kiosk, ".show")

    assert said[0] == "ear.shown.ogg"
    assert "6120 0123 4567 8942 0049" in [" ".join(text.split()) for text in kiosk.said()]


def test_a_corner_touched_by_mistake_loses_nothing(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_corner(kiosk)
    choose(kiosk, "5", "comment")

    assert touch(kiosk, *TOP_LEFT) == ["ear.home.ogg"]
    assert touch(kiosk, *TOP_RIGHT)[0] == "tell.about.ogg"
    assert kiosk.place == "Choose"


def test_a_helper_is_shown_the_drawn_screen(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_corner(kiosk)
    choose(kiosk, "5", "comment")
    hear_to_the_end(kiosk, "other")
    choose(kiosk, ".skip", ".show")
    kiosk.press("Viết trên màn hình")

    assert kiosk.place == "Write"
    assert kiosk.page.keyboard is not None
