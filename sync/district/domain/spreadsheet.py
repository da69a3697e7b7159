"""Texts in files that spreadsheets open. Pure.

A spreadsheet runs a cell that begins with one of ``= + - @`` as a formula. A text that begins so, or with an apostrophe
or a control character, gets an apostrophe in front (OWASP, "CSV Injection"); whoever reads the file takes one away.
"""

RISKY = ("=", "+", "-", "@", "'", "\t", "\r", "\n")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet runs.

    >>> guarded("+84 912 345 678"), guarded("Phòng 3")
    ("'+84 912 345 678", 'Phòng 3')
    """
    return f"'{text}" if text.startswith(RISKY) else text


def unguarded(cell: str) -> str:
    """What ``guarded`` was given; any other cell as it is.

    >>> unguarded("'+84 912 345 678"), unguarded("'Phòng 3")
    ('+84 912 345 678', "'Phòng 3")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(RISKY) else cell
