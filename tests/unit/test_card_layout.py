"""How many cards stand beside each other, and what happens when they do not all fit."""

from itertools import product

from kiosk.ui.card_layout import CardLayout, height_for, places_for, places_for_faces
from kiosk.ui.metrics import Panel, metrics_for

M = metrics_for(Panel(1280, 800, 217))
WORDS = ["một hai ba"] * 9


def measured(words: str, font: int, width: int) -> int | None:
    """Letters half as wide as high; a line for each word that does not fit on the one before."""
    if max(map(len, words.split())) * font // 2 > width:
        return None
    return font * -(-len(words) * font // 2 // width)


def places(size: tuple[float, float], wishes: tuple[int, ...] = (5, 3), pictures: bool = True) -> CardLayout:
    return places_for(WORDS, wishes, size, M, (M.title, M.body), pictures, measured)


def test_with_room_the_first_wish_is_granted_with_drawings_in_large_type() -> None:
    found = places((1200, 700))

    assert (found.columns, found.pictures, found.font, found.a_page) == (5, True, M.title, 9)


def test_with_less_room_the_type_becomes_smaller_before_the_drawings_go() -> None:
    heights = range(700, 240, -10)
    steps = [(found.pictures, found.font) for height in heights if (found := places((1200, height))).a_page == 9]

    assert steps[0] == (True, M.title)
    assert steps == sorted(steps, reverse=True)


def test_cards_as_high_as_their_words_need_show_all_of_them() -> None:
    for columns, between, pictures in product((1, 3, 5), (M.gap, 3 * M.gap), (False, True)):
        height = height_for(WORDS, columns, 1000, M, pictures, measured, between)
        found = places_for(WORDS, (columns,), (1000, height), M, (M.body,), pictures, measured, between)

        assert (found.a_page, found.pictures) == (len(WORDS), pictures)


def test_cards_that_lie_further_apart_are_narrower() -> None:
    height = height_for(WORDS[:2], 2, 600, M, True, measured, M.gap)

    assert height_for(WORDS[:2], 2, 600, M, True, measured, 15 * M.gap) > height


def test_what_does_not_fit_stands_on_a_further_page_with_a_place_for_turning() -> None:
    found = places((1200, 150))

    assert (found.columns, found.a_page, found.pictures) == (5, 4, False)


def test_one_card_is_always_shown() -> None:
    assert places((30, 20)).a_page == 1


def faces(size: tuple[float, float], count: int = 9) -> CardLayout | None:
    return places_for_faces(WORDS[:count], (count, 2, 3), size, M, measured)


def test_with_room_the_first_wish_is_granted_with_faces_above_the_words() -> None:
    found = faces((1200, 700), 3)

    assert found is not None
    assert (found.columns, found.pictures, found.wide, found.a_page) == (3, True, False, 3)


def test_in_one_column_faces_stand_beside_the_words() -> None:
    found = places_for_faces(WORDS[:3], (1, 2), (700, 600), M, measured)

    assert found is not None
    assert (found.columns, found.wide, found.a_page) == (1, True, 3)
    assert found.picture_width > 2 * M.base


def test_with_less_room_faces_go_on_further_pages_before_they_are_left_out() -> None:
    found = [faces((1200, height), 6) for height in range(700, 60, -10)]
    shown = [one for one in found if one]

    assert (shown[0].a_page, found[-1]) == (6, None)
    assert min(one.a_page for one in shown) >= 2
    assert all(one.pictures for one in shown)
    assert found == [*shown, *[None] * (len(found) - len(shown))], "once left out, they stay so"
