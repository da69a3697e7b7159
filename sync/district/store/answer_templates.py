"""Keep the templates for answers of each unit. Every change is an audit entry in its own transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from sync.district.domain.answer_template import MAX_OF_UNIT, AnswerTemplate
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.complaint_steps import Action
from sync.district.store import audit
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.template_tables import answer_templates

_T = answer_templates.c


class TemplateGone(Exception):
    """Somebody else has changed it, or taken it away, since the page was made."""


class TooManyTemplates(Exception):
    """The unit has as many as it may have at a time."""


def templates_of(connection: Connection, unit_ids: Collection[str]) -> list[AnswerTemplate]:
    """The templates of these units that hold, by their names."""
    wanted = _holding().where(_T.unit_id.in_(sorted(unit_ids))).order_by(_T.name, _T.template_id)
    return [_template(row) for row in connection.execute(wanted)]


def numbered(connection: Connection, template_id: int) -> AnswerTemplate | None:
    """The template with this number, while it holds."""
    row = connection.execute(_holding().where(_T.template_id == template_id)).first()
    return None if row is None else _template(row)


def write(
    connection: Connection,
    unit_id: str,
    content: tuple[str, Action, str],
    replaces: int | None,
    by: str,
    now: datetime,
) -> None:
    """Writes a unit's template: ``content`` is its name, purpose and text. ``replaces``: the one it takes the place of.
    Raises ``TemplateGone`` or ``TooManyTemplates``."""
    hold(connection, Lock.TEMPLATES)
    name, purpose, text = content
    if replaces is not None:
        _end(connection, unit_id, replaces, now)
    held = select(func.count()).where(_T.unit_id == unit_id, _T.ended_at.is_(None))
    if int(connection.scalar(held) or 0) >= MAX_OF_UNIT:
        raise TooManyTemplates
    values = {"unit_id": unit_id, "purpose": str(purpose), "name": name, "text": text, "made_by": by, "made_at": now}
    made = insert(answer_templates).values(values).returning(_T.template_id)
    template_id = int(connection.execute(made).scalar_one())
    _note(connection, now, by, "written" if replaces is None else "changed", unit_id, template_id)


def take_away(connection: Connection, template: AnswerTemplate, by: str, now: datetime) -> None:
    """From now on nobody is offered it. Raises ``TemplateGone``."""
    hold(connection, Lock.TEMPLATES)
    _end(connection, template.unit_id, template.template_id, now)
    _note(connection, now, by, "ended", template.unit_id, template.template_id)


def _end(connection: Connection, unit_id: str, template_id: int, now: datetime) -> None:
    this = update(answer_templates).where(_T.template_id == template_id, _T.unit_id == unit_id, _T.ended_at.is_(None))
    if not connection.execute(this.values(ended_at=now)).rowcount:
        raise TemplateGone


def _holding() -> Select[Any]:
    columns = (_T.template_id, _T.unit_id, _T.purpose, _T.name, _T.text, _T.made_by, _T.made_at)
    return select(*columns).where(_T.ended_at.is_(None))


def _template(row: Row[Any]) -> AnswerTemplate:
    return AnswerTemplate(
        row.template_id, row.unit_id, Action(row.purpose), row.name, row.text, row.made_by, row.made_at
    )


def _note(connection: Connection, now: datetime, by: str, did: str, unit_id: str, template_id: int) -> None:
    detail = {"did": did, "unit": unit_id, "template": template_id}
    audit.note(connection, AuditEntry(now, by, Audited.TEMPLATE, detail))
