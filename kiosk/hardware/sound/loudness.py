"""Measure a spoken prompt: how loud it is, how long somebody speaks in it.

Loudness is the root mean square of what is spoken, in dB below full scale, gated as in ITU-R BS.1770: blocks that are
10 dB softer than the mean, such as pauses, do not count.
"""

import io
import math
import subprocess
import wave
from array import array
from collections.abc import Sequence
from operator import mul
from pathlib import Path

from msgspec import Struct

FULL_SCALE = 32_768
#: how loud each prompt is meant to be
TARGET_DB = -20.0
#: a block is 20 ms
BLOCKS_A_SECOND = 50
ABSOLUTE_GATE_DB, RELATIVE_GATE_DB = -60.0, -10.0
#: softer than the loudest block by more than this is silence
SILENCE_DB = -32.0


class CannotMeasure(Exception):
    """The file is no sound that the kiosk can play; says why."""


class Clip(Struct, frozen=True):
    """One channel of 16 bits; ``rate`` in samples a second."""

    rate: int
    samples: Sequence[int]

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def read(path: Path) -> Clip:
    """A WAV file of 16 bits, or an Ogg file by way of ``oggdec`` (vorbis-tools). Raises ``CannotMeasure``."""
    try:
        with wave.open(str(path) if path.suffix == ".wav" else io.BytesIO(_decoded(path))) as sound:
            if sound.getsampwidth() != 2:
                raise CannotMeasure(f"{path.name}: {8 * sound.getsampwidth()} bits a sample; save it with 16")
            samples = array("h", sound.readframes(sound.getnframes()))
            channels, rate = sound.getnchannels(), sound.getframerate()
            if rate < BLOCKS_A_SECOND:
                raise CannotMeasure(f"{path.name}: {rate} samples a second are no speech")
    except (wave.Error, EOFError, OSError, ValueError) as error:
        raise CannotMeasure(f"{path.name}: no WAV or Ogg file that can be read ({error})") from error
    return Clip(rate, samples[::channels])


def _decoded(path: Path) -> bytes:
    command = ["oggdec", "--quiet", "--output", "-", str(path)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if done.returncode or not done.stdout:
        raise CannotMeasure(f"{path.name}: no Ogg file that can be read")
    return done.stdout


def loudness(clip: Clip) -> float:
    """In dB below full scale (0 is the loudest there is); minus infinity for silence."""
    powers = _powers(clip)
    for gate_db in (None, RELATIVE_GATE_DB):
        least = _power(ABSOLUTE_GATE_DB) if gate_db is None else _mean(powers) * 10 ** (gate_db / 10)
        powers = [power for power in powers if power >= least]
    return 10 * math.log10(_mean(powers)) if powers else -math.inf


def spoken(clip: Clip) -> tuple[float, float]:
    """The seconds between which somebody speaks: the first and the last block that is no silence."""
    powers = _powers(clip)
    least = max(max(powers, default=0.0) * 10 ** (SILENCE_DB / 10), _power(ABSOLUTE_GATE_DB))
    loud = [at for at, power in enumerate(powers) if power >= least]
    return (loud[0] / BLOCKS_A_SECOND, (loud[-1] + 1) / BLOCKS_A_SECOND) if loud else (0.0, 0.0)


def _powers(clip: Clip) -> list[float]:
    size = clip.rate // BLOCKS_A_SECOND
    blocks = (clip.samples[at : at + size] for at in range(0, len(clip.samples), size))
    return [sum(map(mul, block, block)) / len(block) / FULL_SCALE**2 for block in blocks]


def _power(decibels: float) -> float:
    return float(10 ** (decibels / 10))


def _mean(powers: Sequence[float]) -> float:
    return sum(powers) / len(powers) if powers else 0.0
