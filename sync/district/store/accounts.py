"""Users, sessions, and sign-in attempts."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, desc, insert, select, update

from sync.district.store.engine import Connection
from sync.district.store.people_tables import sessions, sign_ins, users
from sync.district.store.reference_tables import officers, units


class UserRow(Struct, frozen=True):
    """A user. ``unit_id`` ``None`` means every unit."""

    user_name: str
    password_hash: str
    role: str
    unit_id: str | None
    disabled: bool
    officer_number: str | None = None
    not_an_officer: bool | None = None
    full_name: str | None = None

    @property
    def linked(self) -> bool:
        """Whether it is known which officer this is, or said that they are none."""
        return self.officer_number is not None or self.not_an_officer is True


class SessionRow(Struct, frozen=True):
    """A session and who it belongs to."""

    user: UserRow
    form_token: str
    expires_at: datetime


_USER = tuple(users.c[name] for name in UserRow.__struct_fields__)


def user(connection: Connection, user_name: str) -> UserRow | None:
    """One user; within a writing transaction on PostgreSQL the row is held, so that tries take turns."""
    row = connection.execute(select(*_USER).where(users.c.user_name == user_name)).first()
    return None if row is None else UserRow(*row)


def hold_user(connection: Connection, user_name: str) -> None:
    """Holds the user's row to the end of the transaction."""
    connection.execute(select(users.c.user_name).where(users.c.user_name == user_name).with_for_update())


def all_users(connection: Connection) -> list[UserRow]:
    """Every user by name."""
    return [UserRow(*row) for row in connection.execute(select(*_USER).order_by(users.c.user_name))]


def unit_exists(connection: Connection, unit_id: str) -> bool:
    """Whether there is such a unit."""
    return connection.execute(select(units.c.unit_id).where(units.c.unit_id == unit_id)).first() is not None


def add_user(connection: Connection, new: UserRow, created_at: datetime) -> None:
    """Adds a user."""
    values = {name: getattr(new, name) for name in UserRow.__struct_fields__}
    connection.execute(insert(users).values(created_at=created_at, **values))


def set_password(connection: Connection, user_name: str, password_hash: str) -> None:
    """Gives a user a new password and ends their sessions."""
    connection.execute(update(users).where(users.c.user_name == user_name).values(password_hash=password_hash))
    connection.execute(delete(sessions).where(sessions.c.user_name == user_name))


def link_user(
    connection: Connection, user_name: str, officer_number: str | None, not_an_officer: bool, full_name: str | None
) -> None:
    """Says which officer a user is, or that they are none, and what they are called."""
    values = {"officer_number": officer_number, "not_an_officer": not_an_officer, "full_name": full_name}
    connection.execute(update(users).where(users.c.user_name == user_name).values(**values))


def officer_exists(connection: Connection, officer_number: str) -> bool:
    """Whether the lists hold such an officer now."""
    known = officers.c
    wanted = select(known.officer_number).where(known.officer_number == officer_number, known.removed.is_(False))
    return connection.execute(wanted).first() is not None


def set_disabled(connection: Connection, user_name: str, disabled: bool) -> None:
    """Shuts a user out at once (their sessions end), or lets them in again."""
    connection.execute(update(users).where(users.c.user_name == user_name).values(disabled=disabled))
    connection.execute(delete(sessions).where(sessions.c.user_name == user_name))


def add_session(
    connection: Connection, session_hash: bytes, user_name: str, form_token: str, expires_at: datetime
) -> None:
    """Opens a session."""
    values = {"session_hash": session_hash, "user_name": user_name, "form_token": form_token, "expires_at": expires_at}
    connection.execute(insert(sessions).values(values))


def session(connection: Connection, session_hash: bytes, now: datetime) -> SessionRow | None:
    """The session, unless it has expired or its user is disabled."""
    joined = sessions.join(users, users.c.user_name == sessions.c.user_name)
    live = (sessions.c.session_hash == session_hash) & (sessions.c.expires_at > now) & users.c.disabled.is_(False)
    columns = (*_USER, sessions.c.form_token, sessions.c.expires_at)
    row = connection.execute(select(*columns).select_from(joined).where(live)).first()
    return None if row is None else SessionRow(UserRow(*row[:-2]), row[-2], row[-1])


def end_session(connection: Connection, session_hash: bytes) -> None:
    """Ends a session."""
    connection.execute(delete(sessions).where(sessions.c.session_hash == session_hash))


def drop_expired(connection: Connection, now: datetime, tries_before: datetime) -> None:
    """Forgets expired sessions and old tries."""
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    connection.execute(delete(sign_ins).where(sign_ins.c.at < tries_before))


def add_try(connection: Connection, user_name: str, succeeded: bool, at: datetime) -> int:
    """Notes a try to sign in."""
    values = {"user_name": user_name, "succeeded": succeeded, "at": at}
    return int(connection.execute(insert(sign_ins).values(values).returning(sign_ins.c.sign_in_id)).scalar_one())


def mark_succeeded(connection: Connection, sign_in_id: int) -> None:
    """The try turned out to be right."""
    connection.execute(update(sign_ins).where(sign_ins.c.sign_in_id == sign_in_id).values(succeeded=True))


def tries_since(connection: Connection, user_name: str, since: datetime) -> list[tuple[datetime, bool]]:
    """When a name was tried and whether it succeeded, the newest first."""
    wanted = (sign_ins.c.user_name == user_name) & (sign_ins.c.at > since)
    newest_first = select(sign_ins.c.at, sign_ins.c.succeeded).where(wanted).order_by(desc(sign_ins.c.sign_in_id))
    return [(row[0], row[1]) for row in connection.execute(newest_first)]
