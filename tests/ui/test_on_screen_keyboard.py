"""The writing board touched by fingers, in a real window: what is pressed is what stands there."""

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.flow.state.text_input import Kind, beginning
from kiosk.vietnamese import Method
from tests.support.on_screen_keyboard import LONG, PANELS, Bench, variants
from tests.ui.conftest import HEIGHT, WIDTH

SMALL_PANEL = (WIDTH, HEIGHT, 90.0)


@pytest.fixture
def bench(window: None) -> Iterator[Bench]:
    bench = Bench(SMALL_PANEL, beginning(Kind.WORDS))
    bench.open()
    yield bench
    bench.close()


def keys(bench: Bench) -> list[Any]:
    from kiosk.ui.writing.key import OnScreenKey

    return [w for w in bench.board.walk(restrict=True) if isinstance(w, OnScreenKey)]


def key(bench: Bench, what: str) -> Any:
    """The key with this sign, these words or this picture. Raises ``LookupError``."""
    for each in keys(bench):
        if what in (each.words, each.picture):
            return each
    raise LookupError(what)


def finger(x: float, y: float) -> Any:
    from tests.support.driver import _finger_class

    finger.count = getattr(finger, "count", 0) + 1
    return _finger_class()(x, y, finger.count)


def touch(bench: Bench, what: str) -> Any:
    """A finger comes down on a key; its ``up`` is still to come."""
    down = finger(*key(bench, what).center)
    down.down()
    return down


def press(bench: Bench, *whats: str) -> None:
    for what in whats:
        touch(bench, what).up()


def type_out(bench: Bench, text: str) -> None:
    """Presses the keys of a text, in whichever case they show."""
    for letter in text:
        shown = letter.upper() if bench.writing.capitals else letter
        press(bench, bench.words["writing.space"] if letter == " " else shown)


def area(bench: Bench) -> Any:
    from kiosk.ui.writing.text_area import TextArea

    return next(w for w in bench.board.walk(restrict=True) if isinstance(w, TextArea))


def test_telex_typed_with_fingers_is_vietnamese(bench: Bench) -> None:
    type_out(bench, "tooi khoong ddoongf ys.")

    assert bench.writing.text == "Tôi không đồng ý."


def test_marks_are_tapped_after_the_letters(bench: Bench) -> None:
    type_out(bench, "tieng")
    press(bench, "mark-hat", "tone-acute")

    assert bench.writing.text == "Tiếng"


def test_one_press_is_one_letter_however_long_the_finger_rests(bench: Bench) -> None:
    resting = touch(bench, "Q")
    bench.frames(20)
    held = bench.writing.text
    resting.up()

    assert (held, bench.writing.text) == ("", "Q")


def test_a_held_backspace_takes_one_letter(bench: Bench) -> None:
    bench.show(beginning(Kind.WORDS, "mười"))

    resting = touch(bench, "erase")
    bench.frames(20)
    resting.up()

    assert bench.writing.text == "mườ"


def test_two_thumbs_that_overlap_type_in_the_order_they_came_down(bench: Bench) -> None:
    first = touch(bench, "H")
    second = touch(bench, "O")
    second.up()
    first.up()

    assert bench.writing.text.lower() == "ho"


def test_a_finger_that_slides_far_away_types_nothing(bench: Bench) -> None:
    sliding = touch(bench, "Q")
    sliding.move_to(WIDTH / 2, HEIGHT - 20)
    sliding.up()

    assert bench.writing.text == ""


def test_the_pressed_letter_is_shown_above_the_finger_and_covers_no_text(bench: Bench) -> None:
    from kiosk.ui.writing.bubble import Bubble

    bubble = next(w for w in bench.board.walk(restrict=True) if isinstance(w, Bubble))
    hidden = bubble.opacity
    for what in ("Q", "tone-acute", "p"):
        resting = touch(bench, what)

        assert bubble.opacity == 1
        assert bubble.y >= key(bench, what).top
        assert bubble.top <= area(bench).y
        assert bench.board.x <= bubble.x <= bubble.right <= bench.board.right
        resting.up()
    assert hidden == bubble.opacity == 0


def test_a_touch_between_letters_puts_the_caret_there(bench: Bench) -> None:
    bench.show(beginning(Kind.WORDS, "hồ ơ"))
    text = area(bench)
    x = text._left + text._extent("hồ ") + 1
    y = text._top_of(0) - text._high / 2

    down = finger(x, y)
    down.down()
    down.up()
    type_out(bench, "s")

    assert bench.writing.text == "hồ sơ"


def test_a_touch_after_the_last_line_puts_the_caret_at_the_end(bench: Bench) -> None:
    bench.show(beginning(Kind.WORDS, "một\nhai"))
    press(bench, "previous")

    down = finger(area(bench).center_x, area(bench).y + 10)
    down.down()
    down.up()

    assert bench.writing.caret == len("một\nhai")


def test_a_touch_at_the_end_of_a_full_line_stays_on_that_line(bench: Bench) -> None:
    bench.show(beginning(Kind.WORDS, LONG[:300]))
    text = area(bench)
    press(bench, "up")
    first = text._lines[text._first]

    down = finger(text.right - 4, text._top_of(0) - 5)
    down.down()
    down.up()

    assert bench.writing.caret == first.stop - 1


def test_the_arrows_move_the_caret_letter_by_letter(bench: Bench) -> None:
    bench.show(beginning(Kind.WORDS, "abc"))

    press(bench, "previous", "previous", "next")

    assert bench.writing.caret == 2


def test_a_long_text_is_scrolled_by_large_keys_and_comes_back_to_the_caret(bench: Bench) -> None:
    bench.show(beginning(Kind.WORDS, LONG))
    text = area(bench)
    end = text._first
    press(bench, "up")
    once = text._first
    for _ in range(200):
        press(bench, "up")
    top = text._first

    type_out(bench, "x")

    assert end > once > top == 0
    assert text._first == end
    assert bench.writing.full


def test_the_whole_of_4000_letters_can_be_seen(bench: Bench) -> None:
    bench.show(beginning(Kind.WORDS, LONG))
    text = area(bench)
    seen: set[str] = set()
    for _ in range(200):
        seen |= set(text._drawn)
        press(bench, "up")

    assert {line.strip() for line in seen} == {LONG[line.start : line.stop].strip() for line in text._lines}


def test_a_suggestion_is_taken_with_one_touch(bench: Bench) -> None:
    type_out(bench, "nop ho s")

    press(bench, "Nộp hồ sơ")

    assert bench.writing.text == "Nộp hồ sơ "


def test_cleared_all_comes_back(bench: Bench) -> None:
    type_out(bench, "cho lau")
    press(bench, bench.words["writing.clear"])
    cleared = bench.writing.text

    press(bench, bench.words["writing.undo"])

    assert (cleared, bench.writing.text) == ("", "Cho lau")


def test_the_methods_take_turns_and_the_key_says_which_is_on(bench: Bench) -> None:
    for name in ("writing.telex", "writing.vni", "writing.marks", "writing.telex"):
        press(bench, bench.words[name])

    assert bench.writing.method is Method.VNI
    type_out(bench, "d9o6")
    assert bench.writing.text == "Đô"


def test_digits_and_signs_are_one_key_away_and_letters_come_back_after_a_space(bench: Bench) -> None:
    press(bench, "123", "1", "2", "/", "9", bench.words["writing.space"], "q")

    assert bench.writing.text == "12/9 q"


def test_the_keys_show_the_case_they_type(bench: Bench) -> None:
    def shown() -> str:
        return next(each.words for each in keys(bench) if each.words in ("q", "Q"))

    faces = [shown()]
    for what in ("Q", "shift", "shift", "shift-locked"):
        press(bench, what)
        faces.append(shown())

    assert faces == ["Q", "q", "Q", "Q", "q"]


def test_at_the_limit_the_citizen_is_told_and_nothing_is_lost(bench: Bench) -> None:
    bench.show(beginning(Kind.WORDS, LONG))
    type_out(bench, "x")

    told = [w for w in bench.board.walk(restrict=True) if getattr(w, "words", "") == bench.words["writing.full"]]
    assert told
    assert bench.writing.text == LONG

    press(bench, "erase")
    assert [w for w in bench.board.walk(restrict=True) if getattr(w, "words", "") == bench.words["writing.full"]] == []


def test_a_telephone_number_is_typed_on_a_number_pad_in_groups(bench: Bench) -> None:
    bench.show(beginning(Kind.PHONE))

    press(bench, *"0912345678", "erase", "9")

    assert bench.writing.text == "0912345679"
    assert list(area(bench)._drawn) == ["0912 345 679"]


def test_a_touch_in_a_number_means_the_digit_not_the_gap(bench: Bench) -> None:
    bench.show(beginning(Kind.RECEIPT_NUMBER, "12345678"))
    text = area(bench)

    down = finger(text._left + text._extent("1234 5") + 1, text.center_y)
    down.down()
    down.up()
    press(bench, "0")

    assert bench.writing.text == "123450678"


def test_an_e_mail_address_needs_few_keys(bench: Bench) -> None:
    bench.show(beginning(Kind.EMAIL))

    type_out(bench, "hoa.58")
    press(bench, "@gmail.com")

    assert bench.writing.text == "hoa.58@gmail.com"


def test_only_the_line_that_changed_is_drawn_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    import kiosk.ui.writing.text_area as module

    bench.show(beginning(Kind.WORDS, LONG[:3000]))
    drawn: list[str] = []
    usual = module.drawn
    monkeypatch.setattr(module, "drawn", lambda said, *rest: drawn.append(said) or usual(said, *rest))

    type_out(bench, "a")

    assert len(drawn) == 1


@pytest.mark.parametrize("wishes", [(0, False), (2, True)], ids=["as it is", "larger, for the left hand"])
@pytest.mark.parametrize("panel", PANELS)
def test_on_every_panel_what_stands_on_keys_fits_them_and_can_be_read(
    window: None, panel: str, wishes: tuple[int, bool]
) -> None:
    for language in ("vi", "en"):
        bench = Bench(PANELS[panel], beginning(Kind.WORDS), language, text_step=wishes[0], left_handed=wishes[1])
        bench.open(resize=False)
        try:
            for name, writing in variants().items():
                bench.show(writing)
                assert faults(bench) == [], f"{name} in {language}"
                assert area(bench)._font >= bench.m.fine_font
                lines = 2 if writing.kind is Kind.RECEIPT_NUMBER else 1  # twenty digits may stand in two
                assert len(area(bench)._lines) <= lines or not writing.kind.digits_only
                assert all(texture.width <= area(bench)._room + 1 for texture in area(bench)._drawn.values())
        finally:
            bench.close()


def faults(bench: Bench) -> list[str]:
    found = []
    for each in keys(bench):
        upper, lower = each._upper, each._lower
        wide, high = max(upper.size[0], lower.size[0]), upper.size[1] + lower.size[1] * 0.9
        if wide > each.width - each.stroke or high > each.height - each.stroke:
            found.append(f"no room for {each.words or each.picture!r} ({wide:.0f}x{high:.0f}) on {each.size}")
        if each.words and each.font_size < bench.m.fine_font:
            found.append(f"small letters: {each.words!r} of {each.font_size} px")
    return found


@pytest.mark.parametrize("panel", PANELS)
def test_the_words_of_an_empty_field_are_shown_whole_on_every_panel(window: None, panel: str) -> None:
    hint = "Nhập hoặc quét số biên nhận"
    for text_step in (0, 2):
        bench = Bench(PANELS[panel], beginning(Kind.WORDS), text_step=text_step)
        bench.open(resize=False)
        bench.board.hint = hint
        try:
            for kind in Kind:
                bench.show(beginning(kind))
                texts = [each for each in area(bench)._rows.children if type(each).__name__ == "Rectangle"]
                bottom, top = min(each.pos[1] for each in texts), max(each.pos[1] + each.size[1] for each in texts)

                assert area(bench).y <= bottom + 4
                assert top - 4 <= area(bench).top
                assert max(each.pos[0] + each.size[0] for each in texts) <= area(bench).right
        finally:
            bench.close()


def test_the_check_sees_what_does_not_fit(bench: Bench) -> None:
    each = key(bench, "Q")
    each.put(words="Q" * 20, letter=20, least=20)

    assert len(faults(bench)) == 2
