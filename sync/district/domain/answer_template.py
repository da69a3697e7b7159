"""Templates for what is written to citizens again and again: answers, and requests for more. Pure.

A template is the office's own words with fields in brackets, which are filled from the matter when somebody takes it.
No field ever stands for who a citizen is: there is none for a name, a telephone or an address.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.complaint_steps import Action
from sync.district.domain.folded import folded
from sync.district.domain.people import Role
from sync.district.domain.rights import RIGHTS, Person, answering_roles
from sync.district.domain.typed import clean

PURPOSES = (Action.DRAFT, Action.ASK_MORE)
"""What a template is for: the form of this action offers it."""
MAX_NAME = 80
MAX_TEXT = 4_000
MAX_OF_UNIT = 60
"""So many a unit has at a time: more are no help to whoever has to choose one."""


class TemplateAct(StrEnum):
    """What people do with the templates of a unit."""

    SEE = "see"
    CHANGE = "change"


TEMPLATE_RIGHTS: Mapping[TemplateAct, frozenset[Role]] = {
    TemplateAct.SEE: frozenset(answering_roles()),
    TemplateAct.CHANGE: frozenset(RIGHTS[Action.APPROVE]),
}
"""Who may do what with the templates of their own unit or one below it: who may approve an answer writes them, since
what stands in them is said in the office's name."""


class Field(StrEnum):
    """What is filled in. The names that stand in a template are those of the texts, ``templates.field``."""

    ADDRESS = "address"
    RECEIPT = "receipt"
    PROCEDURE = "procedure"
    DUE = "due"
    OFFICE = "office"


class AnswerTemplate(Struct, frozen=True):
    """A template as it holds now. ``unit_id``: whose it is; the units below use it too."""

    template_id: int
    unit_id: str
    purpose: Action
    name: str
    text: str
    made_by: str
    made_at: datetime


class WrongTemplate(ValueError):
    """What somebody wrote is no template. ``key`` names the text that says why, ``place`` the words it is about."""

    def __init__(self, key: str, place: str = "") -> None:
        super().__init__(key)
        self.key, self.place = key, place


_BRACKETS = re.compile(r"\[([^\[\]\n]{1,40})\]")


def changes_templates(role: Role) -> bool:
    """Whether people of this role write templates at all."""
    return role in TEMPLATE_RIGHTS[TemplateAct.CHANGE]


def may_with_templates(person: Person, act: TemplateAct, unit_id: str) -> bool:
    """Whether a person may do this with the templates of a unit; who is not linked may not."""
    theirs = person.units is None or unit_id in person.units
    return person.linked and theirs and person.role in TEMPLATE_RIGHTS[act]


def checked(name: str, purpose: str, text: str, names: Mapping[str, Field]) -> tuple[str, Action, str]:
    """The name, the purpose and the text as they are kept. ``names``: the fields by what they are called, folded.
    Raises ``WrongTemplate``."""
    if purpose not in PURPOSES:
        raise WrongTemplate("purpose")
    called, written = " ".join(clean(name).split()), clean(text)
    if not 1 <= len(called) <= MAX_NAME:
        raise WrongTemplate("name")
    if not 1 <= len(written) <= MAX_TEXT:
        raise WrongTemplate("text")
    for found in _BRACKETS.finditer(written):
        if folded(found[1]) not in names:
            raise WrongTemplate("field", found[0])
    return called, Action(purpose), written


def filled(text: str, values: Mapping[Field, str], names: Mapping[str, Field]) -> str:
    """The text with each field filled; one of which nothing is known stays in its brackets, for whoever writes.

    >>> filled("[Cơ quan] xin lỗi [kính gửi].", {Field.OFFICE: "Phường Thử"}, {"co quan": Field.OFFICE})
    'Phường Thử xin lỗi [kính gửi].'
    """

    def value(found: re.Match[str]) -> str:
        field = names.get(folded(found[1]))
        return (values.get(field) if field else None) or found[0]

    return _BRACKETS.sub(value, text)


def unfilled(text: str, names: Mapping[str, Field]) -> str:
    """The first field that still stands in its brackets in what is to be sent; empty when there is none."""
    return next((found[0] for found in _BRACKETS.finditer(text) if folded(found[1]) in names), "")


def unit_and_above(unit_id: str, parents: Mapping[str, str | None]) -> frozenset[str]:
    """A unit and those above it. A circle in the data ends."""
    found: set[str] = set()
    level: str | None = unit_id
    while level is not None and level not in found:
        found.add(level)
        level = parents.get(level)
    return frozenset(found)


def joined(written: str, more: str) -> str:
    """What somebody has written already, with the template below it; nothing they wrote is lost."""
    return f"{written.rstrip()}\n\n{more}" if written.strip() else more
