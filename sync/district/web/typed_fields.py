"""What people typed into the fields of a form, read one by one."""

from datetime import date


class WrongField(ValueError):
    """Something in a form cannot be taken. ``key`` names the text that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def day_in(text: str) -> date | None:
    """The day that a field holds; ``None`` for none.

    >>> day_in("2026-11-20"), day_in("20/11")
    (datetime.date(2026, 11, 20), None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
