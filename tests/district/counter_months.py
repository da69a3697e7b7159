"""Made counter-months, honest and otherwise, from a seed: 22 days, busy hours, days that differ, companions, a child.

Honest: 8 % of those who press have no dossier at hand (differing a little from counter to counter), 7 % come with a
companion who presses 5 to 25 seconds later, a child plays once in three weeks, one in a hundred is still served after
closing, one in a hundred presses again, and in a third of the months a courier rates six dossiers in a row. What
others add stands in ``CHEATS``.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from msgspec.structs import replace

from kiosk.domain.rating import Score
from sync.district.measures.doubt.presses import CounterMonth, Press, week_of

FIRST = date(2026, 10, 1)
DAYS = [day for n in range(31) if (day := FIRST + timedelta(days=n)).weekday() < 5]
HOURS = {7: 0.5, 8: 1.5, 9: 1.6, 10: 1.3, 11: 0.4, 13: 0.8, 14: 1.4, 15: 1.2, 16: 0.7}
FACES = (0.02, 0.03, 0.09, 0.30, 0.56)
RATED = 0.35
"""The share of dossiers served that are rated."""


class Maker:
    """Makes months of counters with so many honest presses a day."""

    def __init__(self, seed: int, a_day: int, *, linked: bool = True) -> None:
        self.rng = random.Random(seed)
        self.a_day, self.linked = a_day, linked
        self._cases = 0

    def honest(self) -> CounterMonth:
        """A month of a counter at which nobody but citizens pressed."""
        top = min(max(self.rng.gauss(FACES[4], 0.06), 0.3), 0.8)
        self.weights = [share * (1 - top) / (1 - FACES[4]) for share in FACES[:4]] + [top]
        self.without = self.rng.betavariate(8, 92)
        presses, served = [], Counter[int]()
        for day in DAYS:
            n = self._poisson(self.a_day * self.rng.gammavariate(12, 1 / 12))
            for _ in range(n):
                first = self.citizen(day, self._second())
                presses.append(first)
                if self.rng.random() < 0.07:
                    presses.append(self.citizen(day, first.second + self.rng.randint(5, 25)))
            if self.rng.random() < 1 / 15:
                presses += self._child(day)
            if self.rng.random() < 1 / 60:
                presses += self.in_a_row(day, 6)
            served[week_of(day)] += max(n, round(n / self.rng.gauss(RATED, 0.03)))
        return month(presses, served)

    def citizen(self, day: date, second: int) -> Press:
        """An honest press."""
        score = self.rng.choices(list(Score), self.weights)[0]
        made = self.press(day, second, score, self.rng.random() >= self.without)
        return replace(made, again=self.rng.random() < 0.01, outside_hours=self.rng.random() < 0.01)

    def press(self, day: date, second: int, score: int, has_dossier: bool) -> Press:
        """Any press."""
        self._cases += 1
        number = self.rng.randint(1, 90_000) if has_dossier and self.linked else None
        return Press(f"c{self._cases}", day, second, score, has_dossier if self.linked else None, number)

    def burst(self, day: date, n: int, low: float = 3, high: float = 7) -> list[Press]:
        """Top faces one after the other, without a dossier."""
        second, found = float(self._second()), []
        for _ in range(n):
            found.append(self.press(day, int(second), Score.VERY_SATISFIED, False))
            second += self.rng.uniform(low, high)
        return found

    def late(self, day: date, n: int) -> list[Press]:
        """Top faces after closing, some minutes apart."""
        second, found = 62_000, []
        for _ in range(n):
            pressed = self.press(day, second, Score.VERY_SATISFIED, False)
            found.append(replace(pressed, outside_hours=True))
            second += self.rng.randint(60, 300)
        return found

    def in_a_row(self, day: date, n: int, score: int | None = None) -> list[Press]:
        """Different dossiers in the order of their numbers, half a minute apart."""
        second, first, found = self._second(), self.rng.randint(1, 90_000), []
        for number in range(n):
            press = self.citizen(day, second)
            found.append(replace(press, number=first + number if self.linked else None, score=score or press.score))
            second += self.rng.randint(15, 45)
        return found

    def drip(self, honest: CounterMonth, share: float, *, has_dossier: bool = False) -> list[Press]:
        """Top faces spread over the day like the others."""
        n = round(share * len(honest.presses))
        days = [self.rng.choice(honest.presses).day for _ in range(n)]
        return [self.press(day, self._second(), Score.VERY_SATISFIED, has_dossier) for day in days]

    def echo(self, honest: CounterMonth, share: float) -> list[Press]:
        """A top face some seconds after citizens have gone."""
        after = [press for press in honest.presses if self.rng.random() < share]
        return [self.press(p.day, p.second + self.rng.randint(20, 90), Score.VERY_SATISFIED, False) for p in after]

    def _child(self, day: date) -> list[Press]:
        second, found = float(self._second()), []
        for _ in range(self.rng.randint(5, 12)):
            found.append(self.press(day, int(second), self.rng.choice(list(Score)), False))
            second += self.rng.uniform(1, 4)
        return found

    def _second(self) -> int:
        hour = self.rng.choices(list(HOURS), list(HOURS.values()))[0]
        return hour * 3600 + self.rng.randrange(3600)

    def _poisson(self, mean: float) -> int:
        n, left = 0, self.rng.expovariate(1)
        while left < mean:
            n, left = n + 1, left + self.rng.expovariate(1)
        return n


def month(presses: list[Press], served: Counter[int], counter_id: str = "q1") -> CounterMonth:
    """Presses in order."""
    return CounterMonth("u1", counter_id, tuple(sorted(presses, key=lambda each: each.moment)), dict(served))


def with_more(honest: CounterMonth, added: list[Press]) -> CounterMonth:
    """A month with more presses in it."""
    presses = sorted([*honest.presses, *added], key=lambda each: each.moment)
    return replace(honest, presses=tuple(presses))


def bursts(n: int, days: int, low: float = 3, high: float = 7) -> Callable[[Maker], CounterMonth]:
    """So many presses in a row on so many days."""

    def made(maker: Maker) -> CounterMonth:
        honest = maker.honest()
        return with_more(honest, [p for day in maker.rng.sample(DAYS, days) for p in maker.burst(day, n, low, high)])

    return made


def late(n: int, days: int) -> Callable[[Maker], CounterMonth]:
    """So many presses after closing on so many days."""

    def made(maker: Maker) -> CounterMonth:
        honest = maker.honest()
        return with_more(honest, [p for day in maker.rng.sample(DAYS, days) for p in maker.late(day, n)])

    return made


def in_a_row(n: int, days: int) -> Callable[[Maker], CounterMonth]:
    """Real dossiers one after the other, all with the top face, on so many days."""

    def made(maker: Maker) -> CounterMonth:
        honest = maker.honest()
        return with_more(honest, [p for day in maker.rng.sample(DAYS, days) for p in maker.in_a_row(day, n, 5)])

    return made


def drips(share: float, *, has_dossier: bool = False) -> Callable[[Maker], CounterMonth]:
    """So many more presses than there would be."""

    def made(maker: Maker) -> CounterMonth:
        honest = maker.honest()
        return with_more(honest, maker.drip(honest, share, has_dossier=has_dossier))

    return made


def echoes(share: float) -> Callable[[Maker], CounterMonth]:
    """Staff press after so many of the citizens."""

    def made(maker: Maker) -> CounterMonth:
        honest = maker.honest()
        return with_more(honest, maker.echo(honest, share))

    return made


def selective(maker: Maker) -> CounterMonth:
    """Half of those who would press one of the three lower faces are kept from it."""
    honest = maker.honest()
    kept = [press for press in honest.presses if press.score > Score.NEUTRAL or maker.rng.random() < 0.5]
    return replace(honest, presses=tuple(kept))


CHEATS: dict[str, Callable[[Maker], CounterMonth]] = {
    "one burst of 6": bursts(6, 1),
    "6 presses on 4 days": bursts(6, 4),
    "one burst of 10": bursts(10, 1),
    "one burst of 20": bursts(20, 1),
    "10 presses 20–40 s apart on 4 days": bursts(10, 4, 20, 40),
    "drip +5 %": drips(0.05),
    "drip +10 %": drips(0.10),
    "5 after closing on 10 days": late(5, 10),
    "10 real codes in a row on 8 days": in_a_row(10, 8),
    "echo after 5 %": echoes(0.05),
    "echo after 15 %": echoes(0.15),
    "drip +20 % with real dossier codes": drips(0.20, has_dossier=True),
    "half of the faces 1–3 prevented": selective,
}
