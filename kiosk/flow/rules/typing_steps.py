"""Steps through typing a dossier's code: handing in or receiving, the day of the slip, the digits after it. Pure.

The day is a part of the code. Filled in by itself it would be today's, and whoever comes for the result holds an older
slip: they would rate somebody else's dossier.
"""

from datetime import date

from msgspec.structs import replace

from kiosk.domain.dossier_code import newest_day, prefill_day, prefill_on
from kiosk.domain.rating import Stage
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.screens import (
    Cleared,
    Confirmed,
    Erased,
    Event,
    LettersToggled,
    PadKeyPressed,
    PickTypedStage,
    TypeCode,
    TypeDate,
)

DATE_DIGITS = 4


def beginning(rules: Rules) -> PickTypedStage | TypeCode:
    """The first screen of typing; where this office's codes carry no day there is nothing to ask before."""
    return PickTypedStage() if prefill_day(rules.code_prefill) else TypeCode(rules.code_prefill)


def chosen(stage: Stage, rules: Rules) -> TypeCode | TypeDate:
    """What is handed in is handed in today; what is received was handed in on the day that stands on the slip."""
    today = prefill_day(rules.code_prefill)
    return TypeCode(rules.code_prefill, day=today, stage=stage) if stage is Stage.HAND_IN else TypeDate(stage=stage)


def prefilled(pad: TypeCode, rules: Rules) -> str:
    """What the code begins with before anything is typed."""
    if pad.draft:
        return ""
    return prefill_on(rules.code_prefill, pad.day) if pad.day else rules.code_prefill


def may_confirm(pad: TypeCode, rules: Rules) -> bool:
    """Whether anything was typed."""
    return pad.text != prefilled(pad, rules) and bool(pad.text.strip(".-"))


def typed(pad: TypeCode, event: Event, rules: Rules) -> TypeCode:
    """The pad after one of its keys."""
    match event:
        case PadKeyPressed(character) if len(pad.text) < rules.max_code_length:
            return replace(pad, text=pad.text + character, look_again=False, odd=False)
        case Erased():
            return replace(pad, text=pad.text[:-1], look_again=False, odd=False)
        case Cleared():
            return replace(pad, text=prefilled(pad, rules), look_again=False, odd=False)
        case LettersToggled():
            return replace(pad, letters=not pad.letters)
    return pad


def dated(place: TypeDate, event: Event, rules: Rules) -> TypeDate | TypeCode:
    """The day's pad after one of its keys; the code's pad when the day is one."""
    match event:
        case PadKeyPressed(character) if character.isdigit() and len(place.digits) < DATE_DIGITS:
            return _read(place, place.digits + character, rules)
        case Erased():
            return _read(place, place.digits[:-1], rules)
        case Cleared():
            return _read(place, "", rules)
        case Confirmed() if place.day:
            return TypeCode(prefill_on(rules.code_prefill, place.day) + place.rest, day=place.day, stage=place.stage)
        case Confirmed():
            return replace(place, refused=True)
    return place


def to_the_date(pad: TypeCode, rules: Rules) -> TypeDate:
    """Back to the day, with what was typed after it kept."""
    return TypeDate(stage=pad.stage, rest=pad.text.removeprefix(prefilled(pad, rules)))


def _read(place: TypeDate, digits: str, rules: Rules) -> TypeDate:
    today = prefill_day(rules.code_prefill)
    whole = len(digits) == DATE_DIGITS
    day: date | None = newest_day(digits, today) if whole and today else None
    return replace(place, digits=digits, day=day, refused=whole and day is None)
