"""``kiosk settings show``: every setting, its value and its source: the default, the own file, the district."""

import json
import os
from enum import StrEnum
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import asdict

from kiosk.cli.doctor import language_of, load_strings
from kiosk.domain.declared_settings import stated, values_of
from kiosk.languages.letters import printable
from kiosk.settings import Settings

WIDEST_VALUE = 60


class Source(StrEnum):
    """Where a setting's value came from. ``KEPT``: the own file's, although the district sent another."""

    DEFAULT = "default"
    FILE = "file"
    DISTRICT = "district"
    KEPT = "kept"


class ShownSetting(Struct, frozen=True):
    """One setting as it is in use."""

    key: str
    value: Any
    source: Source


def settings_show(settings: Settings, *, as_json: bool, language: str = "") -> int:
    """Exit 0; 1 when the district's settings are not used although it sent some."""
    shown, came = shown_settings(settings), settings.from_district
    if as_json:
        rows = [asdict(each) for each in shown]
        print(json.dumps({"number": came.number, "came": came.word, "settings": rows}, ensure_ascii=False, indent=2))
    else:
        strings = load_strings(language or language_of(os.environ))
        print(printable(strings.say(f"sent.{came.word or 'nothing'}", number=came.number, source=settings.source)))
        for each in shown:
            source = strings.say(f"setting_source.{each.source}", number=came.number)
            print(printable(f"{each.key:28}{_short(each.value):32}{source}"))
    return 1 if came.word in ("refused", "failed") else 0


def shown_settings(settings: Settings) -> list[ShownSetting]:
    """In the order of the file's sections."""
    in_file, came = stated(settings.source.read_bytes(), settings.source), settings.from_district
    values = to_builtins(values_of(settings), enc_hook=str, str_keys=True)
    return [
        ShownSetting(key, value, _source(key, in_file, came.used, came.kept)) for key, value in sorted(values.items())
    ]


def _source(key: str, in_file: dict[str, Any], used: dict[str, Any], kept: tuple[str, ...]) -> Source:
    if key in used:
        return Source.DISTRICT
    if key in kept:
        return Source.KEPT
    return Source.FILE if key in in_file else Source.DEFAULT


def _short(value: Any) -> str:
    """As it would stand in the file, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDEST_VALUE else text[: WIDEST_VALUE - 1] + "…"
