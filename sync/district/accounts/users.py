"""Adding users and shutting them out."""

from datetime import datetime

from sync.district.accounts.passwords import Passwords, refuse_weak
from sync.district.accounts.sign_in import clean_name
from sync.district.domain.people import Role
from sync.district.store import accounts as store
from sync.district.store.engine import Connection, Engine, writing


class BadUser(ValueError):
    """The user cannot be added or changed; the value is the key of the text that says why and what to do."""


def add_user(
    engine: Engine,
    passwords: Passwords,
    user_name: str,
    password: str,
    role: Role,
    unit_id: str | None,
    now: datetime,
    officer_number: str | None = None,
) -> str:
    """Adds a user and returns the name as stored. Raises ``BadUser`` or ``BadPassword``.

    An officer needs their number: else nobody could keep from them what is said about themselves.
    """
    name = clean_name(user_name)
    if name is None:
        raise BadUser("account.bad_name")
    if role is Role.OFFICER and not officer_number:
        raise BadUser("account.no_officer_number")
    refuse_weak(password)
    password_hash = passwords.hash(password)
    with writing(engine) as connection:
        if store.user(connection, name) is not None:
            raise BadUser("account.taken")
        if unit_id is not None and not store.unit_exists(connection, unit_id):
            raise BadUser("account.no_unit")
        store.add_user(connection, store.UserRow(name, password_hash, role, unit_id, False, officer_number), now)
    return name


def change_password(engine: Engine, passwords: Passwords, user_name: str, password: str) -> None:
    """Gives a user a new password and ends their sessions. Raises ``BadUser`` or ``BadPassword``."""
    refuse_weak(password)
    password_hash = passwords.hash(password)
    with writing(engine) as connection:
        store.set_password(connection, _known(connection, user_name), password_hash)


def set_disabled(engine: Engine, user_name: str, disabled: bool) -> None:
    """Shuts a user out at once, or lets them in again. Raises ``BadUser``."""
    with writing(engine) as connection:
        store.set_disabled(connection, _known(connection, user_name), disabled)


def _known(connection: Connection, user_name: str) -> str:
    name = clean_name(user_name)
    if name is None or store.user(connection, name) is None:
        raise BadUser("account.unknown")
    return name
