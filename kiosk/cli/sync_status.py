"""Describe what the agent is doing in a sentence a technician can act on. Pure."""

from datetime import UTC, date, datetime
from typing import Any

from kiosk.store.outbox import Backlog

WORDS = {"waiting": "waiting", "refused": "refused", "sending": "sending", "idle": "nothing to send"}


def sentence(told: dict[str, Any] | None, *, running: bool, now: datetime) -> str:
    """``told`` is what the agent last kept of its state (``box_state`` ``sync``); ``running`` whether it lives."""
    if not told:
        return "never started" if not running else "starting"
    state = WORDS.get(str(told.get("state")), str(told.get("state")))
    because = f" because {told['reason']}" if told.get("reason") else ""
    tries = f", {told['failures']} tries in a row" if told.get("failures", 0) > 1 else ""
    said = f"{state}{because}{_next_try(told, now)}{tries}"
    return said if running else f"not running; when it last ran it was {said}"


def days_waiting(backlog: Backlog, now: datetime) -> int | None:
    """For how many whole days the oldest pending entry has waited: its moment is sealed, only its day is known."""
    if backlog.oldest_day is None:
        return None
    return max(0, (now.date() - date.fromisoformat(backlog.oldest_day)).days)


def waits(backlog: Backlog, now: datetime) -> str:
    """Since when the oldest pending entry has waited."""
    days = days_waiting(backlog, now)
    return f"since {backlog.oldest_day} ({days} days)" if days else "since today"


def _next_try(told: dict[str, Any], now: datetime) -> str:
    if not told.get("next_try_at"):
        return ""
    try:
        seconds = (datetime.fromisoformat(told["next_try_at"]) - now.astimezone(UTC)).total_seconds()
    except ValueError:
        return ""
    due = f"in {_length(seconds)}" if seconds > 0 else "due"
    return f", next try {told['next_try_at']} ({due})"


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
