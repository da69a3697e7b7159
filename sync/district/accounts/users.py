"""Add users and disable them."""

from datetime import datetime

from sync.district.accounts.passwords import Passwords, refuse_weak
from sync.district.accounts.sign_in import clean_name
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.people import Role
from sync.district.domain.rights import answers_citizens, audits
from sync.district.store import accounts as store
from sync.district.store.audit import note
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
    not_an_officer: bool = False,
    full_name: str | None = None,
    by: str = "",
) -> str:
    """Adds a user and returns the name as stored. ``by``: who adds an auditor, for the audit list. Raises ``BadUser``
    or ``BadPassword``.

    Who may see complaints is linked to an officer of the lists, or is said to be none: else nobody could keep from them
    what is said about themselves.
    """
    name = clean_name(user_name)
    if name is None:
        raise BadUser("account.bad_name")
    if role is Role.OFFICER and not officer_number:
        raise BadUser("account.no_officer_number")
    if answers_citizens(role) and bool(officer_number) == not_an_officer:
        raise BadUser("account.not_linked")
    if audits(role) and (officer_number or unit_id is not None):
        raise BadUser("account.auditor_apart")
    refuse_weak(password)
    password_hash = passwords.hash(password)
    with writing(engine) as connection:
        if store.user(connection, name) is not None:
            raise BadUser("account.taken")
        if unit_id is not None and not store.unit_exists(connection, unit_id):
            raise BadUser("account.no_unit")
        _refuse_unknown(connection, officer_number)
        link = (officer_number or None, not_an_officer or audits(role), full_name or None)
        if audits(role):
            note(connection, AuditEntry(now, by, Audited.ROLE, {"user": name}))
        store.add_user(connection, store.UserRow(name, password_hash, role, unit_id, False, *link), now)
    return name


def link_user(
    engine: Engine, user_name: str, officer_number: str | None, not_an_officer: bool, full_name: str | None
) -> None:
    """Says which officer a user is, or that they are none. Once said it stays: nobody is let to read what was kept from
    them. Raises ``BadUser``."""
    if bool(officer_number) == not_an_officer:
        raise BadUser("account.not_linked")
    with writing(engine) as connection:
        name = _known(connection, user_name)
        user = store.user(connection, name)
        if user is not None and user.linked:
            raise BadUser("account.linked_before")
        _refuse_unknown(connection, officer_number)
        store.link_user(connection, name, officer_number or None, not_an_officer, full_name or None)


def _refuse_unknown(connection: Connection, officer_number: str | None) -> None:
    if officer_number and not store.officer_exists(connection, officer_number):
        raise BadUser("account.no_officer")


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
