"""Users, sessions, sign-in attempts, invitations and second steps."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, desc, func, insert, select, update

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.lockout import Try
from sync.district.domain.people import Role
from sync.district.store.engine import Connection
from sync.district.store.people_tables import invitations, pin_codes, recovery_codes, sessions, sign_ins, users
from sync.district.store.reference_tables import officers, units


class UserRow(StructWithHidden, frozen=True):
    """A user. ``unit_id`` ``None`` means every unit."""

    user_name: str
    password_hash: Hidden[str]
    role: str
    unit_id: str | None
    disabled: bool
    officer_number: str | None = None
    not_an_officer: bool | None = None
    full_name: str | None = None
    totp_secret: Hidden[str | None] = None
    totp_step: int | None = None

    @property
    def linked(self) -> bool:
        """Whether it is known which officer this is, or said that they are none."""
        return self.officer_number is not None or self.not_an_officer is True


class SessionRow(StructWithHidden, frozen=True):
    """A session and who it belongs to. ``awaits_code``: the password was right and the authenticator's code is still to
    come; nothing is shown to it. ``confirmed_at``: when the password was last typed in it."""

    user: UserRow
    form_token: Hidden[str]
    expires_at: datetime
    started_at: datetime | None = None
    confirmed_at: datetime | None = None
    awaits_code: bool | None = None
    agent: str | None = None
    network: str | None = None


_USER = tuple(users.c[name] for name in UserRow.__struct_fields__)
_SESSION = tuple(sessions.c[name] for name in SessionRow.__struct_fields__ if name != "user")
_JOINED = sessions.join(users, users.c.user_name == sessions.c.user_name)
MAX_TRIES = 500
"""So many tries of a name are looked at, the newest."""


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
    keep_password(connection, user_name, password_hash)
    end_sessions(connection, user_name)


def keep_password(connection: Connection, user_name: str, password_hash: str) -> None:
    """Gives a user a new password, so that no code handed out before sets another; which sessions end is the caller's
    to say."""
    connection.execute(update(users).where(users.c.user_name == user_name).values(password_hash=password_hash))
    end_invitation(connection, user_name)


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


def move_user(connection: Connection, user_name: str, role: str, unit_id: str | None, full_name: str | None) -> None:
    """Gives a user another role, unit or name, and ends their sessions: they sign in as who they are now."""
    values = {"role": role, "unit_id": unit_id, "full_name": full_name}
    connection.execute(update(users).where(users.c.user_name == user_name).values(values))
    connection.execute(delete(sessions).where(sessions.c.user_name == user_name))


def hold_administrators(connection: Connection) -> set[str]:
    """The administrators who may sign in; their rows are held to the end of the transaction."""
    wanted = select(users.c.user_name).where(users.c.role == str(Role.ADMINISTRATOR), ~users.c.disabled)
    return set(connection.execute(wanted.order_by(users.c.user_name).with_for_update()).scalars())


def last_signed_in(connection: Connection) -> dict[str, datetime]:
    """When each name last signed in, as far as that is kept."""
    s = sign_ins.c
    rows = connection.execute(select(s.user_name, func.max(s.at)).where(s.succeeded).group_by(s.user_name))
    return {row[0]: row[1] for row in rows}


# ---- sessions


def add_session(connection: Connection, new: SessionRow, session_hash: bytes) -> None:
    """Opens a session."""
    names = (name for name in SessionRow.__struct_fields__ if name != "user")
    values = {name: getattr(new, name) for name in names}
    connection.execute(insert(sessions).values(session_hash=session_hash, user_name=new.user.user_name, **values))


def session(
    connection: Connection, session_hash: bytes, now: datetime, *, awaits_code: bool = False
) -> SessionRow | None:
    """The session, unless it has expired or its user is disabled. ``awaits_code``: one that has only half begun."""
    live = _live(now) & (sessions.c.session_hash == session_hash)
    row = connection.execute(select(*_USER, *_SESSION).select_from(_JOINED).where(live)).first()
    found = None if row is None else SessionRow(UserRow(*row[: len(_USER)]), *row[len(_USER) :])
    return found if found is not None and bool(found.awaits_code) is awaits_code else None


def sessions_of(connection: Connection, user_name: str, now: datetime) -> list[tuple[bytes, SessionRow]]:
    """Somebody's sessions, the newest first."""
    wanted = select(sessions.c.session_hash, *_USER, *_SESSION).select_from(_JOINED)
    rows = connection.execute(
        wanted.where(_live(now), sessions.c.user_name == user_name).order_by(desc(sessions.c.started_at))
    ).all()
    found = [(bytes(row[0]), SessionRow(UserRow(*row[1 : len(_USER) + 1]), *row[len(_USER) + 1 :])) for row in rows]
    return [(session_hash, each) for session_hash, each in found if not each.awaits_code]


def confirm_session(connection: Connection, session_hash: bytes, at: datetime) -> None:
    """Notes that the password was typed once more."""
    connection.execute(update(sessions).where(sessions.c.session_hash == session_hash).values(confirmed_at=at))


def end_session(connection: Connection, session_hash: bytes) -> None:
    """Ends a session."""
    connection.execute(delete(sessions).where(sessions.c.session_hash == session_hash))


def end_sessions(connection: Connection, user_name: str, but: bytes = b"") -> None:
    """Ends every session of somebody, or every one but this."""
    connection.execute(delete(sessions).where(sessions.c.user_name == user_name, sessions.c.session_hash != but))


def _live(now: datetime) -> ColumnElement[bool]:
    return (sessions.c.expires_at > now) & users.c.disabled.is_(False)


# ---- tries


def drop_expired(connection: Connection, now: datetime, tries_before: datetime) -> None:
    """Forgets expired sessions, invitations and codes, and old tries."""
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    connection.execute(delete(invitations).where(invitations.c.expires_at <= now))
    connection.execute(delete(pin_codes).where(pin_codes.c.expires_at <= now))
    connection.execute(delete(sign_ins).where(sign_ins.c.at < tries_before))


def add_try(connection: Connection, user_name: str, succeeded: bool, at: datetime, network: str) -> int:
    """Notes a try to sign in."""
    values = {"user_name": user_name, "succeeded": succeeded, "at": at, "network": network}
    return int(connection.execute(insert(sign_ins).values(values).returning(sign_ins.c.sign_in_id)).scalar_one())


def mark_succeeded(connection: Connection, sign_in_id: int) -> None:
    """The try turned out to be right."""
    connection.execute(update(sign_ins).where(sign_ins.c.sign_in_id == sign_in_id).values(succeeded=True))


def tries_since(connection: Connection, user_name: str, since: datetime) -> list[Try]:
    """The tries of a name, the newest first."""
    s = sign_ins.c
    wanted = select(s.at, s.succeeded, s.network).where(s.user_name == user_name, s.at > since)
    rows = connection.execute(wanted.order_by(desc(s.sign_in_id)).limit(MAX_TRIES))
    return [Try(at, succeeded, network or "") for at, succeeded, network in rows]


def is_known_network(connection: Connection, user_name: str, network: str, since: datetime) -> bool:
    """Whether a name has signed in from a network since a moment."""
    s = sign_ins.c
    wanted = (s.user_name == user_name) & (s.network == network) & s.succeeded & (s.at > since)
    return connection.execute(select(s.sign_in_id).where(wanted).limit(1)).first() is not None


# ---- invitations and second steps


def add_invitation(connection: Connection, code_hash: bytes, user_name: str, expires_at: datetime) -> None:
    """Keeps a one-time code; one given before is worth nothing from now on."""
    end_invitation(connection, user_name)
    values = {"code_hash": code_hash, "user_name": user_name, "expires_at": expires_at}
    connection.execute(insert(invitations).values(values))


def invited(connection: Connection, code_hash: bytes, now: datetime) -> str | None:
    """Whose one-time code this is, while it holds and its user is not disabled."""
    i = invitations.c
    wanted = select(i.user_name).select_from(invitations.join(users, users.c.user_name == i.user_name))
    return connection.scalar(wanted.where(i.code_hash == code_hash, i.expires_at > now, ~users.c.disabled))


def end_invitation(connection: Connection, user_name: str) -> None:
    """Somebody's one-time code is worth nothing any more."""
    connection.execute(delete(invitations).where(invitations.c.user_name == user_name))


def invitations_waiting(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Who has not used their code yet, and until when it holds."""
    i = invitations.c
    rows = connection.execute(select(i.user_name, i.expires_at).where(i.expires_at > now))
    return {row[0]: row[1] for row in rows}


def set_totp(connection: Connection, user_name: str, secret: str | None, code_hashes: Collection[bytes] = ()) -> None:
    """Turns the second step on with its recovery codes, or off."""
    connection.execute(update(users).where(users.c.user_name == user_name).values(totp_secret=secret, totp_step=None))
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_name == user_name))
    rows = [{"user_name": user_name, "code_hash": code_hash} for code_hash in code_hashes]
    if rows:
        connection.execute(insert(recovery_codes), rows)


def use_totp_step(connection: Connection, user_name: str, step: int) -> None:
    """Notes the step whose code was used."""
    connection.execute(update(users).where(users.c.user_name == user_name).values(totp_step=step))


def use_recovery_code(connection: Connection, user_name: str, code_hash: bytes) -> bool:
    """Takes a recovery code, which is then gone; ``False`` when there is none such."""
    r = recovery_codes.c
    gone = connection.execute(delete(recovery_codes).where(r.user_name == user_name, r.code_hash == code_hash))
    return gone.rowcount == 1


def recovery_codes_left(connection: Connection, user_name: str) -> int:
    """How many recovery codes somebody has left."""
    wanted = select(func.count()).where(recovery_codes.c.user_name == user_name)
    return int(connection.scalar(wanted) or 0)
