"""The settings that a district may send to its kiosks, each with its check. Pure.

None of them can shut a technician out or weaken a promise, whatever the value: Vietnamese is always offered, nobody is
hurried (at least 20 seconds to answer "still there?", WCAG 2.2 criterion 2.2.1), and what somebody began does not stay
before the next one for longer than two minutes. A kiosk's own file may go further, by somebody who stands before the
kiosk. These stay with that file altogether: what names a part of this machine (ports, panel, printer, microphone,
ticket system), how the district is found and asked (a wrong value would cut the kiosk off from whoever could take it
back), how long entries are kept, and whether a headset is used (what is read aloud then tells what was chosen). A
panel's brightness is no setting of the kiosk's; opening hours are reference data.
"""

from collections.abc import Mapping
from typing import Any

from kiosk.domain.declared_settings import Setting, number, one_of, switch, text, texts
from kiosk.domain.language_code import CODE


def _language(value: str) -> str:
    """A language by the name of its pack; whether the kiosk has that pack is said by ``kiosk doctor``."""
    if not value:
        raise ValueError('must be the code of a language such as "vi"')
    return value


TEXT_SIZE = number("display.text_size", 1, 3)
DEFAULT_LANGUAGE = text("languages.default", _language)
LANGUAGES = texts("languages.offered", _language)
TYPING_METHOD = one_of("typing.method", ("telex", "vni", "marks"))
TONES = one_of("typing.tones", ("old", "new"))
FROM_THE_START = switch("speech.from_the_start")
CUES = switch("speech.cues")
VOLUME = number("speech.volume", 1, 3)
IDLE = number("times.idle", 10, 600)
STILL_THERE = number("times.still_there", 10, 120)
THANKS = number("times.thanks", 3, 60)
QUEUE_SILENT = number("queue.silent_minutes", 5, 1_440)

SENDABLE: Mapping[str, Setting] = {
    each.key: each
    for each in (
        *(TEXT_SIZE, LANGUAGES, DEFAULT_LANGUAGE, TYPING_METHOD, TONES, FROM_THE_START, CUES, VOLUME),
        *(number(IDLE.key, 30, 120), number(STILL_THERE.key, 20, 120), number(THANKS.key, 5, 60), QUEUE_SILENT),
    )
}
"""By where each stands in the kiosk's file: ``speech.volume``. Bounds are never wider than the file's."""

REQUIRED_LANGUAGE = "vi"

EVERY = "all"
MAX_LANGUAGES = 12
_TOGETHER = (LANGUAGES.key, DEFAULT_LANGUAGE.key)


def own_key(value: str) -> str:
    """A setting that a kiosk keeps to itself, as its file names it. Raises ``ValueError``."""
    if value != EVERY and value not in SENDABLE:
        raise ValueError(
            f"must name settings that the district may send: {EVERY}, {', '.join(SENDABLE)}; not {value!r}"
        )
    return value


def is_own(key: str, own: tuple[str, ...]) -> bool:
    """Whether a kiosk that keeps these to itself takes no value for the setting. Languages only hold together."""
    together = _TOGETHER if key in _TOGETHER else (key,)
    return EVERY in own or any(each in own for each in together)


def value_in(key: str, text: str) -> Any:
    """The value that somebody typed for a setting; what it cannot be is left as text, for ``flaw`` to say so.

    >>> value_in("speech.volume", "3"), value_in("speech.cues", "false"), value_in("languages.offered", "vi, en")
    (3, False, ['vi', 'en'])
    """
    setting, text = SENDABLE.get(key), text.strip()
    if setting is None:
        return text
    if setting.whole_number:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    if setting.is_list:
        return text.replace(",", " ").split()
    if True in setting.choices:
        return {"true": True, "false": False}.get(text.lower(), text)
    return text


def flaw(values: Mapping[str, Any]) -> str:
    """What is wrong with settings that a district sends: the first sentence; empty when nothing is."""
    for key, value in values.items():
        setting = SENDABLE.get(key)
        if setting is None:
            return f"{key} cannot be sent; a district may send: {', '.join(SENDABLE)}"
        try:
            setting.check(value)
        except ValueError as error:
            return f"{setting.label} {error}"
    return _languages_flaw(values)


def _languages_flaw(values: Mapping[str, Any]) -> str:
    """Which languages are offered and to which one the kiosk returns only hold together, so they are sent together."""
    offered, default = values.get(LANGUAGES.key), values.get(DEFAULT_LANGUAGE.key)
    if offered is None and default is None:
        return ""
    if offered is None or default is None:
        return f"{LANGUAGES.label} and {DEFAULT_LANGUAGE.label} are sent together"
    if len(offered) > MAX_LANGUAGES or len(set(offered)) < len(offered):
        return f"{LANGUAGES.label} must be at most {MAX_LANGUAGES} different languages"
    if strange := next((each for each in offered if not CODE.fullmatch(each)), ""):
        return f"{LANGUAGES.label} has {strange!r}, which is no code of a language"
    if REQUIRED_LANGUAGE not in offered:
        return f"{LANGUAGES.label} must have {REQUIRED_LANGUAGE!r}: it is offered at every kiosk"
    return "" if default in offered else f"{DEFAULT_LANGUAGE.label} {default!r} is not among those offered"
