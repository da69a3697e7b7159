"""The context of every command: settings, clock, and the database once it is asked for."""

import getpass
import os
import stat
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

from msgspec import Struct

from sync.district.domain.contact_seal import ContactKeys
from sync.district.keys.files import (
    RECEIPT_KEY,
    KeysMissing,
    contact_secret,
    load_receipt_key,
    load_sealing_public_key,
)
from sync.district.services import Services
from sync.district.settings import Settings
from sync.district.store.contacts import use_contact_keys
from sync.district.store.engine import Engine, open_engine
from sync.district.store.schema import upgrade

MAX_NAME = 64


class Stop(Exception):
    """The command cannot go on. The message is one sentence that says what to do."""


class Context(Struct, frozen=True):
    """Handed to every command. ``now`` gives an aware UTC moment."""

    settings: Settings
    now: Callable[[], datetime]

    def engine(self) -> Engine:
        """The database, upgraded to this release. Raises ``StoreUnavailable``, ``NewerSchema`` or ``Stop``."""
        if not self.settings.data.is_dir():
            raise Stop(f"there is no data folder {self.settings.data}; run 'district init' or set DISTRICT_DATA")
        try:
            engine = open_engine(self.settings.database_url)
        except ValueError as error:
            raise Stop(str(error)) from error
        upgrade(engine)
        with suppress(KeysMissing):  # a machine that holds no receipt key opens no contact
            receipt_key = load_receipt_key(self.settings.data)
            use_contact_keys(engine, ContactKeys.derived_from(contact_secret(receipt_key)))
        return engine

    def contact_engine(self) -> Engine:
        """The database for what writes complaints: who citizens are is sealed with keys that follow from the receipt
        key. Raises ``Stop`` on a machine without it, and what ``engine`` raises."""
        try:
            load_receipt_key(self.settings.data)
        except KeysMissing as error:
            raise Stop(
                f"{self.settings.data / RECEIPT_KEY} cannot be read: the projector seals with it who citizens are, and "
                "signs the public log. On a new server run 'district init'; else copy it from the machine that serves, "
                "or run 'district key restore'"
            ) from error
        return self.engine()

    def services(self) -> Services:
        """Everything that faces the network. Raises ``KeysMissing`` and what ``engine`` raises."""
        receipt_key = load_receipt_key(self.settings.data)
        sealing_public_key = load_sealing_public_key(self.settings.data)
        return Services(self.engine(), self.settings, receipt_key, sealing_public_key, self.now)


def account() -> str:
    """Who runs this command, as the server knows them: whoever became another user with sudo is named all the same."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def person_of(arguments: Namespace) -> str | None:
    """Who does it, as they say themselves (``--by``), else the login name; ``None`` when nobody knows. Raises
    ``Stop``."""
    person = (arguments.by or os.environ.get("SUDO_USER") or os.environ.get("LOGNAME") or "").strip()
    if len(person) > MAX_NAME or (arguments.by is not None and not person):
        raise Stop(f"say who you are (--by NAME, up to {MAX_NAME} letters)")
    return person or None


def day_of(text: str) -> date:
    """A day as people type it. Raises ``Stop``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Stop(f"{text!r} is no day; write it as YYYY-MM-DD") from error


Run = Callable[[Namespace, Context], int]


def private_files() -> None:
    """From here on this process makes files that only their owner can read: the database holds people's words."""
    os.umask(stat.S_IRWXG | stat.S_IRWXO)
