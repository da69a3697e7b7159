"""``sync/PROTOCOL.md`` as tests read it: its sections, its table of limits, the dictionary and the shapes."""

import re
from pathlib import Path

DOCUMENT = (Path(__file__).parents[2] / "sync" / "PROTOCOL.md").read_text(encoding="utf-8")


def dictionary_in_the_document() -> bytes:
    block = re.search(r"```hex\n([0-9a-f\n]+)```", DOCUMENT)
    assert block, "PROTOCOL.md shows the dictionary in a ```hex block"
    return bytes.fromhex(block[1].replace("\n", ""))


def shapes_in_the_document() -> dict[int, tuple[str, ...]]:
    rows = re.findall(r"^\| (\d+) \| ((?:`\w+`(?:, )?)+) \|$", DOCUMENT, re.MULTILINE)
    return {int(number): tuple(re.findall(r"`(\w+)`", names)) for number, names in rows}


def packed_dictionary_in_the_document() -> bytes:
    block = re.search(r"```hex recipe 2\n([0-9a-f\n]+)```", DOCUMENT)
    assert block, "PROTOCOL.md shows the dictionary of recipe 2 in a ```hex block of its own"
    return bytes.fromhex(block[1].replace("\n", ""))


def bits_in_the_document(recipe: int) -> list[tuple[str, int, str]]:
    """Field, bits and meaning of each number of a recipe, in order. What recipe 3 says stands in place of ``flags``."""
    of_2, _, of_3 = DOCUMENT.partition("### Recipe 3")
    rows = {
        number: re.findall(r"^\| `(\w+)` \| (\d+) \| (.+) \|$", text, re.MULTILINE)
        for number, text in ((2, of_2), (3, of_3))
    }
    found = [(name, int(bits), value) for name, bits, value in rows[2]]
    if recipe == 2:
        return found
    place = [name for name, _, _ in found].index("flags")
    return [*found[:place], *((name, int(bits), value) for name, bits, value in rows[3]), *found[place + 1 :]]


def number(name: str) -> int:
    """A limit as the document's table of limits has it."""
    row = re.search(rf"^\| {re.escape(name)} \| ([\d ]+) ", DOCUMENT, re.MULTILINE)
    assert row, f"PROTOCOL.md gives no limit named {name!r}"
    return int(row[1].replace(" ", ""))


def section(title: str) -> str:
    found = re.search(rf"^## \d+\. {re.escape(title)}\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, f"PROTOCOL.md has no section {title!r}"
    return found[1]
