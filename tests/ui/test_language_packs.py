"""Whole journeys in a language nobody speaks: with every part of its pack, and with a tenth of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.screens import Scanned
from kiosk.languages.pack import Part
from kiosk.languages.packs import Packs, load_packs
from kiosk.languages.translations import translations_of
from kiosk.texts import Strings
from tests.support.driver import Driver, driven
from tests.support.fakes import CODE, INTAKE, FakeDesk, HandClock
from tests.support.language_packs import NAME, PSEUDO, pseudo, write_pack


@pytest.fixture(params=[1, 10], ids=["every part", "a tenth"])
def packs(request: pytest.FixtureRequest, tmp_path: Path) -> Packs:
    write_pack(tmp_path, one_in=request.param)
    return load_packs(("vi", "en", PSEUDO), "vi", tmp_path)


@pytest.fixture
def desk(packs: Packs) -> FakeDesk:
    added = translations_of(packs)
    intake = replace(INTAKE, consent=added.consent(INTAKE.consent), sentences=added.sentences(INTAKE.sentences))
    return FakeDesk(hangs=Lobby(intake=intake), questionnaire=added.questionnaire(shipped()))


@pytest.fixture
def kiosk(window: None, clock: HandClock, desk: FakeDesk, packs: Packs) -> Iterator[Driver]:
    from kiosk.ui.app import Appearance

    rules = Rules(languages=tuple(packs.offered), code_prefill="H15.50.05.13-261008-")
    for driver in driven(rules, Appearance(packs=packs), lambda: desk, clock):
        clock.advance(2)
        yield driver


def words(packs: Packs) -> Strings:
    return packs.strings()[PSEUDO]


def shown(desk: FakeDesk, question: str, answer: str) -> str:
    """An answer as its card says it."""
    option = next(each for each in desk.questionnaire.question(question).options if each.answer == answer)
    return dict(option.words).get(PSEUDO) or dict(option.words)["vi"]


def test_a_whole_rating_by_touches(kiosk: Driver, desk: FakeDesk, packs: Packs) -> None:
    kiosk.press(NAME)
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)
    walked = [kiosk.place]
    answers = ("waiting", "order")
    for card in (words(packs)["rate.face_2"], *(shown(desk, "bad", answer) for answer in answers)):
        kiosk.press(card)
        walked.append(kiosk.place)
    kiosk.press(words(packs)["more.more"])
    kiosk.press(shown(desk, "time", "late"))
    walked.append(kiosk.place)
    kiosk.press(words(packs)["more.skip"])
    kiosk.press(shown(desk, "agencies", desk.questionnaire.question("agencies").options[0].answer))
    walked.append(kiosk.place)
    kiosk.move_time(9)

    assert walked == ["Rate", "Why", "Why", "Why", "Ask", "Thanks"]
    assert [(int(draft.score), draft.language) for draft in desk.saved] == [(2, PSEUDO)]
    assert dict(desk.answers[-1].form.answers)["bad"] == answers
    assert desk.answers[-1].language == PSEUDO
    assert (kiosk.place, kiosk.state.language) == ("Idle", "vi")


def test_what_the_pack_says_is_shown_and_the_rest_in_vietnamese(kiosk: Driver, packs: Packs) -> None:
    kiosk.press(NAME)
    vietnamese, own = packs.reference.screen.texts, packs.offered[PSEUDO].screen.texts

    told = " ".join(" ".join(kiosk.said()).split())

    for key in ("idle.title", "idle.rate", "tell.button", "idle.privacy"):
        assert own.get(key, vietnamese[key]) in told.replace("\u00a0", " "), key


def test_the_consent_is_in_one_language_with_all_that_stands_beside_it(packs: Packs) -> None:
    added = translations_of(packs).consent(INTAKE.consent)
    in_the_language = PSEUDO in dict(added.words)
    whole, lacking = (consent_page(packs, added), consent_page(packs, INTAKE.consent))
    vietnamese = packs.reference.screen.texts

    assert lacking == [vietnamese[f"tell.{key}"] for key in ("consent", "consent_tick", "consent_no")]
    expected = words(packs) if in_the_language else vietnamese
    assert whole == [expected[f"tell.{key}"] for key in ("consent", "consent_tick", "consent_no")]


def consent_page(packs: Packs, consent: object) -> list[str]:
    """The title and the two cards below the text."""
    from kiosk.flow.state.complaint import AskConsent, ComplaintDraft
    from kiosk.ui.metrics import Panel, metrics_for
    from kiosk.ui.screens import page_named

    page = page_named("text_page.ConsentPage")(
        say=lambda *_: None, m=metrics_for(Panel(1080, 1920)), words=words(packs)
    )
    page.intake = replace(INTAKE, consent=consent)
    page.show(AskConsent(ComplaintDraft(wants_reply=True)), 0.0)
    return [page.title, *(dict(option.words)["vi"] for option in page._options)]


def test_a_pack_with_one_text_says_everything_else_in_the_offices_language(tmp_path: Path) -> None:
    write_pack(tmp_path)
    (tmp_path / PSEUDO / "screen.toml").write_text('[thanks]\ntitle = "Ua tsaug!"\n', "utf-8")

    found = load_packs(("vi", "en", PSEUDO), "en", tmp_path).strings()[PSEUDO]

    assert (found["thanks.title"], found["code.title"]) == ("Ua tsaug!", "Type the code of your application")
    assert found.name == NAME


def test_where_the_offices_language_lacks_a_text_it_is_vietnamese(tmp_path: Path) -> None:
    write_pack(tmp_path)
    (tmp_path / PSEUDO / "screen.toml").write_text('[thanks]\ntitle = "Ua tsaug!"\n', "utf-8")

    found = load_packs((PSEUDO, "en"), PSEUDO, tmp_path).strings()

    assert (found[PSEUDO]["code.title"], found["en"]["thanks.title"]) == ("Nhập mã hồ sơ", "Thank you!")


def test_the_pseudo_language_is_longer_and_its_places_are_the_same() -> None:
    text = "Hồ sơ nộp ngày {day:02}/{month:02}. Nhập các số cuối."

    assert len(pseudo(text)) > 1.25 * len(text)
    assert pseudo(text).count("{day:02}/{month:02}") == 1
    assert Part().texts == {}
