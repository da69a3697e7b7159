"""What somebody outside found a complaint to be about. Pure."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Classification(Struct, frozen=True):
    """What somebody outside found a complaint to be about: ``about`` as the kiosk asks it, whether it is to be read by
    the head alone, and the officers it concerns."""

    about: str
    sensitive: bool
    officers: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside a complaint's status."""
        return {"about": self.about, "sensitive": self.sensitive, "officers": sorted(self.officers)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> "Classification | None":
        """What ``as_json`` gave, or ``None``."""
        return cls(kept["about"], bool(kept["sensitive"]), frozenset(kept["officers"])) if kept else None


def classification_from(content: Mapping[str, Any]) -> Classification:
    """The classification that an action's content says."""
    return Classification(str(content["about"]), content["sensitive"] == "yes", officers_in(content))


def officers_in(content: Mapping[str, Any]) -> frozenset[str]:
    """The numbers of officers that somebody wrote into the field of an action."""
    return frozenset(str(content.get("persons", "")).replace(",", " ").split())
