"""The power table of docs/doubt.md: ``python -m tests.district.power``. Takes minutes; a small part of it is a test."""

import argparse
from collections.abc import Callable, Iterator

from sync.district.measures.doubt.examine import Examined, Looked, examined, look
from sync.district.measures.doubt.jump import weekly
from sync.district.measures.doubt.presses import CounterMonth
from sync.district.measures.doubt.shares import COMPARED, tally
from tests.district.counter_months import CHEATS, Maker

PEERS = 40
LEVEL = 0.01


class Trial:
    """Counters of one size: a pool of honest ones, against which single months are judged."""

    def __init__(self, a_day: int, *, linked: bool = True, seed: int = 1) -> None:
        self.maker = Maker(seed, a_day, linked=linked)
        self.pool = self._peers()

    def _peers(self) -> list[Looked]:
        """What of honest counters is compared; what is said of them alone is not needed."""
        months = [self.maker.honest() for _ in range(PEERS)]
        return [
            Looked("u1", "peer", len(month.presses), (), {test: tally(test, month) for test in COMPARED}, weekly(month))
            for month in months
        ]

    def judged(self, month: CounterMonth) -> Examined:
        return examined(look(month), self.pool)

    def share(self, made: Callable[[Maker], CounterMonth], n: int, level: float = LEVEL) -> float:
        """How many of ``n`` months have a combined p of at most ``level``. A new pool of peers for every twentieth."""
        found = 0
        for i in range(n):
            if i % 20 == 19:
                self.pool = self._peers()
            found += self.judged(made(self.maker)).p <= level
        return found / n


def rows(n: int, sizes: tuple[int, ...]) -> Iterator[tuple[str, list[float]]]:
    """Name and shares, the honest months first."""
    yield "honest (false alarms)", [Trial(a_day, seed=a_day).share(Maker.honest, 4 * n) for a_day in sizes]
    for name, made in CHEATS.items():
        yield name, [Trial(a_day, seed=a_day + 1).share(made, n) for a_day in sizes]
    for name in ("drip +10 %", "echo after 15 %"):
        unlinked = [Trial(a_day, linked=False, seed=a_day + 2).share(CHEATS[name], n) for a_day in sizes]
        yield f"{name}, dossiers not imported", unlinked


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the power table of the tests of doubt as Markdown.")
    parser.add_argument("-n", type=int, default=100, help="months of each kind (honest ones: four times as many)")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 30, 60, 150], help="honest presses a day")
    asked = parser.parse_args()
    print("| month | " + " | ".join(f"{size}/day" for size in asked.sizes) + " |")
    print("|---|" + "---|" * len(asked.sizes))
    for name, shares in rows(asked.n, tuple(asked.sizes)):
        print(f"| {name} | " + " | ".join(f"{share:.2f}" for share in shares) + " |", flush=True)


if __name__ == "__main__":
    main()
