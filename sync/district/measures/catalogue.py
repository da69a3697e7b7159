"""Every measure in one list: its name, its version and where it stands. Pure.

What it is called, how it is made and after which source is told in the texts (``assets/texts/district/measures``), in
each language, under ``measure.NAME``. The questions of a questionnaire are measures too; their names and words are the
questionnaire's own.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.questionnaire import OVERALL, Questionnaire
from sync.district.measures.causes import CAUSES
from sync.district.measures.cuts import CUTS
from sync.district.measures.fair import SHRUNK_SHARE
from sync.district.measures.index import COVERAGE, FIVE_COUNTS, SHARE_SATISFIED, Measure
from sync.district.measures.invitations import ENDED_SHARE, RESPONSE_RATE
from sync.district.measures.own_trend import MIDDLE
from sync.district.measures.questions import QuestionMeasure, question_measures


class Page(StrEnum):
    """The pages on which measures stand; the values are their addresses."""

    FIRST = "/"
    INDICATORS = "/indicators"
    FAIR = "/fair"
    CAUSES = "/causes"
    COUNTER = "/counter"


class Listed(Struct, frozen=True):
    """A measure and its place: a page and an element of it."""

    measure: Measure
    page: Page
    anchor: str


def _at(page: Page, anchor: str, name: str, version: int = 1) -> Listed:
    return Listed(Measure(name, version), page, anchor)


CATALOGUE: tuple[Listed, ...] = (
    Listed(SHARE_SATISFIED, Page.FIRST, "total"),
    Listed(FIVE_COUNTS, Page.FIRST, "five-counts"),
    Listed(COVERAGE, Page.FIRST, "coverage"),
    _at(Page.FIRST, "finite", "counter_index.finite_population"),
    _at(Page.FIRST, "silent", "counter_index.silent"),
    _at(Page.FIRST, "compared", "counter_index.change"),
    _at(Page.FIRST, "contradicted", "counter_index.contradicted"),
    _at(Page.FIRST, "undated", "counter_index.undated"),
    Listed(CUTS, Page.FIRST, "cuts"),
    _at(Page.FIRST, "reasons", "reasons.most_frequent"),
    _at(Page.FIRST, "sensitive", "reasons.private"),
    Listed(RESPONSE_RATE, Page.FIRST, "invitations"),
    Listed(ENDED_SHARE, Page.FIRST, "invitations-ended"),
    _at(Page.INDICATORS, "late", "dossiers.late"),
    _at(Page.INDICATORS, "returned", "dossiers.returned"),
    _at(Page.INDICATORS, "open", "dossiers.open"),
    _at(Page.INDICATORS, "tt01-1-dates", "tt01.1.dates"),
    _at(Page.INDICATORS, "tt01-1", "tt01.1"),
    _at(Page.INDICATORS, "tt01-2", "tt01.2"),
    _at(Page.INDICATORS, "tt01-3", "tt01.3"),
    _at(Page.INDICATORS, "tt01-4", "tt01.4"),
    _at(Page.INDICATORS, "tt01-7", "tt01.7"),
    _at(Page.INDICATORS, "qd766", "qd766.5_4"),
    Listed(SHRUNK_SHARE, Page.FAIR, "compared"),
    Listed(CAUSES, Page.CAUSES, "causes"),
    Listed(MIDDLE, Page.COUNTER, "trend"),
)


def listed_on(page: Page) -> tuple[Measure, ...]:
    """The measures of a page."""
    return tuple(each.measure for each in CATALOGUE if each.page is page)


def versions(page: Page) -> str:
    """The names and versions of the measures of a page, for paper."""
    return ", ".join(f"{measure.name} {measure.version}" for measure in listed_on(page))


NOT_GIVEN = ("qd766.5_2", "qd766.5_3", "officers", "hours", "channels")
"""What is asked of such figures and is not given here; the texts say why, under ``measure.not_given``."""


def placed_questions(questionnaires: Iterable[Questionnaire]) -> list[tuple[QuestionMeasure, Listed]]:
    """The questions as measures with their places."""
    return [(each, Listed(each.measure, Page.INDICATORS, each.anchor)) for each in question_measures(questionnaires)]


def places(questionnaires: Iterable[Questionnaire]) -> dict[tuple[str, str], Listed]:
    """Where each question of each version of a questionnaire stands, the overall and the private ones too."""
    known = list(questionnaires)
    by_name = {each.measure.name: each for each in CATALOGUE}
    found = {(each.questionnaire, each.question.question_id): listed for each, listed in placed_questions(known)}
    for questionnaire in known:
        for question in questionnaire.questions:
            key = (questionnaire.reference, question.question_id)
            if question.question_id == OVERALL:
                found[key] = by_name[SHARE_SATISFIED.name]
            elif question.private:
                found[key] = by_name["reasons.private"]
    return found
