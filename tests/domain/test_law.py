"""By which law something is what it is, is data with a first and a last day."""

from datetime import date

import pytest

from kiosk.desk.complaints import shipped_laws
from kiosk.domain.wording import law_on, laws_from

OLD = {"name": "1", "words": {"vi": "Luật cũ"}, "valid_to": date(2027, 12, 31)}
NEW = {"name": "2", "words": {"vi": "Luật mới"}, "valid_from": date(2027, 7, 1)}


@pytest.mark.parametrize(("day", "name"), [(date(2027, 6, 30), "1"), (date(2027, 7, 1), "2"), (date(2028, 1, 1), "2")])
def test_of_several_in_force_the_last_counts(day: date, name: str) -> None:
    found = law_on(laws_from({"law": [NEW, OLD]}), day)

    assert found is not None
    assert found.name == name


def test_a_law_that_is_not_in_force_yet_is_named_nowhere() -> None:
    assert law_on(laws_from({"law": [NEW]}), date(2027, 1, 1)) is None


@pytest.mark.parametrize("content", [{}, {"law": [{}]}, {"law": [{"name": "1", "words": {"en": "Law"}}]}])
def test_what_is_no_law_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="law"):
        laws_from(content)


def test_the_shipped_one_names_its_laws_in_both_languages() -> None:
    for law in shipped_laws():
        words = dict(law.words)
        assert {"vi", "en"} <= set(words)
        assert all("20/2008/NĐ-CP" in text and "25/2018/QH14" in text for text in words.values())
