"""Sign in and out, keep sessions, and limit guesses."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sync.district.accounts.passwords import Passwords
from sync.district.domain.lockout import KNOWN_FOR, ROW_ENDS, locked_until
from sync.district.domain.one_time_codes import matching_step
from sync.district.domain.people import Role, SignedIn
from sync.district.store import accounts as store
from sync.district.store.accounts import SessionRow, UserRow
from sync.district.store.engine import Connection, Engine, reading, writing

SESSION = timedelta(hours=8)
CODE_WITHIN = timedelta(minutes=5)
"""So long the code of the authenticator may take after the password."""

CONFIRMED_FOR = timedelta(minutes=30)
"""So long after typing a password somebody may open contacts and recordings."""

MAX_AGENT = 200
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a code that is printed: without what looks alike, 0 and O, 1 and I."""

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Refused(Exception):
    """The name, the password or the code is wrong, or the user is disabled; which of these is not said."""


class Locked(Exception):
    """Too many wrong tries for this name from this network; the next is looked at after ``until`` (aware UTC)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def clean_name(user_name: str) -> str | None:
    """The name as it is stored, or ``None`` when nobody can have it."""
    name = user_name.strip().lower()
    return name if USER_NAME.fullmatch(name) else None


def sign_in(
    engine: Engine,
    passwords: Passwords,
    user_name: str,
    password: str,
    now: datetime,
    network: str = "",
    agent: str = "",
) -> str:
    """Opens a session and returns its token, to be kept in a cookie only. Raises ``Refused`` or ``Locked``.

    Where a second step is on, the session only waits for the authenticator's code (``enter_code``). The try is noted as
    failed before the password is looked at, so that many tries at once do not slip past the brake.
    """
    name = clean_name(user_name)
    if name is None:
        passwords.check(None, password)
        raise Refused
    noted, user = note_try(engine, name, now, network)
    if not passwords.check(user.password_hash if user else None, password) or user is None or user.disabled:
        raise Refused
    token = secrets.token_urlsafe(32)
    waits = user.totp_secret is not None
    opened = SessionRow(
        user,
        secrets.token_urlsafe(32),
        now + (CODE_WITHIN if waits else SESSION),
        started_at=now,
        confirmed_at=now,
        awaits_code=waits,
        agent=agent[:MAX_AGENT],
        network=network,
    )
    with writing(engine) as connection:
        if not waits:
            store.mark_succeeded(connection, noted)
        store.add_session(connection, opened, session_hash(token))
    return token


def note_try(engine: Engine, name: str, now: datetime, network: str) -> tuple[int, UserRow | None]:
    """Notes a try as failed, unless the name is locked for this network. Raises ``Locked``."""
    with writing(engine) as connection:
        store.hold_user(connection, name)
        store.drop_expired(connection, now, now - KNOWN_FOR)
        known = store.is_known_network(connection, name, network, now - KNOWN_FOR)
        until = locked_until(store.tries_since(connection, name, now - ROW_ENDS), network, now, known=known)
        if until is None:
            return store.add_try(connection, name, False, now, network), store.user(connection, name)
    raise Locked(until)


def awaits_code(engine: Engine, token: str | None, now: datetime) -> bool:
    """Whether this session has only half begun."""
    with reading(engine) as connection:
        return bool(token) and store.session(connection, session_hash(token or ""), now, awaits_code=True) is not None


def enter_code(engine: Engine, token: str, code: str, now: datetime) -> str:
    """The second step: a code of the authenticator, or a recovery code, which is then gone. Returns the token of the
    whole session. Raises ``Refused`` or ``Locked``; a wrong code counts like a wrong password.
    """
    with reading(engine) as connection:
        half = store.session(connection, session_hash(token), now, awaits_code=True)
    if half is None:
        raise Refused
    name = half.user.user_name
    noted, user = note_try(engine, name, now, half.network or "")
    if user is None or user.totp_secret is None:
        raise Refused
    with writing(engine) as connection:
        store.hold_user(connection, name)
        if not _uses(connection, store.user(connection, name) or user, code, now):
            raise Refused
        store.end_session(connection, session_hash(token))
        whole = secrets.token_urlsafe(32)
        opened = SessionRow(
            user,
            secrets.token_urlsafe(32),
            now + SESSION,
            started_at=now,
            confirmed_at=now,
            awaits_code=False,
            agent=half.agent,
            network=half.network,
        )
        store.add_session(connection, opened, session_hash(whole))
        store.mark_succeeded(connection, noted)
    return whole


def _uses(connection: Connection, user: UserRow, code: str, now: datetime) -> bool:
    step = matching_step(user.totp_secret, code, now, user.totp_step) if user.totp_secret else None
    if step is not None:
        store.use_totp_step(connection, user.user_name, step)
        return True
    return store.use_recovery_code(connection, user.user_name, hash_of_code(code))


def who(engine: Engine, token: str | None, now: datetime) -> SignedIn | None:
    """Who the cookie's token belongs to; ``None`` for nobody, an expired session or a disabled user."""
    if not token or len(token) > 100:
        return None
    with reading(engine) as connection:
        session = store.session(connection, session_hash(token), now)
    if session is None:
        return None
    user = session.user
    return SignedIn(
        user.user_name,
        Role(user.role),
        user.unit_id,
        session.form_token,
        user.officer_number,
        user.linked,
        session.confirmed_at is not None and session.confirmed_at > now - CONFIRMED_FOR,
    )


def confirm(engine: Engine, passwords: Passwords, token: str, password: str, now: datetime, network: str = "") -> None:
    """Types the password once more in a session. Raises ``Refused`` or ``Locked``."""
    signed_in = who(engine, token, now)
    if signed_in is None:
        raise Refused
    noted, user = note_try(engine, signed_in.user_name, now, network)
    if user is None or not passwords.check(user.password_hash, password):
        raise Refused
    with writing(engine) as connection:
        store.mark_succeeded(connection, noted)
        store.confirm_session(connection, session_hash(token), now)


def sign_out(engine: Engine, token: str) -> None:
    """Ends the session; a token nobody has changes nothing."""
    with writing(engine) as connection:
        store.end_session(connection, session_hash(token))


def same_form(signed_in: SignedIn, form_token: str) -> bool:
    """Whether a form came from one of our own pages."""
    return secrets.compare_digest(signed_in.form_token.encode(), form_token.encode())


def drawn_code(letters: int) -> str:
    """A random one-time code."""
    return "".join(secrets.choice(_LETTERS) for _ in range(letters))


def hash_of_code(code: str) -> bytes:
    """What is kept of an invitation or a recovery code, however it was typed."""
    return hashlib.sha256("".join(each for each in code.upper() if each.isalnum()).encode()).digest()


def session_hash(token: str) -> bytes:
    """What is kept of a session's token."""
    # The token is 256 random bits: a plain hash is enough, and a copy of the database opens no session.
    return hashlib.sha256(token.encode()).digest()
