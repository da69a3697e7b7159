"""The written apology for a late dossier and the minutes of a review, as the blocks of a document. Pure.

No citizen's name is known here: whom a letter addresses is written in by hand, or by the one-stop software.
"""

from collections.abc import Iterator
from datetime import date

from sync.district.domain.apology import Apology, LateReview
from sync.district.domain.apology_rules import apology_rules
from sync.district.reports.paper import Block, Grid, Paper, Words
from sync.district.texts import Texts
from sync.district.web.formats import day


def letter_paper(apology: Apology, office: str, parent: str, procedure: str, texts: Texts) -> Paper:
    """The letter, by the form that holds on its day. ``procedure``: its name, empty when nobody told."""
    form = apology_rules().form_on(apology.made_on)
    return Paper(
        office=office,
        parent=parent,
        kind=form.title,
        subject=form.subject,
        year=apology.made_on.year,
        blocks=tuple(_letter(apology, office, procedure, texts)),
        number=texts("apologies.letter.number", number=f"{apology.number:02}", symbol=form.symbol),
        place=_place(apology.made_on, texts),
        addressed=texts("apologies.letter.addressed"),
    )


def _letter(apology: Apology, office: str, procedure: str, texts: Texts) -> Iterator[Block]:
    letter = apology.letter
    values = {"office": office, "code": letter.dossier_code, "due": day(letter.due_on)}
    received = "" if letter.received_on is None else day(letter.received_on)
    key = "received" if received else "received_some_day"
    yield Words(texts(f"apologies.letter.{key}", received=received, **values))
    if procedure:
        yield Words(texts("apologies.letter.procedure", procedure=procedure))
    late = "expected" if apology.made_on <= letter.due_on else "late"
    yield Words(texts(f"apologies.letter.{late if letter.promised_on else 'returned_late'}", **values))
    yield Words(texts("apologies.letter.reason", reason=_sentence(letter.reason)))
    yield Words(texts("apologies.letter.sorry", **values))
    if letter.promised_on is not None:
        yield Words(texts("apologies.letter.promised", promised=day(letter.promised_on)))
    yield Words(texts("apologies.letter.thanks", **values))


def minutes_paper(review: LateReview, office: str, parent: str, texts: Texts) -> Paper:
    """The minutes of a review."""
    return Paper(
        office=office,
        parent=parent,
        kind=texts("apologies.minutes.kind"),
        subject=texts("apologies.minutes.subject"),
        year=review.held_on.year,
        blocks=tuple(_minutes(review, office, texts)),
        number=texts("apologies.minutes.number", number=f"{review.number:02}"),
        place=_place(review.held_on, texts),
        signers=tuple(texts(f"apologies.minutes.{name}") for name in ("officer", "writer", "chair")),
    )


def _minutes(review: LateReview, office: str, texts: Texts) -> Iterator[Block]:
    values = {"office": office, "officer": review.officer_number, "held": day(review.held_on)}
    yield Words(texts("apologies.minutes.opening", **values))
    yield Words(texts("apologies.minutes.present", present=_sentence(review.present)))
    n = str(review.n)
    yield Words(texts("apologies.minutes.about", n=n, first=day(review.first), last=day(review.last), **values))
    rows = [(texts(f"apologies.minutes.{name}"), getattr(review, name)) for name in ("statement", "concluded")]
    rows.append((texts("apologies.minutes.outcome"), texts(f"apologies.outcome.{review.outcome}")))
    yield Grid([texts("apologies.minutes.part"), texts("apologies.minutes.content")], rows, (45, 120), named=1)
    yield Words(texts("apologies.minutes.end"))


def _place(on: date, texts: Texts) -> str:
    """As Nghị định 30/2020 writes it: days below 10 and the months 1 and 2 with a 0."""
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return texts("apologies.letter.place", day=f"{on.day:02}", month=month, year=on.year)


def _sentence(text: str) -> str:
    """One line that ends in a full stop."""
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."
