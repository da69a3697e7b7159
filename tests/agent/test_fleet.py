"""Ten thousand boxes come back at 08:00, as a simulation of the agent's own rules: nobody is trampled, all arrive."""

import heapq
import random
from collections import Counter
from collections.abc import Callable

import pytest

from sync.agent.policy import phase, wait_after

BOXES = 10_000
LONGEST = 900.0
NAMES = [f"box-{number:012x}" for number in range(BOXES)]


class Fleet:
    """Every box's waits by the agent's rules; ``takes`` says at a second whether the district takes one more batch,
    else the seconds it asks for (``None``: it does not answer)."""

    def __init__(self, begins: Callable[[str], float], failures: int = 0) -> None:
        self._events = [(begins(name), name) for name in NAMES]
        heapq.heapify(self._events)
        self._dice = {name: random.Random(name) for name in NAMES}
        self._failures = dict.fromkeys(NAMES, failures)
        self.asked: Counter[int] = Counter()
        self.taken: Counter[int] = Counter()

    def run(self, most_a_second: int | None) -> None:
        """Until every box has delivered one batch."""
        while self._events:
            at, name = heapq.heappop(self._events)
            second = int(at)
            self.asked[second] += 1
            if most_a_second is None or self.taken[second] < most_a_second:
                self.taken[second] += 1
                continue
            self._failures[name] += 1
            wait = wait_after(self._failures[name], LONGEST, 5.0, self._dice[name])
            heapq.heappush(self._events, (at + wait, name))

    @property
    def peak(self) -> int:
        return max(self.asked.values())

    @property
    def last(self) -> int:
        return max(self.taken)


def test_switched_on_together_they_ask_one_after_another():
    fleet = Fleet(lambda name: phase(name) * 300)

    fleet.run(None)

    assert fleet.peak <= 70, "33 a second on average"
    assert fleet.last < 300


def test_without_the_spread_they_would_all_ask_in_one_second():
    fleet = Fleet(lambda _: 0.0)

    fleet.run(None)

    assert fleet.peak == BOXES


def test_the_same_box_has_the_same_turn_every_morning():
    assert [phase(name) for name in NAMES[:3]] == [phase(name) for name in NAMES[:3]]
    assert len({phase(name) for name in NAMES}) == BOXES


def test_after_an_outage_of_an_hour_they_come_back_spread_over_their_longest_wait():
    """Each was on all along and has failed again and again; the district is back at second 3,600."""
    back: dict[str, float] = {}
    for name in NAMES:
        dice, at, failures = random.Random(name), 0.0, 0
        while at < 3_600:
            failures += 1
            at += wait_after(failures, LONGEST, None, dice)
        back[name] = at

    fleet = Fleet(back.__getitem__)
    fleet.run(None)

    assert fleet.peak <= 60, "about 20 a second at first, 11 on average"
    assert fleet.last <= 3_600 + LONGEST


@pytest.mark.parametrize("most_a_second", [40, 200])
def test_a_district_that_sends_most_of_them_away_has_them_all_in_a_while(most_a_second: int):
    """All at 08:00:00, with no spread, against a district that takes so many a second and answers 503 to the rest."""
    fleet = Fleet(lambda _: 0.0)

    fleet.run(most_a_second)

    assert sum(fleet.taken.values()) == BOXES
    assert fleet.last <= 4 * max(BOXES / most_a_second, LONGEST)
    assert max(fleet.asked[second] for second in range(60, fleet.last)) < BOXES / 10
