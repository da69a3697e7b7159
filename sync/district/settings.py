"""The district's settings: a TOML file and a few environment variables, checked once at the start."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.paths import shared

DEFAULT_DATA = "district-data"
DATABASE_FILE = "district.sqlite"


class BadSettings(ValueError):
    """The settings cannot be used. The message names the file and the key, and says what to write."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one serving process takes before it sends boxes away for a while; 0 is no limit.

    ``per_device_minute``: requests a minute from one box. ``in_flight``: batches at the same time.
    ``waiting_batches``: batches that may wait to be opened. ``strangers_minute``: requests a minute without a known
    token (enrolment, sign-in) from one network.
    """

    per_device_minute: int = 600
    in_flight: int = 64
    waiting_batches: int = 100_000
    strangers_minute: int = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the district. ``config/district.toml`` explains each.

    ``minimum_n``: below so many ratings no percentage is shown. ``group_floor``: counter staff see answers in groups
    of at least so many. ``public_url``: the address citizens reach this server by, without a slash at its end, empty
    while there is none. ``proxies``: the addresses whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed.
    ``hosts``: the names this server answers to besides loopback; none: any.
    ``deadlines``: the office's own table of deadlines, ``None`` for the shipped one.
    """

    data: Path
    database_url: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8765
    minimum_n: int = 30
    group_floor: int = 5
    public_url: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    hosts: tuple[str, ...] = ()
    deadlines: Path | None = None
    limits: Limits = Limits()


def load_settings(environment: Mapping[str, str], config: Path | None = None) -> Settings:
    """Reads ``config``, else ``DISTRICT_CONFIG``, else the example. Raises ``BadSettings``.

    ``DISTRICT_DATA``, ``DISTRICT_DATABASE_URL``, ``DISTRICT_HOST`` and ``DISTRICT_PORT`` win over the file.
    """
    named = config or environment.get("DISTRICT_CONFIG")
    path = Path(named) if named else shared("config") / "district.toml"
    table = _Table(path, _read(path))
    in_file = {
        "data": table.text("data", DEFAULT_DATA),
        "url": table.text("database.url", ""),
        "host": table.text("server.host", "127.0.0.1"),
    }
    port = table.number("server.port", 8765, 0, 65_535)
    data = Path(environment.get("DISTRICT_DATA") or in_file["data"]).expanduser().absolute()
    settings = Settings(
        data=data,
        database_url=environment.get("DISTRICT_DATABASE_URL") or in_file["url"] or f"sqlite:///{data / DATABASE_FILE}",
        host=environment.get("DISTRICT_HOST") or in_file["host"],
        port=_port(environment.get("DISTRICT_PORT"), port),
        minimum_n=table.number("figures.minimum_n", 30, 1, 10_000),
        group_floor=table.number("figures.group_floor", 5, 5, 1_000),
        public_url=table.address("complaints.public_url"),
        proxies=table.texts("server.proxies", ("127.0.0.1", "::1")),
        hosts=table.texts("server.hosts", ()),
        deadlines=table.file("complaints.deadlines"),
        limits=Limits(
            per_device_minute=table.number("limits.per_device_minute", 600, 0, 1_000_000),
            in_flight=table.number("limits.in_flight", 64, 0, 10_000),
            waiting_batches=table.number("limits.waiting_batches", 100_000, 0, 100_000_000),
            strangers_minute=table.number("limits.strangers_minute", 60, 0, 1_000_000),
        ),
    )
    table.refuse_unknown()
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"cannot read the settings file {path}: {error.strerror}") from error
    except ValueError as error:
        raise BadSettings(f"{path} is not TOML: {error}") from error


def _port(text: str | None, in_file: int) -> int:
    if not text:
        return in_file
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= 65_535):
        raise BadSettings(f"DISTRICT_PORT is {text!r}; write a port up to 65535, or 0 for any free one")
    return int(text)


class _Table:
    """A parsed TOML file that remembers which keys were asked for, so that a misspelt one is not passed over."""

    def __init__(self, path: Path, values: dict[str, Any]) -> None:
        self._path = path
        self._values = dict(_flat(values))
        self._asked: set[str] = set()

    def text(self, key: str, default: str) -> str:
        value = self._get(key, default)
        if not isinstance(value, str):
            raise BadSettings(f"{self._path}: {key} is {value!r}; write text in quotes")
        return value

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._get(key, list(default))
        if not (isinstance(value, list) and all(isinstance(each, str) and each for each in value)):
            raise BadSettings(f"{self._path}: {key} is {value!r}; write a list of texts in quotes")
        return tuple(value)

    def address(self, key: str) -> str:
        value = self.text(key, "").rstrip("/")
        if value and not (value.startswith("https://") and len(value) <= 200 and " " not in value):
            raise BadSettings(f"{self._path}: {key} is {value!r}; write https://… or leave it empty")
        return value

    def file(self, key: str) -> Path | None:
        value = self.text(key, "")
        return (self._path.parent / value).absolute() if value else None

    def number(self, key: str, default: int, least: int, most: int) -> int:
        value = self._get(key, default)
        if type(value) is not int or not least <= value <= most:
            raise BadSettings(f"{self._path}: {key} is {value!r}; write a whole number from {least} to {most}")
        return value

    def refuse_unknown(self) -> None:
        unknown = sorted(self._values.keys() - self._asked)
        if unknown:
            raise BadSettings(f"{self._path}: there is no setting called {unknown[0]}; see config/district.toml")

    def _get(self, key: str, default: object) -> object:
        self._asked.add(key)
        return self._values.get(key, default)


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in values.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return pairs
