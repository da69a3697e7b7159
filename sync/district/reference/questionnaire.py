"""Read a questionnaire from its TOML file into the JSON that is stored and sent to the kiosks. Pure."""

from typing import Any

from kiosk.domain.questionnaire import Questionnaire, questionnaire_from
from sync.district.reference.files.table import Unreadable
from sync.district.reference.toml_file import read_toml, refuse_ids
from sync.district.reference.toml_forms import QuestionnaireFile, refuse_strange

MAX_VERSION, MAX_REFERENCE = 9_999, 64


def read_questionnaire(data: bytes) -> dict[str, Any]:
    """The file's content with dates as text, checked by ``questionnaire_from``. Raises ``Unreadable``."""
    content = read_toml(data)
    refuse_strange(content, QuestionnaireFile, "import.questionnaire.wrong")
    try:
        _check(questionnaire_from(content))
    except Unreadable:
        raise
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Unreadable("import.questionnaire.wrong", error=error) from error
    return content


def _check(questionnaire: Questionnaire) -> None:
    if not 1 <= questionnaire.version <= MAX_VERSION:
        raise ValueError(f"version must be 1 to {MAX_VERSION}")
    if questionnaire.valid_to is not None and questionnaire.valid_to < questionnaire.valid_from:
        raise ValueError("it ends (valid_to) before it begins (valid_from)")
    if len(questionnaire.reference) > MAX_REFERENCE:
        raise ValueError(f"questionnaire_id and version together have at most {MAX_REFERENCE} characters")
    refuse_ids([questionnaire.questionnaire_id])
    for question in questionnaire.questions:
        refuse_ids([question.question_id, *(option.answer for option in question.options)])
