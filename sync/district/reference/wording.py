"""Read a consent or ready sentences from their TOML file into the row that is stored and sent to the kiosks. Pure."""

from datetime import date
from typing import Any

from kiosk.domain.wording import CONSENT, SENTENCES, consent_from, sentences_from
from sync.district.reference.files.table import Unreadable
from sync.district.reference.toml_file import read_toml

_DAYS = ("valid_from", "valid_to")


def read_wording(data: bytes) -> dict[str, Any]:
    """``wording_id``, ``kind``, ``content`` and the days between which it is in force. Raises ``Unreadable``."""
    content = read_toml(data)
    days = {name: _day(content.pop(name, None)) for name in _DAYS}
    kind = SENTENCES if SENTENCES in content else CONSENT
    try:
        if kind == CONSENT:
            consent_from(content)
        else:
            sentences_from(content)
    except (ValueError, TypeError) as error:
        raise Unreadable("import.wording.wrong", error=error) from error
    version = str(content.get("version", ""))
    if not version or len(version) > 40:
        raise Unreadable("import.wording.version")
    return {"wording_id": f"{kind}/{version}", "kind": kind, "content": content, **days}


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value is not None else None
    except ValueError as error:
        raise Unreadable("import.wording.wrong", error=error) from error
