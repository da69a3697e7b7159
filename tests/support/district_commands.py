"""``python -m tests.support.district_commands``: several district commands in one process, to set a district up.

A process for each would spend most of its time importing.

JSON in: ``[[[word, …], standard input], …]``; JSON out: what each printed. Exits 1 with what the first that fails said.
"""

import io
import json
import sys
from contextlib import redirect_stdout

from sync.district.__main__ import main


def run(commands: list[tuple[list[str], str]]) -> list[str]:
    said = []
    for words, given in commands:
        sys.stdin, printed = io.StringIO(given), io.StringIO()
        with redirect_stdout(printed):
            failed = main(words)
        if failed:
            sys.exit(f"district {' '.join(words)} failed: {printed.getvalue()}")
        said.append(printed.getvalue())
    return said


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
