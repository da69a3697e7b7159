"""Sign in and out, keep sessions, and limit guesses."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sync.district.accounts.passwords import Passwords
from sync.district.domain.people import Role, SignedIn
from sync.district.store import accounts as store
from sync.district.store.engine import Engine, reading, writing

SESSION = timedelta(hours=8)
MAX_FAILURES = 5
WITHIN = timedelta(minutes=15)
KEEP_TRIES = timedelta(days=90)
USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Refused(Exception):
    """The name or the password is wrong, or the user is disabled; which of these is not said."""


class Locked(Exception):
    """Too many wrong tries for this name; the next is looked at after ``until`` (aware UTC)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def clean_name(user_name: str) -> str | None:
    """The name as it is stored, or ``None`` when nobody can have it."""
    name = user_name.strip().lower()
    return name if USER_NAME.fullmatch(name) else None


def locked_until(tries: Sequence[tuple[datetime, bool]], now: datetime) -> datetime | None:
    """Until when a name is locked, given its tries, newest first. A success forgives the failures before it."""
    failures: list[datetime] = []
    for at, succeeded in tries:
        if succeeded:
            break
        if at > now - WITHIN:
            failures.append(at)
    return failures[MAX_FAILURES - 1] + WITHIN if len(failures) >= MAX_FAILURES else None


def sign_in(engine: Engine, passwords: Passwords, user_name: str, password: str, now: datetime) -> str:
    """Opens a session and returns its token, to be kept in a cookie only. Raises ``Refused`` or ``Locked``.

    The try is noted as failed before the password is looked at, so that many tries at once do not slip past the brake.
    """
    name = clean_name(user_name)
    if name is None:
        passwords.check(None, password)
        raise Refused
    with writing(engine) as connection:
        store.hold_user(connection, name)
        store.drop_expired(connection, now, now - KEEP_TRIES)
        until = locked_until(store.tries_since(connection, name, now - WITHIN), now)
        if until is None:
            noted = store.add_try(connection, name, False, now)
        user = store.user(connection, name)
    if until is not None:
        raise Locked(until)
    if not passwords.check(user.password_hash if user else None, password) or user is None or user.disabled:
        raise Refused
    token = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        store.mark_succeeded(connection, noted)
        store.add_session(connection, _hash(token), name, secrets.token_urlsafe(32), now + SESSION)
    return token


def who(engine: Engine, token: str | None, now: datetime) -> SignedIn | None:
    """Who the cookie's token belongs to; ``None`` for nobody, an expired session or a disabled user."""
    if not token or len(token) > 100:
        return None
    with reading(engine) as connection:
        session = store.session(connection, _hash(token), now)
    if session is None:
        return None
    user = session.user
    return SignedIn(user.user_name, Role(user.role), user.unit_id, session.form_token, user.officer_number, user.linked)


def sign_out(engine: Engine, token: str) -> None:
    """Ends the session; a token nobody has changes nothing."""
    with writing(engine) as connection:
        store.end_session(connection, _hash(token))


def same_form(signed_in: SignedIn, form_token: str) -> bool:
    """Whether a form came from one of our own pages."""
    return secrets.compare_digest(signed_in.form_token.encode(), form_token.encode())


def _hash(token: str) -> bytes:
    # The token is 256 random bits: a plain hash is enough, and a copy of the database opens no session.
    return hashlib.sha256(token.encode()).digest()
