"""One choice on a screen, and where touch, number keys and the non-visual mode offer it. Pure."""

from collections.abc import Iterable, Sequence
from enum import IntEnum

from msgspec import Struct

from kiosk.flow.state import screens as w
from kiosk.flow.state.form import AnswerMarked, WentBack

MAX_KEYS = 9


class Stands(IntEnum):
    """Where a button stands in its row. The last one may stand out."""

    FIRST = 0
    MIDDLE = 1
    MAIN = 2


class Choice(Struct, frozen=True):
    """``key`` is a number key; ``item`` the name in the non-visual mode; ``card`` the answer on a card that is drawn;
    ``button`` the words (a key of the interface strings) on a button beside the bar's. Empty: it is not offered there.

    An item that is no answer begins with a dot and is the prompt ``ear.…`` of that name.
    """

    event: w.Event
    key: str = ""
    item: str = ""
    card: str = ""
    button: str = ""
    stands: Stands = Stands.MIDDLE


HOME = Choice(w.WentHome(), "0")


def back(*, key: str = "erase", item: str = ".back", button: str = "tell.back") -> Choice:
    """One step back."""
    return Choice(WentBack(), key, item, button=button, stands=Stands.FIRST)


def cards(answers: Iterable[str], spoken: Iterable[str] | None = None) -> list[Choice]:
    """A card for each answer, the first nine with a key; in the non-visual mode all of them, or those ``spoken``."""
    answers = [*map(str, answers)]
    aloud = {*answers} if spoken is None else {*map(str, spoken)}
    return [
        Choice(AnswerMarked(answer), key_at(at), answer if answer in aloud else "", answer)
        for at, answer in enumerate(answers)
    ]


def key_at(at: int) -> str:
    """The key of the answer with this index; none after the ninth."""
    return str(at + 1) if at < MAX_KEYS else ""


def digits(*, items: bool = True) -> list[Choice]:
    """The ten digits of a pad."""
    return [Choice(w.PadKeyPressed(digit), digit, digit if items else "") for digit in "0123456789"]


def by_key(choices: Iterable[Choice]) -> dict[str, w.Event]:
    """What each number key means."""
    return {choice.key: choice.event for choice in choices if choice.key}


def by_item(choices: Iterable[Choice]) -> dict[str, w.Event]:
    """What one walks through in the non-visual mode, in the order in which it is said."""
    return {choice.item: choice.event for choice in choices if choice.item}


def drawn_buttons(choices: Iterable[Choice]) -> Sequence[Choice]:
    """The buttons of a screen, from the left."""
    return sorted((choice for choice in choices if choice.button), key=lambda choice: choice.stands)
