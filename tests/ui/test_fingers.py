"""Fingers as they are: two at once, twice, trembling, sliding away, beside everything."""

from kiosk.domain.rating import Score
from kiosk.ui import palette
from tests.support.driver import Driver
from tests.support.fakes import FakeDesk
from tests.ui.test_journeys import TAPS, scan


def test_a_double_tap_on_a_face_saves_once_and_marks_no_reason(kiosk: Driver, desk: FakeDesk) -> None:
    scan()(kiosk)
    face = kiosk.control("Hài lòng")

    kiosk.tap(*face.center, pause=0.15)
    kiosk.tap(*face.center, pause=0.15)

    assert len(desk.saved) == 1
    assert kiosk.place == "Why"


def test_the_second_half_of_a_double_tap_chooses_no_counter(kiosk: Driver) -> None:
    kiosk.press("Đánh giá hồ sơ")
    button = kiosk.control("Không mang giấy")

    kiosk.tap(*button.center, pause=0.1)
    kiosk.tap(300, 500, pause=0.1)

    assert kiosk.place == "PickCounter"


def test_two_fingers_on_two_faces_are_one_answer(kiosk: Driver, desk: FakeDesk) -> None:
    scan()(kiosk)
    fingers = [kiosk.finger(*kiosk.control(words).center) for words in ("Hài lòng", "Không hài lòng")]

    for finger in fingers:
        finger.down()
    kiosk.frames(1)
    for finger in fingers:
        finger.up()
    kiosk.frames(2)

    assert [draft.score for draft in desk.saved] == [Score.SATISFIED]
    assert kiosk.place == "Why"


def test_two_fingers_on_one_face_are_one_answer(kiosk: Driver, desk: FakeDesk) -> None:
    scan()(kiosk)
    fingers = [kiosk.finger(*kiosk.control("Hài lòng").center) for _ in range(2)]

    for finger in fingers:
        finger.down()
    for finger in reversed(fingers):
        finger.up()
    kiosk.frames(2)

    assert len(desk.saved) == 1


def test_a_child_hammering_the_faces_changes_nothing_after_the_first(kiosk: Driver, desk: FakeDesk) -> None:
    scan()(kiosk)
    faces = [kiosk.control(tap.words).center for tap in TAPS]

    for _ in range(3):
        for face in faces:
            kiosk.tap(*face, pause=0.05)

    assert len(desk.saved) == 1
    assert kiosk.place == "Why"


def test_a_finger_that_slides_away_chooses_nothing(kiosk: Driver, desk: FakeDesk) -> None:
    scan()(kiosk)
    finger = kiosk.finger(*kiosk.control("Hài lòng").center)

    finger.down()
    finger.move_to(300, 1000)
    finger.up()
    kiosk.frames(2)

    assert desk.saved == []
    assert not [c for c in kiosk.controls() if c.pressed]


def test_a_trembling_finger_still_counts(kiosk: Driver, desk: FakeDesk) -> None:
    scan()(kiosk)
    face = kiosk.control("Hài lòng")
    finger = kiosk.finger(face.center_x, face.y + 4)

    finger.down()
    finger.move_to(face.center_x + 5, face.y - 8)
    finger.up()
    kiosk.frames(2)

    assert len(desk.saved) == 1


def test_a_button_shows_that_it_is_held(kiosk: Driver) -> None:
    button = kiosk.control("Đánh giá hồ sơ")
    resting = tuple(button.fill)
    finger = kiosk.finger(*button.center)

    finger.down()
    kiosk.frames(1)
    held = tuple(button.fill)
    finger.up()

    assert held != resting


def test_a_touch_beside_everything_keeps_the_time_running(kiosk: Driver) -> None:
    scan()(kiosk)
    kiosk.move_time(40)
    kiosk.tap(300, 1020, pause=0)
    kiosk.move_time(40)

    assert kiosk.place == "Rate"


def test_what_is_drawn_is_real(kiosk: Driver) -> None:
    width, height, pixels = kiosk.pixels()

    button = kiosk.control("Đánh giá hồ sơ")
    x, y = (int(where) for where in (button.center_x, button.y))
    column = [tuple(pixels[at : at + 3]) for at in range((y - 3) * width * 3 + x * 3, (y + 12) * width * 3, width * 3)]

    assert tuple(pixels[:3]) == column[0] == bytes_of(palette.PAPER)
    assert bytes_of(palette.ACCENT) in column
    assert column[-1] == bytes_of(palette.CARD)
    assert width * height * 3 == len(pixels)


def bytes_of(colour: str) -> tuple[int, ...]:
    """A colour of the usual set as the window draws it."""
    return tuple(bytes.fromhex(palette.USUAL[colour].removeprefix("#")))
