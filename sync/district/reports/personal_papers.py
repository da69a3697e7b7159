"""The notice of a breach and the processing record, as documents. Pure."""

from collections.abc import Iterator
from datetime import date

from sync.district.domain.breach import BREACH_FIELDS, Breach
from sync.district.domain.personal_rules import PersonalRules
from sync.district.domain.processing_record import RECORD_FIELDS, load_processing_record
from sync.district.reports.own_copy import kept_words
from sync.district.reports.paper import Block, Grid, Heading, Paper, Words
from sync.district.texts import Texts
from sync.district.web.formats import day_and_clock

_WIDTHS = (50, 115)


def breach_paper(breach: Breach, rules: PersonalRules, office: str, today: date, texts: Texts) -> Paper:
    """The notice, to sign and send."""
    rows = [(texts("personal.breach.field.found"), day_and_clock(breach.found_at))]
    rows += [(texts(f"personal.breach.field.{name}"), breach.content.get(name, "") or "…") for name in BREACH_FIELDS]
    heads = [texts(f"personal.copy.column.{name}") for name in ("what", "words")]
    by = texts("personal.breach.by", at=day_and_clock(breach.tell_by(rules.breach_hours)))
    return Paper(
        office=office,
        parent="",
        kind=texts("personal.breach.kind"),
        subject=texts("personal.breach.subject"),
        year=today.year,
        blocks=(Grid(heads, rows, _WIDTHS, also_named=(1,)), Words(by)),
        addressed=texts("personal.breach.addressed"),
    )


def record_paper(rules: PersonalRules, office: str, today: date, texts: Texts, *, removes_backups: bool) -> Paper:
    """The processing record, to sign and file. ``removes_backups``: the retention job knows where the backups are."""
    return Paper(
        office=office,
        parent="",
        kind=texts("personal.processing.kind"),
        subject=texts("personal.processing.subject"),
        year=today.year,
        blocks=tuple(_activities(rules, texts, removes_backups)),
    )


def _activities(rules: PersonalRules, texts: Texts, removes_backups: bool) -> Iterator[Block]:
    heads = [texts(f"personal.copy.column.{name}") for name in ("what", "words")]
    for each in load_processing_record().activity:
        yield Heading(each.words("name", texts.language))
        rows = [
            (texts(f"personal.processing.field.{name}"), each.words(name, texts.language)) for name in RECORD_FIELDS
        ]
        kept = texts("personal.processing.not_erased")
        if each.keeps:
            kept = kept_words(rules, texts, removes_backups=removes_backups)
        yield Grid(heads, [*rows, (texts("personal.processing.field.kept"), kept)], _WIDTHS, also_named=(1,))
