"""The texts of the district: words for everything a page may have to name, and numbers as each language writes them."""

import pytest

from kiosk.domain.complaint import ComplaintStatus
from kiosk.paths import shared
from sync.district.domain.citizen_view import public_status_of
from sync.district.domain.complaint_steps import OF_CITIZENS, OPEN, Action, Status
from sync.district.domain.deadlines import _STEP_OF
from sync.district.domain.people import Role
from sync.district.texts import Texts, languages, load_texts
from sync.district.web.formats import number, percent

NAMED = (
    [f"complaints.state.{state}" for state in Status]
    + [f"complaint.act.{action}" for action in Action if action not in OF_CITIZENS]
    + [f"complaint.done.{action}" for action in Action]
    + [f"lookup.state.{state}" for state in ComplaintStatus]
    + [f"role.{role}" for role in Role]
)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("key", NAMED)
def test_everything_a_page_names_has_a_word(language: str, key: str):
    assert load_texts(language)(key)


@pytest.mark.parametrize("state", Status)
def test_every_state_of_a_complaint_has_a_state_for_citizens(state: Status):
    assert public_status_of(state) in ComplaintStatus


def test_every_state_in_which_the_office_has_to_act_has_a_deadline():
    waits_for_the_citizen = {Status.NEEDS_MORE}

    assert OPEN - _STEP_OF.keys() == waits_for_the_citizen


def test_numbers_are_written_as_the_texts_of_a_language_say():
    spaced = Texts("xx", {"number.thousands": " ", "number.decimal": "·", "number.percent": "{number} pct"})

    assert (number(1_234_567, spaced), percent(0.8274, spaced)) == ("1 234 567", "82·7 pct")
    assert (number(1_234, load_texts("vi")), percent(0.827, load_texts("vi"))) == ("1.234", "82,7\u00a0%")
    assert (number(1_234, load_texts("en")), percent(0.827, load_texts("en"))) == ("1,234", "82.7%")


#: docs/words.md, rows 10 and 18: the district's pages call it what the kiosk and the paper do
GIVEN_UP = {"vi": ("chuyện khó nói", "mã phiếu"), "en": ("hard to say",)}


@pytest.mark.parametrize("language", GIVEN_UP)
def test_the_district_says_what_the_kiosk_says(language: str):
    said = {
        path: path.read_text("utf-8").lower() for path in shared("assets").rglob(f"texts/district/**/{language}.toml")
    }
    assert len(said) > 1

    assert [
        (path.parent.name, word) for path, text in said.items() for word in GIVEN_UP[language] if word in text
    ] == []
