"""The kiosk's settings: one TOML file and two environment variables, read and checked once.

A new setting is a line here and a line in config/kiosk.toml, which says what it is for.
"""

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from kiosk.domain import district_settings as sendable
from kiosk.domain.declared_settings import (
    BadSettings,
    Setting,
    number,
    one_of,
    read,
    switch,
    text,
    texts,
    values_of,
)
from kiosk.domain.dossier_code import DossierCodePattern, DossierCodePatterns, patterns_from
from kiosk.domain.queue_map import EventTemplate, names_from, pattern_from, templates_from, time_format_from
from kiosk.domain.scanner_side import ScannerSide
from kiosk.domain.switch_keys import keys_of
from kiosk.paths import data_folder, open_plain, runtime_folder, settings_file, shared
from kiosk.vietnamese import Method, Style

SENT, MAX_SENT_BYTES = "district-settings.json", 1_048_576
"""The file with what the district sent."""


def _own_pattern(value: str) -> tuple[DossierCodePattern, ...]:
    return (DossierCodePattern(value),) if value else ()


def _further_patterns(value: Any) -> tuple[DossierCodePattern, ...]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValueError(f"must be a list such as [{{ pattern = '...', valid_from = 2027-01-01 }}], not {value!r}")
    return patterns_from(value)


@cache
def _prescribed_patterns(path: Path) -> tuple[DossierCodePattern, ...]:
    try:
        return patterns_from(tomllib.loads(path.read_text(encoding="utf-8"))["dossier_code"])
    except (OSError, ValueError, KeyError) as error:
        raise BadSettings(f"{path}: the codes the law prescribes cannot be read: {error}") from error


def _letters(value: str) -> str:
    if len(set(value)) != 5 or len(value) != 5 or not value.isascii():
        raise ValueError(f"must be five different ASCII characters, worst score first, not {value!r}")
    return value


def _two_letters(value: str) -> str:
    if len(set(value)) != 2 or len(value) != 2 or not value.isascii():
        raise ValueError(f"must be two different ASCII characters, the next and the choosing switch, not {value!r}")
    return value


def _one_character(value: str) -> str:
    if len(value) != 1 or not (value.isprintable() or value == "\t"):
        raise ValueError(f"must be one character such as ',' or ';', not {value!r}")
    return value


def _release_key(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise ValueError(f"must be public keys of 64 hex digits, as 'district release key' prints them, not {value!r}")
    return value


def _release_keys(value: Any) -> tuple[str, ...]:
    """Two of three have to sign: with fewer than two keys no release could be taken, and the same one twice is one."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"must be a list of texts in quotes, not {value!r}")
    if len(value) not in (0, 3) or len(set(value)) < len(value):
        raise ValueError("must be three different keys, one of each holder, or none")
    return tuple(map(_release_key, value))


def _whole_path(value: str) -> str:
    if value and not Path(value).is_file():
        raise ValueError(f"names {value}, which is no file; write its whole path")
    return value


def _absolute_path(value: str) -> str:
    """Whether there is such a file is said by whoever needs it: the kiosk rates without."""
    if value and not Path(value).is_absolute():
        raise ValueError(f"names {value}; write its whole path")
    return value


def _as(kind: Callable[[Any], Any], setting: Setting) -> Setting:
    """A setting with the same check, whose value is then made into one of ours."""
    return replace(setting, check=lambda value: kind(setting.check(value)))


class SentSettings(Struct, frozen=True):
    """What the district sent last: its ``number``, and values by key. ``failed``: the screen did not come up with them,
    and goes without. ``proven``: it has drawn with them for a while, so that a later failure has another cause."""

    number: int
    values: dict[str, Any]
    failed: bool = False
    proven: bool = False


class FromDistrict(Struct, frozen=True):
    """What came of it: the ``number`` that was sent (0: none), the values in use, and those that this kiosk's own file
    keeps to itself. ``word``: ``used``, ``refused`` (not valid in this release or together with the own file, or
    a language has no pack here) or ``failed``; empty where nothing was sent. ``proven`` as in ``SentSettings``."""

    number: int = 0
    used: dict[str, Any] = {}
    kept: tuple[str, ...] = ()
    word: str = ""
    proven: bool = False


class Display(Struct, frozen=True):
    """Pixels, and millimetres of the real panel; 0 means: what is usual for such a panel. ``text_size``: 1 to 3, where
    every citizen begins."""

    fullscreen: Annotated[bool, switch("display.fullscreen")] = True
    width_px: Annotated[int, number("display.width_px", 320, 8_192)] = 1080
    height_px: Annotated[int, number("display.height_px", 320, 8_192)] = 1920
    panel_width_mm: Annotated[int, number("display.panel_width_mm", 0, 3_000)] = 0
    viewing_distance_mm: Annotated[int, number("display.viewing_distance_mm", 0, 5_000)] = 0
    text_size: Annotated[int, sendable.TEXT_SIZE] = 1


class PrinterOptions(Struct, frozen=True):
    """``port``: a serial line or a USB printer's file; empty for no printer. ``baud`` and ``flow`` count for serial
    lines only. ``paper_mm``: 58 or 80. ``profile``: a model as python-escpos calls it, or empty. ``asks``: false for a
    printer that prints questions instead of answering them."""

    port: Annotated[str, text("printer.port")] = ""
    baud: Annotated[int, number("printer.baud", 300, 4_000_000)] = 115_200
    flow: Annotated[str, one_of("printer.flow", ("none", "hardware", "software"))] = "none"
    paper_mm: Annotated[int, one_of("printer.paper_mm", (58, 80))] = 80
    profile: Annotated[str, text("printer.profile")] = ""
    asks: Annotated[bool, switch("printer.asks")] = True


class MicrophoneOptions(Struct, frozen=True):
    """``device`` as ``arecord -L`` names it; ``longest`` in seconds."""

    enabled: Annotated[bool, switch("microphone.enabled")] = False
    device: Annotated[str, text("microphone.device")] = "default"
    longest: Annotated[int, number("microphone.longest", 5, 120)] = 120


class QueueOptions(Struct, frozen=True):
    """The office's ticket system (docs/queue.md): three ways to hear from it, any of which may be empty (port 0), and
    how its records become events. ``office``: the only one whose events count; empty: any."""

    office: Annotated[str, text("queue.office")] = ""
    counters: Annotated[dict[str, str], Setting("queue.counters", names_from)] = {}
    services: Annotated[dict[str, str], Setting("queue.services", names_from)] = {}
    folder: Annotated[str, text("queue.folder")] = ""
    delimiter: Annotated[str, text("queue.delimiter", _one_character)] = ","
    http_port: Annotated[int, number("queue.http_port", 0, 65_535)] = 0
    http_address: Annotated[str, text("queue.http_address")] = "127.0.0.1"
    http_secret_file: Annotated[str, text("queue.http_secret_file", _absolute_path)] = ""
    http_signature: Annotated[str, one_of("queue.http_signature", ("timed", "body"))] = "timed"
    http_header: Annotated[str, text("queue.http_header")] = "X-Queue-Signature"
    serial_port: Annotated[str, text("queue.serial_port")] = ""
    serial_baud: Annotated[int, number("queue.serial_baud", 300, 4_000_000)] = 9_600
    serial_pattern: Annotated[str, text("queue.serial_pattern", pattern_from)] = ""
    events: Annotated[tuple[EventTemplate, ...], Setting("queue.events", templates_from)] = ()
    each: Annotated[str, text("queue.each")] = ""
    kinds: Annotated[dict[str, str], Setting("queue.kinds", names_from)] = {}
    time_format: Annotated[str, text("queue.time_format", time_format_from)] = ""
    silent_minutes: Annotated[int, sendable.QUEUE_SILENT] = 60

    @property
    def has_source(self) -> bool:
        """Whether there is a ticket system to hear from."""
        return bool(self.folder or self.http_port or self.serial_port)


class Settings(Struct, frozen=True, kw_only=True):
    """``data`` is the folder of the box's file and keys. Times are in seconds."""

    source: Path
    data: Path
    display: Display = Display()
    default_language: Annotated[str, sendable.DEFAULT_LANGUAGE] = "vi"
    languages: Annotated[tuple[str, ...], sendable.LANGUAGES] = ("vi", "en")
    language_folder: Annotated[str, text("languages.folder")] = ""
    own_code_pattern: Annotated[tuple[DossierCodePattern, ...], text("dossier_code.pattern", _own_pattern)] = ()
    further_code_patterns: Annotated[
        tuple[DossierCodePattern, ...], Setting("dossier_code.formats", _further_patterns)
    ] = ()
    prescribed_code_patterns: tuple[DossierCodePattern, ...] = ()
    unit_prefix: Annotated[str, text("dossier_code.unit_prefix", lambda value: value.strip().upper())] = ""
    typing_method: Annotated[Method, _as(Method, sendable.TYPING_METHOD)] = Method.TELEX
    tone_style: Annotated[Style, _as(Style, sendable.TONES)] = Style.OLD
    scanner_port: Annotated[str, text("scanner.port")] = ""
    scanner_baud: Annotated[int, number("scanner.baud", 300, 4_000_000)] = 9_600
    scanner_side: Annotated[ScannerSide, one_of("scanner.side", ScannerSide)] = ScannerSide.UNSAID
    buttons_port: Annotated[str, text("buttons.port")] = ""
    buttons_baud: Annotated[int, number("buttons.baud", 300, 4_000_000)] = 9_600
    button_letters: Annotated[str, text("buttons.letters", _letters)] = "12345"
    switch_keys: Annotated[dict[int, str], text("switches.keys", keys_of)] = {}
    switches_port: Annotated[str, text("switches.port")] = ""
    switches_baud: Annotated[int, number("switches.baud", 300, 4_000_000)] = 9_600
    switch_letters: Annotated[str, text("switches.letters", _two_letters)] = "12"
    printer: PrinterOptions = PrinterOptions()
    microphone: MicrophoneOptions = MicrophoneOptions()
    queue: QueueOptions = QueueOptions()
    speech: Annotated[bool, switch("speech.offered")] = True
    speech_from_the_start: Annotated[bool, sendable.FROM_THE_START] = False
    headset: Annotated[bool, switch("speech.headset")] = False
    cues: Annotated[bool, sendable.CUES] = True
    recordings: Annotated[str, text("speech.recordings")] = ""
    jack: Annotated[str, text("speech.jack")] = "auto"
    speaker: Annotated[str, text("speech.speaker")] = "Speaker"
    volume: Annotated[int, sendable.VOLUME] = 2
    idle_seconds: Annotated[int, sendable.IDLE] = 45
    still_there_seconds: Annotated[int, sendable.STILL_THERE] = 20
    thanks_seconds: Annotated[int, sendable.THANKS] = 8
    staff_seconds: Annotated[int, number("times.staff", 10, 600)] = 60
    snapshot_seconds: Annotated[int, number("sync.snapshot", 5, 86_400)] = 300
    longest_wait_seconds: Annotated[int, number("sync.longest_wait", 30, 86_400)] = 900
    keep_days: Annotated[int, number("ledger.keep_days", 30, 36_500)] = 400
    spread_seconds: Annotated[int, number("sync.spread", 0, 3_600)] = 300
    ca_file: Annotated[str, text("sync.ca_file", _whole_path)] = ""
    own_settings: Annotated[tuple[str, ...], texts("sync.own_settings", sendable.own_key, or_none=True)] = ()
    update_keys: Annotated[tuple[str, ...], Setting("update.keys", _release_keys, is_list=True)] = ()
    from_district: FromDistrict = FromDistrict()

    @property
    def fingerprint(self) -> str:
        """16 hex digits: the same as long as every setting is; where the files lie and who set it do not count."""
        values = to_builtins(self, enc_hook=str)
        counted = {name: value for name, value in values.items() if name not in ("source", "data", "from_district")}
        return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def report(self) -> dict[str, Any]:
        """What the district learns: the number it sent and what came of it, the values in use that it may send, and
        what the own file keeps to itself, which it learns before it sends anything."""
        kept = {"kept": list(self.own_settings)}
        if not self.from_district.word:
            return kept
        values = to_builtins({key: value for key, value in values_of(self).items() if key in sendable.SENDABLE})
        came = {name: to_builtins(getattr(self.from_district, name)) for name in ("number", "word", "proven")}
        return came | kept | {"values": values}

    @property
    def code_patterns(self) -> DossierCodePatterns:
        """The office's own pattern, further ones of the settings, and those the law prescribes."""
        return DossierCodePatterns(
            (*self.own_code_pattern, *self.further_code_patterns, *self.prescribed_code_patterns)
        )

    @property
    def language_packs(self) -> Path:
        """The folder with this kiosk's own language packs; usually ``languages`` beside the settings."""
        return Path(self.language_folder) if self.language_folder else self.source.parent / "languages"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def runtime(self) -> Path:
        """Where what holds until the machine is switched off is kept, without any disk."""
        return runtime_folder(self.data)


def load(path: str | None = None, environment: dict[str, str] | None = None, *, with_district: bool = True) -> Settings:
    """Reads the file named by ``path``, else by ``KIOSK_CONFIG``, else ``/etc/lang-nghe/kiosk.toml`` (in a checkout
    the example). ``KIOSK_DATA`` is the data folder, else ``/var/lib/lang-nghe`` (in a checkout one in the user's home).
    ``with_district``: what the district sent holds instead of the file, but for what the file keeps to itself.

    Raises ``BadSettings``: for the own file alone; what was sent and does not go with it is not used.
    """
    env = dict(os.environ) if environment is None else environment
    source = Path(path or env.get("KIOSK_CONFIG") or settings_file("kiosk.toml"))
    data = Path(env.get("KIOSK_DATA") or data_folder("lang-nghe", Path.home() / ".local/share/lang-nghe/kiosk"))
    own = _read(source, data, {})
    sent = sent_settings(own.keys) if with_district else None
    return own if sent is None else _with_sent(own, sent)


def _read(source: Path, data: Path, over: dict[str, Any]) -> Settings:
    """The settings of a file, or with some values ``over`` those of the file. Raises ``BadSettings``."""
    prescribed = _prescribed_patterns(shared("config") / "schemes" / "code-formats.toml")
    given = {"source": source, "data": data, "prescribed_code_patterns": prescribed}
    settings = read(Settings, _content(source), source, {}, given, over)
    if settings.default_language not in settings.languages:
        named = settings.default_language
        raise BadSettings(f"{source}: [languages] default {named!r} is not among those offered")
    if flaw := _flaw_of(settings.queue):
        raise BadSettings(f"{source}: [queue] {flaw}")
    return settings


def _with_sent(own: Settings, sent: SentSettings) -> Settings:
    """The settings with what the district sent, or the own ones, saying why they hold. What only a newer release knows
    is left out."""
    kept = tuple(key for key in sent.values if sendable.is_own(key, own.own_settings))
    used = {key: value for key, value in sent.values.items() if key in sendable.SENDABLE and key not in kept}
    if sent.failed:
        return replace(own, from_district=FromDistrict(sent.number, kept=kept, word="failed"))
    refused = replace(own, from_district=FromDistrict(sent.number, kept=kept, word="refused"))
    if sendable.flaw(used) or not _can_offer(own, used.get(sendable.LANGUAGES.key, ())):
        return refused
    try:
        settings = _read(own.source, own.data, used)
    except BadSettings:
        return refused
    return replace(settings, from_district=FromDistrict(sent.number, used, kept, "used", sent.proven))


def _can_offer(own: Settings, languages: Sequence[str]) -> bool:
    """Whether each of these languages has a pack here that can be used. Packs are read only where languages were
    sent: a start reads them once more, not every run of the agent."""
    if not languages:
        return True
    from kiosk.languages.packs import load_packs

    return not load_packs(languages, languages[0], own.language_packs).refused


def sent_settings(keys: Path) -> SentSettings | None:
    """What the district sent last, kept beside the keys of this kiosk's enrolment; ``None`` when there is nothing that
    can be read. The agent has checked whose word it is (``sync.agent.district_settings``)."""
    try:
        with open_plain(keys / SENT) as file:
            return msgspec.json.decode(file.read(MAX_SENT_BYTES), type=SentSettings)
    except (OSError, msgspec.MsgspecError):
        return None


def _flaw_of(queue: QueueOptions) -> str:
    """Which settings of the ticket system do not go together; empty when all do."""
    if queue.http_port and not queue.http_secret_file:
        return "http_port needs http_secret_file, a file with the secret that the ticket system signs with"
    if queue.serial_port and not (queue.serial_pattern and queue.events):
        return "serial_port needs serial_pattern and events, which say what a line means"
    if queue.folder and not Path(queue.folder).is_absolute():
        return f"folder must be a whole path such as /srv/queue, not {queue.folder!r}"
    return ""


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadSettings(f"{path}: there is no such file; copy the example config/kiosk.toml there") from error
    except OSError as error:
        raise BadSettings(f"{path}: cannot be read: {error.strerror}") from error
