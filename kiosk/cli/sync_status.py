"""Describe what the agent is doing in a sentence a technician can act on. Pure."""

from datetime import UTC, date, datetime
from typing import Any

from kiosk.store.outbox import Backlog

WORDS = {"waiting": "waiting", "refused": "refused", "sending": "sending", "idle": "nothing to send"}


def sentence(status: dict[str, Any] | None, *, running: bool, now: datetime) -> str:
    """``told`` is what the agent last kept of its state (``box_state`` ``sync``); ``running`` whether it lives."""
    if not status:
        return "never started" if not running else "starting"
    state = WORDS.get(str(status.get("state")), str(status.get("state")))
    because = f" because {status['reason']}" if status.get("reason") else ""
    tries = f", {status['failures']} tries in a row" if status.get("failures", 0) > 1 else ""
    text = f"{state}{because}{_next_try(status, now)}{tries}"
    return text if running else f"not running; when it last ran it was {text}"


def days_waiting(backlog: Backlog, now: datetime) -> int | None:
    """For how many whole days the oldest pending entry has waited: its moment is sealed, only its day is known."""
    if backlog.oldest_day is None:
        return None
    return max(0, (now.date() - date.fromisoformat(backlog.oldest_day)).days)


def waits(backlog: Backlog, now: datetime) -> str:
    """Since when the oldest pending entry has waited."""
    days = days_waiting(backlog, now)
    return f"since {backlog.oldest_day} ({days} days)" if days else "since today"


def _next_try(status: dict[str, Any], now: datetime) -> str:
    if not status.get("next_try_at"):
        return ""
    try:
        seconds = (datetime.fromisoformat(status["next_try_at"]) - now.astimezone(UTC)).total_seconds()
    except ValueError:
        return ""
    due = f"in {_length(seconds)}" if seconds > 0 else "due"
    return f", next try by {status['next_try_at']} ({due})"


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
