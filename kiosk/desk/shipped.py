"""The questionnaire this release brings along, for a box that has not heard from its district yet."""

import tomllib
from functools import cache

from kiosk.domain.questionnaire import Questionnaire, questionnaire_from
from kiosk.paths import shared

SHIPPED = "mot-cua.toml"


@cache
def shipped() -> Questionnaire:
    """Reads config/schemes/mot-cua.toml, once."""
    return questionnaire_from(tomllib.loads((shared("config") / "schemes" / SHIPPED).read_text(encoding="utf-8")))
