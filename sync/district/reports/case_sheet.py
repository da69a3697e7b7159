"""The sheet of one complaint (phiếu theo dõi vụ việc), as the blocks of a document: what was said, every step with its
day, and what came of it. Pure.

Who the citizen is stands in it only for whoever may open that, and asked for it.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sync.district.domain.deadlines import DueDate
from sync.district.reports.paper import Block, Grid, Heading, Paper, Words
from sync.district.texts import Texts
from sync.district.web.complaint import ComplaintPage, Happened
from sync.district.web.formats import day, day_and_clock, day_of

_FACTS = (50, 115)
_STEPS = (27, 50, 30, 58)
MAX_NOTE = 400
"""Letters of what was written with a step; the whole of it stands on the page."""


def case_paper(page: ComplaintPage, parent: str, today: date, texts: Texts) -> Paper:
    """The sheet of what a page shows. ``parent``: the unit above the office that holds the matter, empty for none."""
    return Paper(
        office=page.office,
        parent=parent,
        kind=texts("case_sheet.kind"),
        subject=texts("case_sheet.subject"),
        year=today.year,
        blocks=tuple(_blocks(page, today, texts)),
        number=texts("case_sheet.number"),
        signers=tuple(texts(f"case_sheet.{name}") for name in ("writer", "head")),
    )


def _blocks(page: ComplaintPage, today: date, texts: Texts) -> Iterator[Block]:
    yield _grid(_facts(page, texts), texts)
    if page.contact is not None and page.contact_shown:
        yield Heading(texts("complaint.contact"))
        rows = [(texts(f"complaint.{name}"), value) for name, value in page.contact.items()]
        yield _grid(rows, texts)
    yield Heading(texts("complaint.words"))
    yield from _paragraphs([page.whole.line.text, *page.sentences], texts("complaints.spoken"))
    for each in page.merged:
        yield Words(texts("case_sheet.merged", day=day_of(each.line.received_at)))
        yield from _paragraphs([each.line.text], texts("complaints.spoken"))
    for added in page.added:
        words = added.text or texts("complaint.will_bring")
        yield Words(texts("case_sheet.added", day=day_of(added.at), words=words))
    yield Heading(texts("case_sheet.steps"))
    heads = [texts(f"case_sheet.column.{name}") for name in ("at", "step", "by", "note")]
    yield Grid(heads, [_step(each, texts) for each in reversed(page.history)], _STEPS, named=1, also_named=(3,))
    yield from _outcome(page, texts)
    yield Words(texts("case_sheet.as_of", day=day(today)))


def _facts(page: ComplaintPage, texts: Texts) -> Iterator[tuple[str, str]]:
    whole, case = page.whole, page.case
    line = whole.line
    yield texts("complaint.receipt"), f"…{whole.receipt_number[-4:]}"
    yield texts("complaints.column.kind"), texts(f"complaints.kind.{line.kind}")
    yield texts("complaints.column.about"), texts(f"complaints.about.{page.about}")
    yield texts("complaint.place"), page.place
    if page.counter:
        yield texts("complaint.counter"), page.counter
    if whole.officer_number:
        yield texts("complaint.officer"), whole.officer_number
    if whole.dossier_code:
        yield texts("complaint.dossier"), whole.dossier_code
    yield texts("complaints.column.arrived"), day_of(line.received_at)
    yield texts("complaint.standing"), texts(f"complaints.state.{case.state}")
    yield texts("complaint.owner"), case.owner or texts("complaints.nobody")
    if page.due_on:
        yield texts("complaint.next_due"), day(page.due_on)
    if page.answer:
        yield texts("complaint.answer_due"), f"{day(page.answer.on)} ({_why(page.answer, texts)})"
    if case.extension:
        yield texts("complaint.extension"), case.extension
    if case.informed_at:
        yield texts("complaint.informed"), day_of(case.informed_at)


def _why(due: DueDate, texts: Texts) -> str:
    """How the citizen's date came about."""
    parts = [texts("complaint.due_why", n=due.working_days, start=day(due.start))]
    parts += [texts("complaint.due_holidays", n=due.holidays)] if due.holidays else []
    parts += [texts("complaint.due_extended", n=due.extended)] if due.extended else []
    key = "complaint.due_waiting" if due.waiting else "complaint.due_waited"
    parts += [texts(key, n=due.waited)] if due.waited else []
    return ", ".join(parts)


def _step(happened: Happened, texts: Texts) -> tuple[str, str, str, str]:
    """A line of the steps. Of what a citizen did the day alone is told, as on the page."""
    at = day_and_clock(happened.at) if happened.by else day_of(happened.at)
    notes = " · ".join(" ".join(text.split()) for text in happened.texts if happened.what != "supplement")
    note = notes if len(notes) <= MAX_NOTE else notes[:MAX_NOTE].rsplit(" ", 1)[0] + " …"
    return at, texts(f"complaint.done.{happened.what}", **happened.words(texts)), happened.by, note


def _outcome(page: ComplaintPage, texts: Texts) -> Iterator[Block]:
    case = page.case
    if case.conclusion is not None:
        yield Heading(texts("complaint.conclusion.heading"))
        yield Words(f"{texts(f'complaint.result.{case.conclusion.result}')}. {case.conclusion.reasons}")
    if case.answer or case.refusal:
        refused = texts("complaints.state.refused")
        yield Heading(texts("complaint.answer_to_citizen") if case.answer else refused)
        yield from _paragraphs([case.answer or case.refusal], "")
    if case.opinion is not None:
        opinion = texts(f"complaint.opinions.{case.opinion}")
        sure = "" if case.opinion_confirmed else f" ({texts('complaint.unconfirmed')})"
        yield Words(f"{texts('complaint.opinion')}: {opinion}{sure}.")


def _paragraphs(written: Sequence[str], nothing: str) -> Iterator[Block]:
    lines = [line.strip() for text in written for line in text.splitlines() if line.strip()]
    yield from (Words(line) for line in lines or ([nothing] if nothing else []))


def _grid(rows: Iterator[tuple[str, str]] | Sequence[tuple[str, str]], texts: Texts) -> Grid:
    return Grid(
        [texts("case_sheet.column.what"), texts("case_sheet.column.words")], list(rows), _FACTS, also_named=(1,)
    )
