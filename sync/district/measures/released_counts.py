"""Sum released groups into counts. Pure."""

from collections import Counter, defaultdict

from sync.district.domain.release import CASES, Stream
from sync.district.measures.index import SATISFIED, Contradictions, Counts


class ReleasedCounts:
    """What the released groups of one place add up to."""

    def __init__(self) -> None:
        self._of: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, stream: str, answer: str, n: int) -> None:
        """Adds what groups of a stream say about an answer."""
        self._of[stream][answer] += n

    def take_in(self, other: "ReleasedCounts") -> None:
        """Adds all of what other groups say."""
        for stream, answers in other._of.items():
            for answer, n in answers.items():
                self._of[stream][answer] += n

    def has_corrections(self) -> bool:
        """Whether lower scores were released after their ratings. Each takes a higher score away, so that no sum of
        them is zero for every score."""
        return any(self._of[Stream.CORRECTION].values())

    def holds_its_corrections(self) -> bool:
        """Whether ``counts`` can take the corrections in."""
        return min(self._corrected().values()) >= 0

    def counts(self, dossiers: int) -> Counts:
        """The figures. Corrections that belong to ratings of other days, and would leave less than nothing here, are
        left out."""
        rated, corrected = self._of[Stream.RATING], self._corrected()
        scores = corrected if min(corrected.values()) >= 0 else {score: rated[str(score)] for score in range(1, 6)}
        summed = self._of[Stream.CONTRADICTION]
        raised = sum(summed[f"highest {n}"] - summed[f"lowest {n}"] for n in SATISFIED)
        return Counts({score: n for score, n in scores.items() if n}, dossiers, Contradictions(summed[CASES], raised))

    def _corrected(self) -> dict[int, int]:
        rated, corrections = self._of[Stream.RATING], self._of[Stream.CORRECTION]
        return {score: rated[str(score)] + corrections[str(score)] for score in range(1, 6)}
