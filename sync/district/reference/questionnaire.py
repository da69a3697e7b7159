"""Read a questionnaire from its TOML file into the JSON that is stored and sent to the kiosks. Pure."""

from typing import Any

from kiosk.domain.questionnaire import questionnaire_from
from sync.district.reference.files.table import Unreadable
from sync.district.reference.toml_file import read_toml


def read_questionnaire(data: bytes) -> dict[str, Any]:
    """The file's content with dates as text, checked by ``questionnaire_from``. Raises ``Unreadable``."""
    content = read_toml(data)
    try:
        questionnaire_from(content)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Unreadable("import.questionnaire.wrong", error=error) from error
    return content
