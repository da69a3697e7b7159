"""Read the word lists in ``assets/vietnamese``."""

from kiosk.paths import shared


def word_list(name: str) -> str:
    """The text of a list without its comment lines."""
    text = (shared("assets") / "vietnamese" / name).read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))
