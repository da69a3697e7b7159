"""What may stand in the TOML files that somebody brings: every name, and the kind of its value. Pure."""

from typing import Any

from msgspec import Struct, ValidationError, convert

from sync.district.reference.files.table import Unreadable


class TomlOption(Struct, frozen=True, forbid_unknown_fields=True):
    answer: str
    words: dict[str, str]
    picture: str = ""
    value: int | str | None = None
    opens: str = ""


class TomlQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    question_id: str
    options: list[str | TomlOption]
    kind: str = ""
    words: dict[str, str] = {}
    text: str = ""
    show_when: dict[str, list[str]] = {}
    private: bool = False
    indicator: str = ""


class QuestionnaireFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand in a questionnaire's file; what it means is checked by ``questionnaire_from``."""

    questionnaire_id: str
    version: int
    valid_from: str
    questions: list[TomlQuestion]
    valid_to: str | None = None
    rotate: bool = False


class TomlDayOff(Struct, frozen=True, forbid_unknown_fields=True):
    day: str
    name: str = ""


class TomlDayWorked(Struct, frozen=True, forbid_unknown_fields=True):
    day: str
    instead_of: str
    name: str = ""


class HolidaysFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand in a list of holidays."""

    year: int
    off: list[TomlDayOff] = []
    worked: list[TomlDayWorked] = []


class ConsentFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand in the file of a consent, its days aside."""

    version: str
    words: dict[str, str]


class TomlSentence(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    words: dict[str, str]
    about: list[str] = []
    only_with_reply: bool = False
    picture: str = ""


class SentencesFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand in the file of ready sentences, its days aside."""

    sentences: list[TomlSentence]
    version: int | str


def refuse_strange(content: dict[str, Any], form: type[Struct], key: str) -> None:
    """Raises ``Unreadable`` for a name or a kind of value that such a file has not: a misspelt name would be passed
    over, and a list without its days off be taken. ``key`` names the text."""
    try:
        convert(content, form)
    except ValidationError as error:
        raise Unreadable(key, error=error) from error
