"""``python -m kiosk.vietnamese telex|vni``: a line of keystrokes in, the composed line out."""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from kiosk.vietnamese import Method, Style
from kiosk.vietnamese.compose import composed_and_left


def main(arguments: Sequence[str] | None = None) -> int:
    """Filter standard input; 0, or 2 if a line is not UTF-8. Words that stay as typed although keys of theirs are marks
    are named on standard error."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.vietnamese", description=__doc__)
    parser.add_argument("method", type=Method, choices=[Method.TELEX, Method.VNI])
    parser.add_argument("--style", type=Style, choices=list(Style), default=Style.OLD, help="old: hòa, new: hoà")
    options = parser.parse_args(arguments)
    try:
        return compose_lines(sys.stdin.buffer, sys.stdout.buffer, options.method, options.style)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def compose_lines(lines: Iterable[bytes], out: BinaryIO, method: Method, style: Style) -> int:
    """Compose each line and write it at once, so that the filter can stand in a pipe or be typed into."""
    for number, line in enumerate(lines, start=1):
        try:
            keys = line.decode("utf-8")
        except UnicodeDecodeError as error:
            print(
                f"line {number} is not UTF-8 (byte 0x{line[error.start]:02x} at position {error.start + 1}); "
                "convert the input first, for example with: iconv -f WINDOWS-1258 -t UTF-8",
                file=sys.stderr,
            )
            return 2
        text = keys.rstrip("\r\n")
        composed, left = composed_and_left(text, method, style)
        out.write((composed + keys[len(text) :]).encode("utf-8"))
        out.flush()
        if left:
            print(f"line {number}: left as typed, being no word or name known here: {', '.join(left)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
