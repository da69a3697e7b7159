"""``python -m kiosk.vietnamese telex|vni``: a line of keystrokes in, the composed line out."""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from kiosk.vietnamese import Method, Style, compose_keys


def main(arguments: Sequence[str] | None = None) -> int:
    """Filter standard input; 0 if all of it was composed, 2 if a line is not UTF-8."""
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
        out.write((compose_keys(text, method, style) + keys[len(text) :]).encode("utf-8"))
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
