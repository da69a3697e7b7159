"""Codes of six digits that an authenticator shows (TOTP, RFC 6238 with HMAC-SHA-1 and 30 seconds, as every such app
knows it). Pure.
"""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
DRIFT = 1
"""The code of the step before and of the step after count too (RFC 6238 section 5.2): clocks differ."""


def secret_of(random: bytes) -> str:
    """A secret as authenticators take it in: Base32 without padding."""
    return base64.b32encode(random).decode("ascii").rstrip("=")


def code_at(secret: str, step: int) -> str:
    """The code of one step of 30 seconds since 1970 (RFC 4226 section 5.3).

    >>> code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 37037036)
    '081804'
    """
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(now: datetime) -> int:
    """The step that runs at a moment."""
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The step whose code this is, ``None`` for none; a step that was used before (``last_step``) or an earlier one
    counts no more, so that a code seen over a shoulder is worth nothing."""
    typed = "".join(code.split())
    here = step_of(now)
    for step in range(here - DRIFT, here + DRIFT + 1):
        if (last_step is None or step > last_step) and hmac.compare_digest(
            code_at(secret, step).encode(), typed.encode()
        ):
            return step
    return None


def address_of(secret: str, user_name: str, issuer: str) -> str:
    """What the QR code says (Key Uri Format of the authenticator apps)."""
    label = quote(f"{issuer}:{user_name}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
