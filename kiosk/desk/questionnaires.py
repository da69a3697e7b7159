"""Which questionnaires of the district can be read, and which is asked today."""

import json
import logging
from datetime import date
from functools import lru_cache

from kiosk.desk.shipped import shipped
from kiosk.domain.questionnaire import Questionnaire, newest_in_force, questionnaire_from

log = logging.getLogger(__name__)


@lru_cache(maxsize=2)
def questionnaire_of(contents: tuple[str, ...], day: date) -> Questionnaire:
    """The one in force by the district's word (JSON texts), else the one this release brings along."""
    return newest_in_force(readable(contents), day) or shipped()


def readable(contents: tuple[str, ...]) -> list[Questionnaire]:
    """The questionnaires of these JSON texts; one that cannot be read is logged and passed over."""
    found = []
    for content in contents:
        try:
            found.append(questionnaire_from(json.loads(content)))
        except (ValueError, TypeError, AttributeError) as error:
            log.error("a questionnaire of the district cannot be read: %s", error)
    return found
