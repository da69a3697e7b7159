"""The second step of signing in: an authenticator's codes, and recovery codes for the day it is lost."""

import secrets
from datetime import datetime

from sync.district.accounts.sign_in import Refused, drawn_code, hash_of_code
from sync.district.accounts.users import known_user, note_change, refuse_auditor
from sync.district.domain.one_time_codes import SECRET_BYTES, matching_step, secret_of
from sync.district.store import accounts as store
from sync.district.store.engine import Engine, writing

RECOVERY_CODES = 8
RECOVERY_LETTERS = 10


def new_secret() -> str:
    """A secret to be put into an authenticator."""
    return secret_of(secrets.token_bytes(SECRET_BYTES))


def turn_on(engine: Engine, user_name: str, secret: str, code: str, now: datetime) -> tuple[str, ...]:
    """Turns the second step on once a first code shows that the authenticator has the secret; returns the recovery
    codes, which are shown this once. Raises ``Refused`` for a wrong code."""
    try:
        step = matching_step(secret, code, now, None)
    except ValueError:  # the secret came back from the form spoilt
        step = None
    if step is None:
        raise Refused
    codes = tuple(drawn_code(RECOVERY_LETTERS) for _ in range(RECOVERY_CODES))
    with writing(engine) as connection:
        store.set_totp(connection, user_name, secret, [hash_of_code(each) for each in codes])
        store.use_totp_step(connection, user_name, step)
        note_change(connection, user_name, "totp_on", user_name, now)
    return tuple(f"{each[:5]}-{each[5:]}" for each in codes)


def turn_off(engine: Engine, user_name: str, now: datetime, by: str) -> None:
    """Turns the second step off. An auditor's is turned off by themselves alone. Raises ``BadUser``."""
    with writing(engine) as connection:
        user = known_user(connection, user_name)
        if user.user_name != by:
            refuse_auditor(user)
        store.set_totp(connection, user.user_name, None)
        note_change(connection, user.user_name, "totp_off", by, now)
