"""Add users, move them, disable them."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from sync.district.accounts.passwords import Passwords, refuse_weak
from sync.district.accounts.sign_in import Refused, clean_name, note_try
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.checks import is_word
from sync.district.domain.people import Role
from sync.district.domain.rights import answers_citizens, audits, signs_in_at_kiosks
from sync.district.store import accounts as store
from sync.district.store import officer_pins
from sync.district.store.audit import note
from sync.district.store.engine import Connection, Engine, writing

MAX_FULL_NAME = 100


class BadUser(ValueError):
    """The user cannot be added or changed; the value is the key of the text that says why and what to do."""


class NewUser(Struct, frozen=True):
    """An account to be made. ``unit_id`` ``None`` means every unit."""

    user_name: str
    role: Role
    unit_id: str | None = None
    officer_number: str | None = None
    not_an_officer: bool = False
    full_name: str | None = None


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
    """Adds a user with a password and returns the name as stored. ``by``: who adds it, for the audit list. Raises
    ``BadUser`` or ``BadPassword``."""
    new = NewUser(user_name, role, unit_id, officer_number, not_an_officer, full_name)
    check_words(new)
    refuse_weak(password, user_name)
    password_hash = passwords.hash(password)
    with writing(engine) as connection:
        name = check_new(connection, new)
        link = (officer_number or None, not_an_officer or not answers_citizens(role), clean_full_name(full_name))
        if audits(role):
            note(connection, AuditEntry(now, by, Audited.ROLE, {"user": name}))
        else:
            note_change(connection, name, "added", by, now)
        store.add_user(connection, store.UserRow(name, password_hash, role, unit_id, False, *link), now)
    return name


def clean_full_name(text: str | None) -> str | None:
    """Somebody's name as it is stored: single spaces, no letter that nobody sees; ``None`` for none. Raises
    ``BadUser``."""
    name = " ".join((text or "").split())
    if name and not is_word(name, MAX_FULL_NAME):
        raise BadUser("account.bad_full_name")
    return name or None


def check_words(new: NewUser) -> str:
    """The name as it is stored, when the account can be as it is described. Raises ``BadUser``.

    Who may see complaints is linked to an officer of the lists, or is said to be none: else nobody could keep from them
    what is said about themselves.
    """
    name = clean_name(new.user_name)
    if name is None:
        raise BadUser("account.bad_name")
    clean_full_name(new.full_name)
    if new.role is Role.OFFICER and not new.officer_number:
        raise BadUser("account.no_officer_number")
    if answers_citizens(new.role) and bool(new.officer_number) == new.not_an_officer:
        raise BadUser("account.not_linked")
    if audits(new.role) and (new.officer_number or new.unit_id is not None):
        raise BadUser("account.auditor_apart")
    return name


def check_new(connection: Connection, new: NewUser) -> str:
    """The name as it is stored, when the account can be made. Raises ``BadUser``."""
    name = check_words(new)
    if store.user(connection, name) is not None:
        raise BadUser("account.taken")
    if new.unit_id is not None and not store.unit_exists(connection, new.unit_id):
        raise BadUser("account.no_unit")
    _refuse_unknown(connection, new.officer_number)
    return name


def move_user(
    engine: Engine, user_name: str, role: Role, unit_id: str | None, full_name: str | None, now: datetime, by: str
) -> None:
    """Gives somebody another role, unit or name; their sessions end. What they are linked to stays. Raises
    ``BadUser``."""
    with writing(engine) as connection:
        if role is not Role.ADMINISTRATOR:
            _keep_an_administrator(connection, user_name, by)
        user = known_user(connection, user_name)
        if unit_id is not None and not store.unit_exists(connection, unit_id):
            raise BadUser("account.no_unit")
        if audits(role) or audits(Role(user.role)):
            raise BadUser("account.auditor_by_command")
        if answers_citizens(role) and not user.linked:
            raise BadUser("account.not_linked_before")
        if role is Role.OFFICER and not user.officer_number:
            raise BadUser("account.no_officer_number")
        store.move_user(connection, user.user_name, role, unit_id, clean_full_name(full_name))
        if not signs_in_at_kiosks(role, user.officer_number):
            end_pin_of(connection, user, now, by)
        moved = {"from": [user.role, user.unit_id], "to": [str(role), unit_id]}
        note_change(connection, user.user_name, "moved", by, now, moved)


def shut_out(engine: Engine, user_name: str, disabled: bool, now: datetime, by: str) -> None:
    """Shuts somebody out at once, or lets them in again, by an administrator, who lets in no auditor. Raises
    ``BadUser``."""
    with writing(engine) as connection:
        if disabled:
            _keep_an_administrator(connection, user_name, by)
        else:
            refuse_auditor(known_user(connection, user_name))
        _set_disabled(connection, user_name, disabled, now, by)


def refuse_auditor(user: store.UserRow) -> None:
    """An auditor sees finer figures than an administrator: no administrator opens such an account, or they could become
    the auditor. Raises ``BadUser``."""
    if audits(Role(user.role)):
        raise BadUser("account.auditor_by_command")


def _keep_an_administrator(connection: Connection, user_name: str, by: str) -> None:
    """Nobody takes their own administration away, and the last administrator stays, also where two shut each other out
    at once. Raises ``BadUser``."""
    name, there = clean_name(user_name), store.hold_administrators(connection)
    if name in there and (name == by or len(there) == 1):
        raise BadUser("account.last_administrator")


def note_change(
    connection: Connection, user_name: str, did: str, by: str, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Writes down for the audit list what was done to an account."""
    note(connection, AuditEntry(now, by, Audited.ACCOUNT, {"user": user_name, "did": did, **(detail or {})}))


def end_pin_of(connection: Connection, user: store.UserRow, now: datetime, by: str) -> None:
    """Ends the PIN for kiosks that belongs to an account, if there is one: because its owner wants so, or nobody is to
    sign in with the account."""
    if user.officer_number and officer_pins.end_pin(connection, user.officer_number, now):
        note_change(connection, user.user_name, "pin_ended", by, now)


def link_user(
    engine: Engine,
    user_name: str,
    officer_number: str | None,
    not_an_officer: bool,
    full_name: str | None,
    now: datetime,
    by: str,
) -> None:
    """Says which officer a user is, or that they are none. Once said it stays: nobody is let to read what was kept from
    them. Raises ``BadUser``."""
    if bool(officer_number) == not_an_officer:
        raise BadUser("account.not_linked")
    with writing(engine) as connection:
        user = known_user(connection, user_name)
        if user.linked:
            raise BadUser("account.linked_before")
        _refuse_unknown(connection, officer_number)
        store.link_user(connection, user.user_name, officer_number or None, not_an_officer, clean_full_name(full_name))
        note_change(connection, user.user_name, "linked", by, now, {"officer": officer_number or None})


def _refuse_unknown(connection: Connection, officer_number: str | None) -> None:
    if officer_number and not store.officer_exists(connection, officer_number):
        raise BadUser("account.no_officer")


def change_password(
    engine: Engine, passwords: Passwords, user_name: str, password: str, now: datetime, by: str
) -> None:
    """Gives a user a new password from the server's command line, and ends their sessions, their invitation, their
    second step and their PIN: this is the way back for whoever lost everything. Raises ``BadUser`` or
    ``BadPassword``."""
    refuse_weak(password, user_name)
    password_hash = passwords.hash(password)
    with writing(engine) as connection:
        user = known_user(connection, user_name)
        name = user.user_name
        store.set_password(connection, name, password_hash)
        store.set_totp(connection, name, None)
        end_pin_of(connection, user, now, by)
        note_change(connection, name, "password", by, now)


def change_own(
    engine: Engine,
    passwords: Passwords,
    user_name: str,
    now_is: str,
    password: str,
    session: bytes,
    now: datetime,
    network: str = "",
) -> None:
    """Somebody changes their own password; every session of theirs ends but this one. Raises ``BadPassword``, and
    ``Refused`` or ``Locked`` like signing in: a session left open is no place to guess the present password."""
    refuse_weak(password, user_name)
    noted, user = note_try(engine, user_name, now, network)
    if user is None or not passwords.check(user.password_hash, now_is):
        raise Refused
    password_hash = passwords.hash(password)
    with writing(engine) as connection:
        store.hold_user(connection, user_name)
        if known_user(connection, user_name).password_hash != user.password_hash:
            raise Refused  # it was reset or changed meanwhile
        store.keep_password(connection, user_name, password_hash)
        store.end_sessions(connection, user_name, but=session)
        store.mark_succeeded(connection, noted)
        note_change(connection, user_name, "password", user_name, now)


def set_disabled(engine: Engine, user_name: str, disabled: bool, now: datetime, by: str) -> None:
    """Shuts a user out at once, or lets them in again, from the server's command line. Raises ``BadUser``."""
    with writing(engine) as connection:
        _set_disabled(connection, user_name, disabled, now, by)


def _set_disabled(connection: Connection, user_name: str, disabled: bool, now: datetime, by: str) -> None:
    user = known_user(connection, user_name)
    name = user.user_name
    store.set_disabled(connection, name, disabled)
    if disabled:
        end_pin_of(connection, user, now, by)
    note_change(connection, name, "disabled" if disabled else "enabled", by, now)


def known_name(connection: Connection, user_name: str) -> str:
    """The name of a user as it is stored. Raises ``BadUser``."""
    return known_user(connection, user_name).user_name


def known_user(connection: Connection, user_name: str) -> store.UserRow:
    """A user by name. Raises ``BadUser``."""
    name = clean_name(user_name)
    user = None if name is None else store.user(connection, name)
    if user is None:
        raise BadUser("account.unknown")
    return user
