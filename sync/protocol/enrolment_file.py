"""The file that enrols a kiosk by itself: prepared at the district, put on the boot partition of a card, or on a stick.

Two lines of TOML: ``url = "https://…"`` and ``code = "…"``. The code is for one use, so that a file which stays on the
card enrols nothing a second time.
"""

import tomllib

from msgspec import Struct

NAME = "lang-nghe-enrol.toml"
MAX_BYTES = 4_096


class EnrolmentFile(Struct, frozen=True):
    """What it says: the district's address and a one-time code."""

    url: str
    code: str


def parsed(content: bytes) -> EnrolmentFile:
    """Reads the file's content, as an editor of Windows leaves it too. Raises ``ValueError``."""
    if len(content) > MAX_BYTES:
        raise ValueError("it is too long")
    values = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    url, code = values.get("url"), values.get("code")
    if not (isinstance(url, str) and isinstance(code, str) and url.strip() and code.strip()):
        raise ValueError("a line is missing")
    return EnrolmentFile(url.strip(), code.strip())


def written(url: str, code: str) -> str:
    """The file's content."""
    return f'# Lắng Nghe: enrols one kiosk. On the boot partition, named {NAME}.\nurl = "{url}"\ncode = "{code}"\n'
