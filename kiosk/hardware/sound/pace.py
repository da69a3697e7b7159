"""Play a prompt slower or faster without changing its pitch: ``oggdec`` (vorbis-tools) and ``soundstretch``."""

import shutil
import struct
import subprocess
from pathlib import Path

PROGRAMS = ("oggdec", "soundstretch")
_SECONDS = 5.0


def can_change_pace() -> bool:
    """Whether the two programs are installed. Without them the kiosk speaks at its own pace alone."""
    return all(shutil.which(program) for program in PROGRAMS)


def paced(source: Path | bytes, percent: int) -> bytes | None:
    """A WAV file with the sound of a file, or of a WAV file in memory, at so many percent of its pace; ``None`` when it
    cannot be made."""
    stretch = ["soundstretch", "stdin", "stdout", f"-tempo={percent - 100:+d}", "-speech"]
    try:
        return with_lengths(_run(stretch, source if isinstance(source, bytes) else _samples(source)))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _samples(path: Path) -> bytes:
    return path.read_bytes() if path.suffix == ".wav" else _run(["oggdec", "--quiet", "--output", "-", str(path)])


def with_lengths(sound: bytes) -> bytes:
    """The WAV file with its lengths written: a program that writes into a pipe cannot go back and fill them in."""
    data = sound.index(b"data") + 4
    whole, rest = struct.pack("<I", len(sound) - 8), struct.pack("<I", len(sound) - data - 4)
    return sound[:4] + whole + sound[8:data] + rest + sound[data + 4 :]


def _run(command: list[str], sound: bytes = b"") -> bytes:
    done = subprocess.run(command, input=sound, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603
    return done.stdout
