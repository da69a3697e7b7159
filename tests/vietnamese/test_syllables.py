"""Every syllable of Vietnamese, in the many ways in which people type it."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from kiosk.vietnamese import Method, Style, compose_keys, nfc
from kiosk.vietnamese.field import Field, backspace, press
from kiosk.vietnamese.foreign import foreign_words, is_foreign_word
from kiosk.vietnamese.letters import LETTERS, Tone, untone
from kiosk.vietnamese.names import learn, spelled
from kiosk.vietnamese.placement import place
from kiosk.vietnamese.syllable import split, syllables
from kiosk.vietnamese.wordlists import word_list
from tests.vietnamese.keystrokes import TELEX, TONE_MARKS, VNI, in_place, parts, ways

HUNSPELL = Path("/usr/share/hunspell/vi_VN.dic")
NOT_SYLLABLES = """
abc ascii basoi email gen gif gip gram html internet intranet jpeg ka palăng ping telex tivi tout ubnd unicode url
viqr viscii vni web
"""
TONELESS_SLIPS = ["têt", "xit"]
"""A syllable that ends in a stop has a tone; these two of the list have none. They can be typed all the same."""
METHODS = ((TELEX, Method.TELEX), (VNI, Method.VNI))
CAPITALS = (str, str.capitalize, str.upper)
CASES = Path(__file__).parents[1] / "cases"
NAMES = sorted({name.strip() for name in re.split(r"[,\n]", word_list("names.txt"))} - {""})


def spoken() -> list[str]:
    """Debian's list (GPL: read here, never shipped), small letters, without foreign words and abbreviations."""
    if not HUNSPELL.exists():
        pytest.skip("Debian's hunspell-vi is not installed; the generated inventory is tested all the same")
    words = {nfc(line.strip()).lower() for line in HUNSPELL.read_text(encoding="utf-8").splitlines()[1:]}
    return sorted(word for word in words.difference(NOT_SYLLABLES.split()) if split(untone(word)[0])[1])


def failures(words: Iterable[str], style: Style) -> tuple[int, list[tuple[str, str, str]]]:
    """Type each word in every way, the three cases in turn; how many ways there were, and which went wrong."""
    count, failed = 0, []
    for word in words:
        for column, method in METHODS:
            for keys in ways(word, column):
                count += 1
                case = CAPITALS[count % 3]
                composed = compose_keys(case(keys), method, style)
                if composed != case(word) and not is_foreign_word(keys) and not spelled(case(keys), ""):
                    failed.append((case(word), case(keys), composed))
    return count, failed


def placed(style: Style) -> Iterable[str]:
    return (place(shape, tone, style) for shape, tone in syllables())


@pytest.mark.slow
def test_every_possible_syllable_is_typed_in_every_way() -> None:
    count, failed = failures(placed(Style.OLD), Style.OLD)

    assert failed == []
    assert count > 100_000


def test_every_syllable_that_the_new_style_spells_otherwise_is_typed_in_every_way() -> None:
    other = [new for new, old in zip(placed(Style.NEW), placed(Style.OLD), strict=True) if new != old]

    assert failures(other, Style.NEW)[1] == []
    assert len(other) > 300


@pytest.mark.slow
def test_every_syllable_of_debians_list_is_typed_in_every_way() -> None:
    words = [place(*_parts(word), Style.OLD) for word in spoken()]

    assert failures(words, Style.OLD)[1] == []
    assert len(words) > 6_500


def test_every_syllable_of_debians_list_is_in_the_inventory() -> None:
    inventory = set(syllables())

    missing = [word for word in spoken() if _parts(word) not in inventory]

    assert missing == TONELESS_SLIPS


def test_no_foreign_word_takes_the_place_of_a_syllable_typed_in_a_usual_way() -> None:
    usual = {keys for word in spoken() for keys in list(ways(word, TELEX))[:2]}

    assert usual.intersection(foreign_words()) == set()


@pytest.mark.parametrize(("column", "method"), METHODS)
@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_list_is_typed(name: str, column: int, method: Method) -> None:
    keys = re.sub(r"[^\W\d_]+", lambda found: capital(keys_of(found[0].lower(), column)), name)

    assert compose_keys(keys, method) == re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), name)


def test_the_names_people_reported_are_words() -> None:
    rows = (CASES / "16-telex-names.tsv").read_text(encoding="utf-8").splitlines()

    assert len(rows) == 9
    for keys, right in (row.split("\t") for row in rows):
        assert compose_keys(keys) == right


@pytest.mark.parametrize(
    ("keys", "text", "method"),
    [
        ("xax La Deeee, La Eeee", "x\u00e3 La D\u00ea\u00ea, La \u00ca\u00ea", Method.TELEX),
        ("LA DEEEE, LA EEEE", "LA D\u00ca\u00ca, LA \u00ca\u00ca", Method.TELEX),
        ("xa4 La De6e6, La E6e6", "x\u00e3 La D\u00ea\u00ea, La \u00ca\u00ea", Method.VNI),
        ("La Dee66", "La D\u00ea\u00ea", Method.VNI),
        ("deeed, eee, leeee, deed", "deed, ee, leee, \u0111\u00ea", Method.TELEX),
    ],
)
def test_a_doubled_hat_belongs_to_the_names_that_have_it(keys: str, text: str, method: Method) -> None:
    assert compose_keys(keys, method) == text


def test_a_letter_of_a_doubled_hat_is_taken_back_and_typed_again() -> None:
    field = Field()
    for key in "La Deeee":
        field = press(field, key, Method.TELEX, Style.OLD)
    shorter = backspace(field, Method.TELEX, Style.OLD)

    assert (field.text, shorter.text) == ("La D\u00ea\u00ea", "La D\u00ea")


@pytest.mark.parametrize(
    ("keys", "text"), [("gar", "g\u1ea3"), ("mar", "m\u1ea3"), ("dur", "d\u1ee7"), ("Uar", "\u1ee6a")]
)
def test_a_letter_of_a_name_is_a_mark_everywhere_else(keys: str, text: str) -> None:
    assert compose_keys(keys) == text


def test_the_names_of_imported_units_are_words_and_replace_those_learnt_before() -> None:
    learn(["Ea Xkôr", "Mar Zơl"])
    try:
        learnt = compose_keys("Ea Xkoor, Zowl, Mar")
    finally:
        learn([])

    assert (learnt, compose_keys("Ea Xkoor")) == ("Ea Xk\u00f4r, Z\u01a1l, M\u1ea3", "Ea Xkoor")


def keys_of(syllable: str, column: int) -> str:
    shape, tone = parts(syllable)
    return in_place(shape, column) + (TONE_MARKS[tone][column] if tone else "")


def capital(keys: str) -> str:
    return keys[:1].upper() + keys[1:]


def test_the_inventory_holds_each_syllable_once_with_a_tone_it_can_have() -> None:
    inventory = list(syllables())

    assert len(inventory) == len(set(inventory)) == 17_592
    assert not [shape for shape, tone in inventory if shape.endswith(("c", "ch", "p", "t")) and tone < Tone.SAC]
    assert {letter for shape, _ in inventory for letter in shape} < LETTERS


def _parts(word: str) -> tuple[str, Tone]:
    shape, tone = untone(word)
    assert tone is not None, word
    return shape, tone
