"""The district's settings: a TOML file and a few environment variables, checked once at the start.

A new setting is a line here and a line in config/district.toml, which says what it is for.
"""

import base64
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.declared_settings import BadSettings, number, one_of, read, switch, text, texts
from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.paths import data_folder, settings_file

DATABASE_FILE = "district.sqlite"
MIN_TOKEN = 20
USUAL = Path()
"""Stands for the usual data folder until it is known which that is."""


def _folder(value: str) -> Path:
    return Path(value).expanduser().absolute() if value else USUAL


def _address(value: str) -> str:
    address = value.rstrip("/")
    if address and not (address.startswith("https://") and len(address) <= 200 and " " not in address):
        raise ValueError(f"must begin with https://, or be empty, not {value!r}")
    return address


def _file(value: str) -> Path | None:
    return Path(value) if value else None


def mail_address(value: str) -> str:
    """A mail address of staff, also one of a mail server inside the house. Raises ``ValueError``."""
    name, at, host = value.rpartition("@")
    if not (name and at and host) or not value.isprintable() or any(each in value for each in " ,;<>"):
        raise ValueError(f'must be a mail address such as "ky-thuat@example.gov.vn", not {value!r}')
    return value


def _webhook(value: str) -> str:
    address = urlsplit(value)
    near = address.scheme == "http" and is_this_machine(address.hostname or "")
    if value and not (near or (address.scheme == "https" and address.hostname)):
        raise ValueError(f"must begin with https://, or be empty, not {value!r}")
    return value


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine itself: what goes there leaves it not."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _secret(value: str) -> str:
    try:
        key = base64.b64decode(value.removeprefix("whsec_"), validate=True) if value.startswith("whsec_") else b"text"
    except ValueError:
        key = b""
    if not key:
        raise ValueError("must be Base64 behind whsec_, or another text")
    return value


def _token(value: str) -> str:
    if value and len(value) < MIN_TOKEN:
        raise ValueError(f"must have at least {MIN_TOKEN} characters")
    return value


class Limits(Struct, frozen=True):
    """What one serving process takes before it sends boxes away for a while; 0 is no limit.

    ``per_device_minute``: requests a minute from one box. ``in_flight``: batches at the same time.
    ``waiting_batches``: batches that may wait to be opened. ``strangers_minute``: requests a minute without a known
    token (enrolment, sign-in) from one network.
    """

    per_device_minute: Annotated[int, number("limits.per_device_minute", 0, 1_000_000)] = 600
    in_flight: Annotated[int, number("limits.in_flight", 0, 10_000)] = 64
    waiting_batches: Annotated[int, number("limits.waiting_batches", 0, 100_000_000)] = 100_000
    strangers_minute: Annotated[int, number("limits.strangers_minute", 0, 1_000_000)] = 60


class MailSecurity(StrEnum):
    """How the mail server is spoken to."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Alerts(Struct, frozen=True):
    """Who is told when kiosks need somebody, and in what language; nobody when it is empty."""

    mail_to: Annotated[tuple[str, ...], texts("alerts.mail_to", mail_address, or_none=True)] = ()
    language: Annotated[str, one_of("alerts.language", ("vi", "en"))] = "vi"


class Mail(StructWithHidden, frozen=True):
    """The mail server that takes what the district sends; none when ``host`` is empty. ``citizens``: whether those who
    chose e-mail get one when their complaint has something to tell."""

    host: Annotated[str, text("mail.host")] = ""
    port: Annotated[int, number("mail.port", 1, 65_535)] = 587
    security: Annotated[MailSecurity, one_of("mail.security", MailSecurity)] = MailSecurity.STARTTLS
    user: Annotated[str, text("mail.user")] = ""
    sender: Annotated[str, text("mail.sender", mail_address)] = "lang-nghe@localhost"
    citizens: Annotated[bool, switch("mail.citizens")] = True
    password: Annotated[Hidden[str], text("mail.password", environment="DISTRICT_MAIL_PASSWORD")] = ""


class Webhook(StructWithHidden, frozen=True):
    """An address of the province's own that is told the same; none when ``url`` is empty."""

    url: Annotated[str, text("webhook.url", _webhook)] = ""
    secret: Annotated[Hidden[str], text("webhook.secret", _secret, environment="DISTRICT_WEBHOOK_SECRET")] = ""


class Personal(Struct, frozen=True):
    """Personal data. ``rules``: the office's own table of days, ``None`` for the shipped one; ``backups``: the folder
    of the nightly copies, ``None`` where the retention job removes none."""

    rules: Annotated[Path | None, text("personal.rules", _file)] = None
    backups: Annotated[Path | None, text("personal.backups", _file)] = None


class Settings(StructWithHidden, frozen=True, kw_only=True):
    """Every setting of the district. ``config/district.toml`` explains each.

    ``database_url``: empty for one SQLite file in the data folder. ``minimum_n``: below so many ratings no percentage
    is shown. ``group_floor``: a counter with fewer released ratings shows none. ``public_index``:
    whether everybody may read each unit's finished months. ``public_url``: the address
    citizens reach this server by, without a slash at its end, empty while there is none. ``proxies``: the addresses
    whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed. ``hosts``: the names it answers to besides
    loopback; none: the machine's own and its addresses. ``deadlines``, ``indicators``: the office's own table of
    deadlines and its own rules of indicators, ``None`` for the shipped ones. ``metrics_token``: with which a
    monitoring system may read ``/metrics``; empty: nobody may.
    """

    data: Annotated[Path, text("data", _folder, "DISTRICT_DATA")] = USUAL
    database_url: Annotated[Hidden[str], text("database.url", environment="DISTRICT_DATABASE_URL")] = ""
    host: Annotated[str, text("server.host", environment="DISTRICT_HOST")] = "127.0.0.1"
    port: Annotated[int, number("server.port", 0, 65_535, "DISTRICT_PORT")] = 8765
    minimum_n: Annotated[int, number("figures.minimum_n", 1, 10_000)] = 30
    group_floor: Annotated[int, number("figures.group_floor", 5, 1_000)] = 5
    indicators: Annotated[Path | None, text("figures.indicators", _file)] = None
    public_index: Annotated[bool, switch("figures.public_index")] = False
    public_url: Annotated[str, text("complaints.public_url", _address)] = ""
    proxies: Annotated[tuple[str, ...], texts("server.proxies", or_none=True)] = ("127.0.0.1", "::1")
    hosts: Annotated[tuple[str, ...], texts("server.hosts", or_none=True)] = ()
    deadlines: Annotated[Path | None, text("complaints.deadlines", _file)] = None
    metrics_token: Annotated[Hidden[str], text("server.metrics_token", _token, "DISTRICT_METRICS_TOKEN")] = ""
    limits: Limits = Limits()
    alerts: Alerts = Alerts()
    mail: Mail = Mail()
    webhook: Webhook = Webhook()
    personal: Personal = Personal()


def load_settings(environment: Mapping[str, str], config: Path | None = None) -> Settings:
    """Reads ``config``, else ``DISTRICT_CONFIG``, else ``/etc/lang-nghe/district.toml`` (in a checkout the example).

    Raises ``BadSettings``. Without another word the data are in ``/var/lib/lang-nghe-district`` (in a checkout in
    ``district-data``).

    ``DISTRICT_DATA``, ``DISTRICT_DATABASE_URL``, ``DISTRICT_HOST`` and ``DISTRICT_PORT`` win over the file.
    """
    named = config or environment.get("DISTRICT_CONFIG")
    path = Path(named) if named else settings_file("district.toml")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadSettings(f"cannot read the settings file {path}: {error.strerror}") from error
    found = read(Settings, content, path, environment)
    if found.mail.security is MailSecurity.NONE and not is_this_machine(found.mail.host or "localhost"):
        raise BadSettings(
            f"{path}: [mail] security may be none only for a server on this machine, not {found.mail.host}"
        )
    usual = data_folder("lang-nghe-district", Path("district-data")).absolute()
    data = usual if found.data == USUAL else found.data
    return replace(
        found,
        data=data,
        database_url=found.database_url or f"sqlite:///{data / DATABASE_FILE}",
        deadlines=_beside(path, found.deadlines),
        indicators=_beside(path, found.indicators),
        personal=replace(found.personal, rules=_beside(path, found.personal.rules)),
    )


def _beside(settings: Path, file: Path | None) -> Path | None:
    return (settings.parent / file).absolute() if file else None
