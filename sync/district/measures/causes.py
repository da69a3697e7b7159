"""What may lie behind a unit's figure: what citizens marked or answered against the service, and dossiers that were
late, beside the period before and beside units alike. Pure.

Everything is a share of which less is better, made of released groups by the rules of every page
(``sync.district.measures.disclosure``): whole groups by unit, counter and day, and no other cut. Many shares are
compared at once, so that each difference has an interval that is widened for their number (C. E. Bonferroni, 1936;
O. J. Dunn, "Multiple comparisons among means", JASA 56 (1961) 52–64): of a page without any true difference, one in
twenty names something.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from statistics import NormalDist

from msgspec import Struct

from kiosk.domain.questionnaire import OVERALL, Option, Question, Questionnaire, Wording
from kiosk.domain.rating import Score
from sync.district.measures.disclosure import Figure, Rules
from sync.district.measures.dossier_states import DossierCounts, DossierState
from sync.district.measures.index import SATISFIED, Measure
from sync.district.measures.intervals import Interval, newcombe, smallest_visible_change, wilson
from sync.district.measures.organisation import Branch
from sync.district.measures.reasons import Answered, Meaning, Side, side_of, totals_at

CAUSES = Measure("causes.difference", 1)
MIN_ALIKE = 3
"""Units alike are told as one sum of at least so many, never one by one: theirs are not the reader's figures."""
AGAINST = frozenset({"no"})
"""Answers that speak against the service where a question gives its answers no points."""

_FACES = frozenset(str(int(score)) for score in Score)
_NOT_SATISFIED = frozenset(str(int(score)) for score in Score if score not in SATISFIED)
_LEVEL = 0.05


class ConcernKind(StrEnum):
    """What a concern is made of; the values stand in addresses and in the database. ``OVERALL``: ratings below
    satisfied. ``REASON``: how often a reason was marked, of all ratings. ``ANSWER``: who chose an answer, of all who
    answered the question. ``FACES``: a criterion's faces below satisfied. ``LATE``: dossiers returned late."""

    OVERALL = "overall"
    REASON = "reason"
    ANSWER = "answer"
    FACES = "faces"
    LATE = "late"


class Concern(Struct, frozen=True):
    """One thing that may go wrong, the same through all versions of a questionnaire."""

    kind: ConcernKind
    questionnaire_id: str = ""
    question_id: str = ""
    answer: str = ""

    @property
    def key(self) -> str:
        """How an address names it."""
        return "/".join(filter(None, (self.kind, self.questionnaire_id, self.question_id, self.answer)))


OVERALL_CONCERN, LATE_CONCERN = Concern(ConcernKind.OVERALL), Concern(ConcernKind.LATE)


class ConcernWords(Struct, frozen=True):
    """How the newest version of its questionnaire asks, and what the answer says; empty for what is not asked."""

    question: Wording = ()
    answer: Wording = ()


class Amount(Struct, frozen=True):
    """``k`` of ``n``: a share of which less is better."""

    k: int
    n: int

    @property
    def share(self) -> float:
        return self.k / self.n

    @property
    def interval(self) -> Interval:
        """Wilson's, at 95 %."""
        return wilson(self.k, self.n)


class Direction(StrEnum):
    """What a difference says: more than the other, fewer, or no more than chance explains."""

    MORE = "more"
    FEWER = "fewer"
    CHANCE = "chance"


class ShareDifference(Struct, frozen=True):
    """A share less another one: ``other``, the difference, its interval, and the smallest difference that so many
    answers show four times of five."""

    other: Amount
    value: float
    interval: Interval
    smallest_visible: float

    @property
    def direction(self) -> Direction:
        if self.interval.holds(0.0):
            return Direction.CHANCE
        return Direction.MORE if self.value > 0 else Direction.FEWER


class CauseLine(Struct, frozen=True):
    """A concern at a unit. ``before``, ``alike``: ``None`` where the other is too few or not there to compare."""

    concern: Concern
    words: ConcernWords
    amount: Amount
    before: ShareDifference | None
    alike: ShareDifference | None

    @property
    def directions(self) -> frozenset[Direction]:
        """What its differences say."""
        return frozenset(each.direction for each in (self.before, self.alike) if each is not None)

    @property
    def direction(self) -> Direction:
        """``MORE`` where it stands out as worse than either; ``FEWER`` where it is better than one and worse than
        none."""
        for each in (Direction.MORE, Direction.FEWER):
            if each in self.directions:
                return each
        return Direction.CHANCE


class CauseCounts(Struct, frozen=True):
    """What is counted of a unit, or of units together, in a period."""

    figure: Figure
    dossiers: DossierCounts
    answers: Mapping[Branch, Mapping[Answered, int]]
    within: Sequence[Branch]


class KnownConcerns:
    """Every concern of some questionnaires, with its words; an option behind which a private question stands is no
    cause, and neither is an answer that the law leaves out."""

    def __init__(self, questionnaires: Iterable[Questionnaire]) -> None:
        self.words: dict[Concern, ConcernWords] = {OVERALL_CONCERN: ConcernWords(), LATE_CONCERN: ConcernWords()}
        self.meanings: dict[Answered, Meaning] = {}
        self.reasons: dict[Concern, set[Meaning]] = defaultdict(set)
        self.counted: dict[tuple[str, str], frozenset[str]] = {}
        self._versions = sorted(questionnaires, key=lambda each: each.version)
        for questionnaire in self._versions:
            for question in questionnaire.questions:
                if question.question_id != OVERALL and not question.private:
                    self._take_in(questionnaire, question)

    def find(self, key: str) -> Concern | None:
        """The concern that an address names."""
        return next((concern for concern in self.words if concern.key == key), None)

    def _take_in(self, questionnaire: Questionnaire, question: Question) -> None:
        if question.takes_several:
            self._take_reasons(questionnaire, question)
            return
        self.counted[questionnaire.reference, question.question_id] = frozenset(
            option.answer for option in question.options if not option.excluded
        )
        about = (questionnaire.questionnaire_id, question.question_id)
        if {option.answer for option in question.options} == _FACES:
            self.words[Concern(ConcernKind.FACES, *about)] = ConcernWords(question.words)
            return
        for option in question.options:
            if _speaks_against(option, question):
                concern = Concern(ConcernKind.ANSWER, *about, option.answer)
                self.words[concern] = ConcernWords(question.words, option.words)

    def _take_reasons(self, questionnaire: Questionnaire, question: Question) -> None:
        side = side_of(question)
        for option in question.options:
            answered = Answered(questionnaire.reference, question.question_id, option.answer)
            self.meanings[answered] = meaning = Meaning(side, option.words)
            if side is Side.BETTER and not option.opens:
                about = (questionnaire.questionnaire_id, question.question_id, option.answer)
                concern = Concern(ConcernKind.REASON, *about)
                self.words[concern] = ConcernWords(question.words, option.words)
                self.reasons[concern].add(meaning)


def _speaks_against(option: Option, question: Question) -> bool:
    if any(each.value is not None for each in question.options):
        return option.value == 0
    return option.answer in AGAINST


def amounts(known: KnownConcerns, counts: CauseCounts, rules: Rules) -> dict[Concern, Amount]:
    """The shares of all concerns that have enough answers. A reason is told only where its question was answered at all
    in the period: a questionnaire that was not in use says nothing."""
    found: dict[Concern, Amount] = {}
    figure, least = counts.figure, max(rules.minimum_n, rules.floor)
    if figure.share is not None and figure.scores is not None:
        found[OVERALL_CONCERN] = Amount(figure.share.rated - figure.share.satisfied, figure.share.rated)
        found |= _reasons(known, counts, figure.share.rated, rules.floor)
    for (questionnaire_id, question_id), given in _chosen(known, counts, rules.floor).items():
        n = given.total()
        for concern in known.words:
            if (concern.questionnaire_id, concern.question_id) == (questionnaire_id, question_id) and n >= least:
                k = sum(given[answer] for answer in _wrong(concern))
                found[concern] = Amount(k, n)
    if (judged := counts.dossiers.judged) >= least:
        found[LATE_CONCERN] = Amount(counts.dossiers[DossierState.LATE], judged)
    return found


def _wrong(concern: Concern) -> Iterable[str]:
    return _NOT_SATISFIED if concern.kind is ConcernKind.FACES else (concern.answer,)


def _reasons(known: KnownConcerns, counts: CauseCounts, rated: int, floor: int) -> dict[Concern, Amount]:
    total = totals_at(counts.within, counts.answers, known.meanings, floor)
    asked = {(each.questionnaire_id, each.question_id) for each in known.reasons if _marked(known, each, total)}
    return {
        concern: Amount(k, rated)
        for concern in known.reasons
        if (concern.questionnaire_id, concern.question_id) in asked
        if (k := _marked(known, concern, total)) <= rated
    }


def _marked(known: KnownConcerns, concern: Concern, total: Mapping[Meaning, int]) -> int:
    return sum(total.get(meaning, 0) for meaning in known.reasons[concern])


def _chosen(known: KnownConcerns, counts: CauseCounts, floor: int) -> dict[tuple[str, str], Counter[str]]:
    """The answers to each question with one answer, through all versions, as the page of indicators has them."""
    total: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for branch in counts.within:
        here: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for answered, n in counts.answers.get(branch, {}).items():
            if (answered.questionnaire, answered.question_id) in known.counted:
                here[answered.questionnaire, answered.question_id][answered.answer] += n
        for (reference, question_id), given in here.items():
            if given.total() >= floor:
                valid = known.counted[reference, question_id]
                kept = Counter({answer: n for answer, n in given.items() if answer in valid})
                total[reference.partition("/")[0], question_id].update(kept)
    return total


def cause_lines(
    known: KnownConcerns,
    now: Mapping[Concern, Amount],
    before: Mapping[Concern, Amount],
    alike: Mapping[Concern, Amount],
) -> list[CauseLine]:
    """Every concern with its differences: what stands out as worse first, then what has become better, then the rest;
    within each the largest share first."""
    compared = sum((concern in before) + (concern in alike) for concern in now)
    z = NormalDist().inv_cdf(1 - _LEVEL / 2 / max(1, compared))
    lines = [
        CauseLine(
            concern,
            known.words[concern],
            amount,
            difference(amount, before.get(concern), z),
            difference(amount, alike.get(concern), z),
        )
        for concern, amount in now.items()
    ]
    order = list(Direction).index
    return sorted(lines, key=lambda line: (order(line.direction), -line.amount.share, line.concern.key))


def difference(now: Amount, other: Amount | None, z: float) -> ShareDifference | None:
    """A share less another one, with an interval of ``z`` standard errors; ``None`` without the other."""
    if other is None:
        return None
    four = (now.k, now.n, other.k, other.n)
    return ShareDifference(other, now.share - other.share, newcombe(*four, z), smallest_visible_change(*four))
