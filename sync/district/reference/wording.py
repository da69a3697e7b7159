"""Read a consent or ready sentences from their TOML file into the row that is stored and sent to the kiosks. Pure."""

from datetime import date
from typing import Any

from kiosk.domain.wording import CONSENT, SENTENCES, consent_from, sentences_from
from sync.district.reference.files.table import Unreadable
from sync.district.reference.toml_file import read_toml, refuse_ids
from sync.district.reference.toml_forms import ConsentFile, SentencesFile, refuse_strange

_DAYS = ("valid_from", "valid_to")


def read_wording(data: bytes) -> dict[str, Any]:
    """``wording_id``, ``kind``, ``content`` and the days between which it is in force. Raises ``Unreadable``."""
    content = read_toml(data)
    days = {name: _day(content.pop(name, None)) for name in _DAYS}
    kind = SENTENCES if SENTENCES in content else CONSENT
    version = content.get("version", "")
    if type(version) not in (str, int) or not version or len(str(version)) > 40:
        raise Unreadable("import.wording.version")
    refuse_strange(content, ConsentFile if kind == CONSENT else SentencesFile, "import.wording.wrong")
    try:
        if kind == CONSENT:
            refuse_ids([consent_from(content).version])
        else:
            refuse_ids(each.sentence_id for each in sentences_from(content))
    except Unreadable:
        raise
    except (ValueError, TypeError) as error:
        raise Unreadable("import.wording.wrong", error=error) from error
    first, last = (days[name] for name in _DAYS)
    if first is not None and last is not None and last < first:
        raise Unreadable("import.wording.wrong", error="valid_to < valid_from")
    return {"wording_id": f"{kind}/{version}", "kind": kind, "content": content, **days}


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value is not None else None
    except ValueError as error:
        raise Unreadable("import.wording.wrong", error=error) from error
