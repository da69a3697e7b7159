"""Find the ready sentences or the consent that kiosks use on a day: what was brought for it, else the release's own."""

from datetime import date
from typing import Any

from kiosk.paths import shipped_scheme
from sync.district.store import content_changes
from sync.district.store.engine import Connection


def held_wording(connection: Connection, kind: str, day: date) -> dict[str, Any]:
    """The content without its version."""
    row = content_changes.wording_on(content_changes.wording_rows(connection, kind), day)
    content = row["content"] if row else shipped_scheme(f"{kind}.toml")
    return {name: value for name, value in content.items() if name != "version"}
