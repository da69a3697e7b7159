"""Speak a text that nobody has recorded, with Debian's espeak-ng, where it is installed and has that language's voice.

A text goes in through a pipe and the sound comes back through one: nothing is written, and no text is ever an option.
"""

import subprocess
from functools import lru_cache

from kiosk.hardware.sound.pace import with_lengths

PROGRAM = "espeak-ng"
_SECONDS = 5.0


@lru_cache(maxsize=32)
def speaks(language: str) -> bool:
    """Whether there is a voice for this very language; a voice of another language would read it wrongly."""
    try:
        done = subprocess.run(  # noqa: S603
            [PROGRAM, f"--voices={language}"], capture_output=True, check=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return False
    rows = [line.split() for line in done.stdout.decode("utf-8", "replace").splitlines()[1:]]
    return any(len(row) > 1 and row[1] == language for row in rows)


def synthesised(text: str, language: str) -> bytes | None:
    """A WAV file with the text; ``None`` when it cannot be made."""
    try:
        done = subprocess.run(  # noqa: S603
            [PROGRAM, "-v", language, "--stdin", "--stdout"],
            input=text.encode(),
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
        return with_lengths(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
