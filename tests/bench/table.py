"""A figure with what it stands beside, as a table row and as JSON."""

import json
import math
import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

HEADER = (
    "| measure | what | median | p95 | p99 | n | beside it | median | p95 | ratio | target | |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A distribution, summed up. ``p95`` and ``p99`` only where there are enough values for them to mean something."""

    n: int
    median: float
    p95: float | None = None
    p99: float | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """``of`` is ``ratio`` (to what stands beside), ``p95 ratio``, ``p95`` or ``median``; ``sign`` is ``≤`` or ``≥``."""

    of: str
    sign: str
    limit: float

    def met(self, value: float) -> bool:
        return value <= self.limit if self.sign == "≤" else value >= self.limit

    def __str__(self) -> str:
        return f"{'' if self.of == 'median' else self.of + ' '}{self.sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """``series``: what stands behind the figure, as seconds and values; only in the JSON."""

    measure: str
    what: str
    unit: str
    figure: Figure
    beside: str = ""
    peer: Figure | None = None
    target: Target | None = None
    series: Sequence[tuple[float, float]] = ()

    @property
    def ratio(self) -> float | None:
        return self.figure.median / self.peer.median if self.peer and self.peer.median else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; ``None`` when there is none."""
        if self.target is None:
            return None
        value = {
            "ratio": self.ratio,
            "median": self.figure.median,
            "p95": self.figure.p95,
            "p95 ratio": self._p95_ratio(),
        }[self.target.of]
        return None if value is None else self.target.met(value)

    def line(self) -> str:
        figure, peer = self.figure, self.peer or Figure(0, math.nan)
        cells = (
            self.measure,
            self.what,
            f"{_short(figure.median)} {self.unit}",
            _short(figure.p95),
            _short(figure.p99),
            str(figure.n),
            self.beside,
            _short(peer.median),
            _short(peer.p95),
            _short(self.ratio),
            str(self.target or ""),
            {True: "met", False: "MISSED", None: ""}[self.met],
        )
        return "| " + " | ".join(cells) + " |"

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "met": self.met}

    def _p95_ratio(self) -> float | None:
        if self.peer is None or self.peer.p95 is None or self.figure.p95 is None:
            return None
        return self.figure.p95 / self.peer.p95


def summed(values: Sequence[float]) -> Figure:
    """Median, from 20 values on also the 95th, from 200 on also the 99th percentile (nearest rank)."""
    ordered, n = sorted(values), len(values)
    rank = lambda share: ordered[math.ceil(share * n) - 1]  # noqa: E731
    return Figure(n, statistics.median(ordered), rank(0.95) if n >= 20 else None, rank(0.99) if n >= 200 else None)


def keep(rows: Sequence[Row], path: Path) -> None:
    """Writes the rows with the machine and the versions they were measured on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
            "kernel": platform.release(),
            "load_1_minute": os.getloadavg()[0],
        },
        "versions": {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
        | {name: version(name) for name in ("kivy", "sqlalchemy", "pynacl", "fastapi", "uvicorn", "psycopg")},
        "rows": [row.as_json() for row in rows],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _short(value: float | None) -> str:
    if value is None or math.isnan(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
