"""What a technician reads about the agent says what is, until when, and why."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.box.agent_lock import held, is_running
from kiosk.cli.sync_status import days_waiting, sentence, waits
from kiosk.store.outbox import Backlog

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def told(state: str, reason: str = "", **more: Any) -> dict[str, Any]:
    return {"state": state, "reason": reason, "since": "2026-11-21T03:00:00Z", "next_try_at": None} | more


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "starting"),
        (told("idle"), "nothing to send"),
        (told("sending"), "sending"),
        (
            told("waiting", "no answer", next_try_at="2026-11-21T04:05:00Z", failures=3),
            "waiting because no answer, next try by 2026-11-21T04:05:00Z (in 5 min), 3 tries in a row",
        ),
        (
            told("refused", "the district said 403: Device revoked", next_try_at="2026-11-21T04:01:30Z"),
            "refused because the district said 403: Device revoked, next try by 2026-11-21T04:01:30Z (in 90 s)",
        ),
        (
            told("waiting", "x", next_try_at="2026-11-21T03:59:00Z"),
            "waiting because x, next try by 2026-11-21T03:59:00Z (due)",
        ),
    ],
)
def test_the_state_is_a_sentence(state: dict[str, Any] | None, said: str):
    assert sentence(state, running=True, now=NOW) == said


def test_an_agent_that_died_while_sending_is_not_said_to_send():
    assert sentence(told("sending"), running=False, now=NOW) == "not running; when it last ran it was sending"
    assert sentence(None, running=False, now=NOW) == "never started"


def test_an_agent_is_running_while_it_holds_its_lock_and_no_longer(tmp_path: Path):
    assert not is_running(tmp_path)

    with held(tmp_path) as first, held(tmp_path) as second:
        assert (first, second, is_running(tmp_path)) == (True, False, True)

    assert not is_running(tmp_path)


@pytest.mark.parametrize(
    ("day", "days", "said"),
    [
        ("2026-11-21", 0, "since today"),
        ("2026-11-01", 20, "since 2026-11-01 (20 days)"),
        ("2030-01-01", 0, "since today"),
    ],
)
def test_the_oldest_pending_entry_has_an_age(day: str, days: int, said: str):
    backlog = Backlog(3, day, 0, 0)

    assert (days_waiting(backlog, NOW), waits(backlog, NOW)) == (days, said)
