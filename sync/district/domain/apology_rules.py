"""What the written apology is called and the causes it names, on which days: ``config/schemes/apologies.toml``."""

from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct, convert

from kiosk.domain.reference import in_force
from kiosk.paths import shipped_scheme


class ApologyForm(Struct, frozen=True, forbid_unknown_fields=True):
    """How the letter is headed from a day on. ``symbol`` follows its number."""

    title: str
    subject: str
    symbol: str
    valid_from: date
    valid_to: date | None = None


class ApologyCause(Struct, frozen=True, forbid_unknown_fields=True):
    """Why dossiers are late. ``words``: by language."""

    cause_id: str
    words: dict[str, str]
    of_officer: bool
    names_agency: bool = False


class ApologyRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    form: tuple[ApologyForm, ...]
    cause: tuple[ApologyCause, ...]
    again_from: int

    def form_on(self, day: date) -> ApologyForm:
        """The form of a letter of a day; before the first one, that one."""
        holding = [each for each in self.form if in_force(each.valid_from, each.valid_to, day)]
        return max(holding or self.form[:1], key=lambda each: each.valid_from)

    def cause_of(self, cause_id: str) -> ApologyCause | None:
        """The cause with this id."""
        return next((each for each in self.cause if each.cause_id == cause_id), None)

    def counts_for_officer(self, cause_id: str | None) -> bool:
        """Whether a late dossier counts among the officer's own: one of which no cause is known yet does."""
        cause = self.cause_of(cause_id or "")
        return cause is None or cause.of_officer


@cache
def apology_rules() -> ApologyRules:
    """The shipped rules."""
    content: dict[str, Any] = shipped_scheme("apologies.toml")
    return convert(content, ApologyRules)
