"""The fields of a template for answers: what they are called, and what fills them in one matter."""

from collections.abc import Mapping

from sync.district.domain.answer_template import PURPOSES, AnswerTemplate, Field, filled, unit_and_above
from sync.district.domain.complaint_steps import Action
from sync.district.domain.folded import folded
from sync.district.store import answer_templates as store
from sync.district.store.dossiers_due import procedure_of
from sync.district.store.engine import Connection
from sync.district.store.imports import unit_parents
from sync.district.texts import Texts
from sync.district.web.complaint import ComplaintView
from sync.district.web.formats import day


def field_names(languages: Mapping[str, Texts]) -> dict[str, Field]:
    """What each field is called in each language, folded: a template that was written in one is filled in all."""
    return {folded(texts(f"templates.field.{field}")): field for texts in languages.values() for field in Field}


def offered(connection: Connection, unit_id: str) -> dict[Action, list[AnswerTemplate]]:
    """The templates for a matter that stands with a unit, by what they are for: its own, and those of the units above
    it."""
    held = store.templates_of(connection, unit_and_above(unit_id, unit_parents(connection)))
    return {purpose: [each for each in held if each.purpose is purpose] for purpose in PURPOSES}


def filled_for(
    connection: Connection, template: AnswerTemplate, view: ComplaintView, languages: Mapping[str, Texts]
) -> str:
    """A template filled for one matter. Of the receipt's number the last four digits alone are told, as everywhere at
    the office; nothing of the citizen's contact is read at all."""
    texts = languages.get(view.whole.language, languages["vi"])
    due = view.deadlines.explain_answer(view.case)
    procedure = procedure_of(connection, view.whole.dossier_code) if view.whole.dossier_code else ""
    values = {
        Field.ADDRESS: texts("templates.address"),
        Field.RECEIPT: f"…{view.whole.receipt_number[-4:]}",
        Field.PROCEDURE: procedure,
        Field.DUE: day(due.on) if due else "",
        Field.OFFICE: view.units.get(view.case.unit_id, ""),
    }
    return filled(template.text, values, field_names(languages))


def example(text: str, office: str, texts: Texts, names: Mapping[str, Field]) -> str:
    """A template filled as an example, for whoever writes it."""
    values = {field: texts(f"templates.example.{field}") for field in (Field.RECEIPT, Field.PROCEDURE, Field.DUE)}
    return filled(text, values | {Field.OFFICE: office, Field.ADDRESS: texts("templates.address")}, names)
