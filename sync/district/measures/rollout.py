"""What the kiosks tell of a release of the software that they are offered. Pure."""

from collections.abc import Sequence

from sync.district.domain.software_rollout import RolloutLook
from sync.district.measures.kiosk_state import GONE, KioskState
from sync.district.measures.kiosks import KioskLine, KioskRow
from sync.protocol.health import text


def looks_of(lines: Sequence[KioskLine], rows: Sequence[KioskRow]) -> list[RolloutLook]:
    """At every kiosk in use. Its own word is weighed, never trusted to be well formed."""
    health = {row.device_id: row.health for row in rows}
    return [_look(line, health.get(line.device_id, {})) for line in lines if line.state not in GONE]


def _look(line: KioskLine, health: object) -> RolloutLook:
    known = health if isinstance(health, dict) else {}
    update = known.get("update")
    update = update if isinstance(update, dict) else {}
    version, word, why = (text(update.get(name)) for name in ("version", "word", "why"))
    return RolloutLook(
        line.device_id,
        text(known.get("software")),
        version,
        word,
        why,
        in_touch=line.state is KioskState.IN_TOUCH,
        is_lost=line.state is KioskState.SILENT or line.has_dead_screen,
    )
