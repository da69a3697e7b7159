"""Check updates of the software: what became of the last one, and what waits."""

from pathlib import Path

from kiosk.cli.checks.check import CheckResult, Phrase, ok, warning
from kiosk.settings import Settings
from kiosk.updates.handing import Handing
from kiosk.updates.journal import ENDS, STATE, UpdateStep, read_journal
from sync.protocol.software_release import ReleaseFlaw

REASONS = frozenset(
    {
        *map(str, ReleaseFlaw),
        *("not_copied", "unknown_release", "failed_before", "no_space", "not_built", "other_version", "no_doctor"),
        *("no_copy", "trial_failed", "older_cannot_read", "too_slow", "no_program", "power", "journal_lost"),
        *("screen_gave_up", "screen_partial", "screen_dark"),
    }
)
"""Words with which an installer says why; ``doctor_`` and the name of a check besides."""


def update(settings: Settings, state: Path = STATE) -> list[CheckResult]:
    """Nothing on a kiosk that was never offered another release."""
    journal, whole = read_journal(state), Handing(settings.data).whole()
    if journal is None:
        return [ok("update", "waits", version=whole.release.version)] if whole else []
    values = {"version": journal.version, "why": reason(journal.why)}
    if journal.step not in ENDS:
        return [ok("update", "under_way", **values)]
    if journal.step is UpdateStep.KEPT:
        return [ok("update", "kept", **values)]
    return [warning("update", str(journal.step), **values)]


def reason(why: str) -> Phrase | str:
    """Why an update did not succeed; a word that a later release wrote stays as it is."""
    broken = why.removeprefix("doctor_")
    if broken != why:
        return Phrase("update_why.doctor", {"check": broken})
    return Phrase(f"update_why.{why}") if why in REASONS else why
