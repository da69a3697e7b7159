"""The questionnaire shipped with this release, for a kiosk that has received none from its district yet."""

from functools import cache

from kiosk.domain.questionnaire import Questionnaire, questionnaire_from
from kiosk.paths import shipped_scheme

SHIPPED = "mot-cua.toml"


@cache
def shipped() -> Questionnaire:
    """Reads config/schemes/mot-cua.toml, once."""
    return questionnaire_from(shipped_scheme(SHIPPED))
