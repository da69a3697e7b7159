"""Let somebody set their own password: a one-time code, as a link or on a printed slip. Nobody else ever knows it."""

from datetime import datetime, timedelta

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.accounts.passwords import Passwords, refuse_weak
from sync.district.accounts.sign_in import drawn_code, hash_of_code
from sync.district.accounts.users import (
    BadUser,
    NewUser,
    check_new,
    clean_full_name,
    end_pin_of,
    known_user,
    note_change,
    refuse_auditor,
)
from sync.district.domain.people import Role
from sync.district.store import accounts as store
from sync.district.store.accounts import UserRow
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.times import end_of, local_day

HOLDS = timedelta(days=7)
"""A code holds to the end of the seventh day, counted with the day on which it was made."""

LENGTH = 20
"""Letters of a code: 100 random bits."""


class Invitation(StructWithHidden, frozen=True):
    """A one-time code for a user, and until when it holds. It is shown once and kept as a hash alone."""

    user_name: str
    code: Hidden[str]
    expires_at: datetime

    @property
    def grouped(self) -> str:
        """The code as it is printed, in groups of four."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))


def invite(engine: Engine, new: NewUser, now: datetime, by: str) -> Invitation:
    """Makes an account without a password, and the code with which its owner sets one. Raises ``BadUser``."""
    with writing(engine) as connection:
        name = check_new(connection, new)
        link = (new.officer_number or None, new.not_an_officer, clean_full_name(new.full_name))
        store.add_user(connection, UserRow(name, "", new.role, new.unit_id, False, *link), now)
        note_change(connection, name, "invited", by, now)
        return _given(connection, name, now)


def reset(engine: Engine, user_name: str, now: datetime, by: str) -> Invitation:
    """Ends the password, the second step, the PIN and the sessions of somebody who is no auditor, and gives a code for
    a new password. Raises ``BadUser``."""
    with writing(engine) as connection:
        user = known_user(connection, user_name)
        refuse_auditor(user)
        name = user.user_name
        store.set_password(connection, name, "")
        store.set_totp(connection, name, None)
        end_pin_of(connection, user, now, by)
        note_change(connection, name, "reset", by, now)
        return _given(connection, name, now)


def first_administrator(engine: Engine, name: str, now: datetime) -> Invitation | None:
    """The first account of a district, which invites the others; ``None`` where an administrator may already sign in.
    Raises ``BadUser``."""
    with reading(engine) as connection:
        waiting = store.invitations_waiting(connection, now)
        there = [each for each in store.all_users(connection) if each.role == Role.ADMINISTRATOR and not each.disabled]
    if any(each.password_hash for each in there):
        return None
    if there:
        return reset(engine, there[0].user_name, now, "") if there[0].user_name not in waiting else None
    return invite(engine, NewUser(name, Role.ADMINISTRATOR, not_an_officer=True), now, "")


def invited(engine: Engine, code: str, now: datetime) -> str | None:
    """Whose code this is, while it holds."""
    with reading(engine) as connection:
        return store.invited(connection, hash_of_code(code), now)


def accept(engine: Engine, passwords: Passwords, code: str, password: str, now: datetime) -> str:
    """Sets the password of whom the code belongs to, and ends the code; returns the user's name. Raises ``BadUser``
    where the code holds no more, or ``BadPassword``."""
    name = invited(engine, code, now)
    if name is None:
        raise BadUser("invitation.gone")
    refuse_weak(password, name)
    password_hash = passwords.hash(password)
    with writing(engine) as connection:
        store.hold_user(connection, name)
        if store.invited(connection, hash_of_code(code), now) != name:
            raise BadUser("invitation.gone")
        store.set_password(connection, name, password_hash)
        note_change(connection, name, "password", name, now)
    return name


def _given(connection: Connection, name: str, now: datetime) -> Invitation:
    code = drawn_code(LENGTH)
    expires_at = end_of(local_day(now + HOLDS) - timedelta(days=1))
    store.add_invitation(connection, hash_of_code(code), name, expires_at)
    return Invitation(name, code, expires_at)
