"""The box's settings: one TOML file and two environment variables, read once, checked once, frozen."""

import os
import tomllib
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from msgspec import Struct

from kiosk.domain.dossier_code import DossierCodePatterns, patterns_from
from kiosk.paths import shared
from kiosk.vietnamese import Method, Style

# Local time in Việt Nam: seven hours ahead of UTC, no summer time.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


class BadSettings(Exception):
    """The settings cannot be used. The message names the line and says what is expected."""


class Display(Struct, frozen=True):
    """Pixels, and millimetres of the real panel; 0 means: what is usual for such a panel."""

    fullscreen: bool
    width_px: int
    height_px: int
    panel_width_mm: int
    viewing_distance_mm: int


class PrinterOptions(Struct, frozen=True):
    """``port``: a serial line or a USB printer's file; empty for no printer. ``baud`` and ``flow`` count for serial
    lines only. ``paper_mm``: 58 or 80. ``profile``: a model as python-escpos calls it, or empty. ``asks``: false for a
    printer that prints questions instead of answering them."""

    port: str
    baud: int
    flow: str
    paper_mm: int
    profile: str
    asks: bool


class MicrophoneOptions(Struct, frozen=True):
    """``device`` as ``arecord -L`` names it; ``longest`` in seconds."""

    enabled: bool
    device: str
    longest: int


class Settings(Struct, frozen=True):
    """``data`` is the folder of the box's file and keys. Times are in seconds."""

    source: Path
    data: Path
    display: Display
    default_language: str
    languages: tuple[str, ...]
    code_patterns: DossierCodePatterns
    unit_prefix: str
    typing_method: Method
    tone_style: Style
    scanner_port: str
    scanner_baud: int
    buttons_port: str
    buttons_baud: int
    button_letters: str
    printer: PrinterOptions
    microphone: MicrophoneOptions
    speech: bool
    speech_from_the_start: bool
    headset: bool
    volume: int
    idle_seconds: int
    still_there_seconds: int
    thanks_seconds: int
    staff_seconds: int
    snapshot_seconds: int
    longest_wait_seconds: int
    keep_days: int
    spread_seconds: int
    ca_file: str

    @property
    def keys(self) -> Path:
        return self.data / "keys"


def load(path: str | None = None, environment: dict[str, str] | None = None) -> Settings:
    """Reads the file named by ``path``, else by ``KIOSK_CONFIG``, else the example; ``KIOSK_DATA`` is the data folder.

    Raises ``BadSettings``.
    """
    env = dict(os.environ) if environment is None else environment
    example = shared("config") / "kiosk.toml"
    source = Path(path or env.get("KIOSK_CONFIG") or example)
    values = _merge(_read(example), _read(source), source)
    data = Path(env.get("KIOSK_DATA") or Path.home() / ".local/share/lang-nghe/kiosk")
    return _checked(values, source, data)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadSettings(f"{path}: there is no such file; copy the example config/kiosk.toml there") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: cannot be read as UTF-8 text: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{path}: not TOML: {error}") from error


def _merge(example: dict[str, Any], given: dict[str, Any], source: Path) -> dict[str, Any]:
    merged = {section: dict(values) for section, values in example.items()}
    for section, values in given.items():
        if section not in merged or not isinstance(values, dict):
            raise BadSettings(
                f"{source}: [{section}] is no section of the kiosk's settings; there are: {', '.join(merged)}"
            )
        for name, value in values.items():
            if name not in merged[section]:
                raise BadSettings(f"{source}: [{section}] has no {name}; there are: {', '.join(merged[section])}")
            expected = type(merged[section][name])
            if type(value) is not expected:
                raise BadSettings(f"{source}: [{section}] {name} must be {expected.__name__}, not {value!r}")
            merged[section][name] = value
    return merged


#: section, name, the least and the most
_RANGES = (
    ("display", "width_px", 320, 8_192),
    ("display", "height_px", 320, 8_192),
    ("display", "panel_width_mm", 0, 3_000),
    ("display", "viewing_distance_mm", 0, 5_000),
    ("scanner", "baud", 300, 4_000_000),
    ("buttons", "baud", 300, 4_000_000),
    ("printer", "baud", 300, 4_000_000),
    ("microphone", "longest", 5, 120),
    ("speech", "volume", 1, 3),
    ("times", "idle", 10, 600),
    ("times", "still_there", 10, 120),
    ("times", "thanks", 3, 60),
    ("times", "staff", 10, 600),
    ("sync", "snapshot", 5, 86_400),
    ("sync", "longest_wait", 30, 86_400),
    ("ledger", "keep_days", 30, 36_500),
    ("sync", "spread", 0, 3_600),
)


def _refuse(values: dict[str, Any], source: Path) -> None:
    """Raises ``BadSettings`` for a value that cannot be."""
    sync, languages, letters = values["sync"], values["languages"], values["buttons"]["letters"]
    for section, name, least, most in _RANGES:
        if not least <= values[section][name] <= most:
            raise BadSettings(
                f"{source}: [{section}] {name} must be from {least} to {most}, not {values[section][name]}"
            )
    if languages["default"] not in languages["offered"]:
        raise BadSettings(f"{source}: [languages] default {languages['default']!r} is not among those offered")
    if sync["ca_file"] and not Path(sync["ca_file"]).is_file():
        raise BadSettings(f"{source}: [sync] ca_file: there is no file {sync['ca_file']}; write its whole path")
    for name, choices in (("flow", ("none", "hardware", "software")), ("paper_mm", (58, 80))):
        if values["printer"][name] not in choices:
            listed = ", ".join(map(repr, choices))
            raise BadSettings(f"{source}: [printer] {name} must be one of {listed}, not {values['printer'][name]!r}")
    if len(set(letters)) != 5 or len(letters) != 5 or not letters.isascii():
        raise BadSettings(
            f"{source}: [buttons] letters must be five different ASCII characters, worst score first, not {letters!r}"
        )
    for name, choice in (("method", Method), ("tones", Style)):
        if values["typing"][name] not in [*choice]:
            raise BadSettings(f"{source}: [typing] {name} must be one of {', '.join(choice)}")


def _code_patterns(given: dict[str, Any], source: Path) -> DossierCodePatterns:
    """The office's own pattern, further ones of the settings, and those the law prescribes."""
    formats = given["formats"]
    if not all(type(row) is dict for row in formats):
        raise BadSettings(f"{source}: [dossier_code] formats needs entries such as {{ pattern = '...' }}")
    own = [{"pattern": given["pattern"]}] if given["pattern"] else []
    shipped = shared("config") / "schemes" / "code-formats.toml"
    try:
        return DossierCodePatterns((*patterns_from([*own, *formats]), *patterns_from(_read(shipped)["dossier_code"])))
    except ValueError as error:
        raise BadSettings(f"{source}: {error}") from error


def _checked(values: dict[str, Any], source: Path, data: Path) -> Settings:
    _refuse(values, source)
    display, times, sync, languages = values["display"], values["times"], values["sync"], values["languages"]
    speech = values["speech"]
    return Settings(
        source=source,
        data=data,
        display=Display(**display),
        default_language=languages["default"],
        languages=tuple(languages["offered"]),
        code_patterns=_code_patterns(values["dossier_code"], source),
        unit_prefix=values["dossier_code"]["unit_prefix"].strip().upper(),
        typing_method=Method(values["typing"]["method"]),
        tone_style=Style(values["typing"]["tones"]),
        scanner_port=values["scanner"]["port"],
        scanner_baud=values["scanner"]["baud"],
        buttons_port=values["buttons"]["port"],
        buttons_baud=values["buttons"]["baud"],
        button_letters=values["buttons"]["letters"],
        printer=PrinterOptions(**values["printer"]),
        microphone=MicrophoneOptions(**values["microphone"]),
        speech=speech["offered"],
        speech_from_the_start=speech["from_the_start"],
        headset=speech["headset"],
        volume=speech["volume"],
        idle_seconds=times["idle"],
        still_there_seconds=times["still_there"],
        thanks_seconds=times["thanks"],
        staff_seconds=times["staff"],
        snapshot_seconds=sync["snapshot"],
        longest_wait_seconds=sync["longest_wait"],
        keep_days=values["ledger"]["keep_days"],
        spread_seconds=sync["spread"],
        ca_file=sync["ca_file"],
    )
