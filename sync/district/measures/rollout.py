"""What the kiosks tell of a release of the software that they are offered. Pure."""

from collections.abc import Sequence
from datetime import datetime

from sync.district.domain.software_rollout import RolloutEvent, RolloutLook, reached_at
from sync.district.measures.kiosk_state import GONE, KioskState
from sync.district.measures.kiosks import KioskLine, KioskRow, full_hour
from sync.protocol.health import Level, text


def looks_of(
    lines: Sequence[KioskLine],
    rows: Sequence[KioskRow],
    steps: Sequence[RolloutEvent],
    district_away_at: datetime | None = None,
) -> list[RolloutLook]:
    """At every kiosk in use. Its own word is weighed, never trusted to be well formed. ``steps``: of the newest
    roll-out, the oldest first. ``district_away_at``: the last full hour at which the district itself was not there."""
    health = {row.device_id: row.health for row in rows}
    return [
        _look(line, health.get(line.device_id, {}), steps, district_away_at) for line in lines if line.state not in GONE
    ]


def _look(
    line: KioskLine, health: object, steps: Sequence[RolloutEvent], district_away_at: datetime | None
) -> RolloutLook:
    known = health if isinstance(health, dict) else {}
    update = known.get("update")
    update = update if isinstance(update, dict) else {}
    version, word, why = (text(update.get(name)) for name in ("version", "word", "why"))
    is_silent, last = line.state is KioskState.SILENT, line.last_contact_at
    is_excused = is_silent and district_away_at is not None and (last is None or last < district_away_at)
    came_at = reached_at(line.device_id, steps)
    was_in_touch = last is not None and came_at is not None and last >= full_hour(came_at)
    is_carried = line.usual_gap_days > 0 and not any(version == step.version for step in steps)
    is_gone = line.state is KioskState.NEVER or (is_silent and not is_excused and not was_in_touch)
    return RolloutLook(
        line.device_id,
        text(known.get("software")),
        version,
        word,
        why,
        is_silent=is_silent,
        is_dark="screen" in line.devices and line.devices["screen"].level is Level.FAILED,
        is_away=is_gone or is_carried,  # a stick brings no offer that it could fetch
        is_excused=is_excused,
    )
