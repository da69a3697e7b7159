"""What a run is asked for."""

from dataclasses import dataclass
from pathlib import Path

MEASURES = ("screen", "soak", "box", "wire", "accept", "project", "figures", "typing")


@dataclass(frozen=True, slots=True)
class Options:
    """``folder`` is on the disk that is measured, and thrown away afterwards."""

    folder: Path
    rounds: int
    starts: int
    idle_seconds: int
    journeys: int
    soak: int
    burst: int
    ratings: int
    ratings_postgresql: int
