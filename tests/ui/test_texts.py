"""The words: complete in every language, never empty, in NFC, and drawable with the font on the box."""

import re
import tomllib
import unicodedata
from pathlib import Path

import pytest

from kiosk.desk.shipped import shipped
from kiosk.domain.complaint import About, ComplaintStatus, ConclusionResult, ReplyBy, Verdict
from kiosk.domain.counter_figures import Trend
from kiosk.domain.counter_notes import OBJECTION_STATES
from kiosk.domain.dossier_code import NoCode
from kiosk.domain.rating import Score, Stage
from kiosk.domain.reference import NoticeKind
from kiosk.domain.scanner_side import ScannerSide
from kiosk.flow.rules.complaint_steps import CORRECTABLE
from kiosk.flow.rules.lookup_steps import BRING, WRITE_MORE
from kiosk.flow.state.complaint import Paper
from kiosk.flow.state.complaint_draft import ComplaintPart, Manner, Reach
from kiosk.flow.state.preferences import Colours
from kiosk.flow.state.staff import SignerTrouble
from kiosk.paths import shared
from kiosk.texts import load, read
from kiosk.ui import palette
from kiosk.vietnamese import Method

FOLDER = shared("assets") / "languages"
LANGUAGES = sorted(path.name for path in FOLDER.iterdir())
SOURCES = Path(__file__).parents[2] / "kiosk" / "ui"
#: keys put together while running
MADE = (
    [f"notice.{reason.value}" for reason in NoCode]
    + [f"rate.face_{score.value}" for score in Score]
    + [f"rate.stage_{stage.value}" for stage in Stage if stage is not Stage.UNKNOWN]
    + [f"card.{kind.value}" for kind in NoticeKind]
    + [f"rest.weekday_{day}" for day in range(1, 8)]
    + [f"writing.{method.value}" for method in Method]
    + ["writing.no_tone"]
    + [f"tell.complaint{by}{short}" for by in ("", "_due", "_days") for short in ("", "_short")]
    + [f"tell.about_{about}" for about in About]
    + [f"tell.{part}" for part in ComplaintPart if part is not ComplaintPart.CONTACT]
    + [f"tell.contact_{reach}{end}" for reach in Reach for end in ("", "_refused")]
    + ["tell.contact_address_hint", "tell.text_hint", "tell.text_refused", "tell.name_hint", "tell.name_refused"]
    + [f"tell.reach_{reach}" for reach in Reach]
    + [f"tell.reply_by_{way}" for way in ReplyBy]
    + [f"tell.manner_{manner}" for manner in Manner]
    + [f"tell.correct_{part}" for part in CORRECTABLE]
    + [f"look.verdict_{opinion}" for opinion in Verdict]
    + [f"look.{each}" for each in (WRITE_MORE, BRING)]
    + [f"look.{state}" for state in ComplaintStatus]
    + ["look.refused_title", "look.under_review"]
    + [f"look.conclusion_{result}" for result in ConclusionResult]
    + [f"idle.how{short}_{side}" for short in ("", "_short") for side in ScannerSide if side]
    + [f"{key}_none" for key in ("idle.hint", "rest.text", "more.next_person", "left_off.text", "look.title")]
    + [f"{key}_none" for key in ("more.next_short", "look.more_by_number", "look.verdict_by_number", "staff_card.hint")]
    + [f"idle.hint_{side}" for side in ScannerSide if side]
    + ["idle.hint", "tell.dossier_text_none"]
    + [f"preferences.colours_{colours}" for colours in Colours]
    + [f"look.{kind}{end}" for kind in ("own", "not_yet") for end in ("", "_text")]
    + [f"receipt.look{kind}{way}" for kind in ("", "_comment") for way in ("", "_or")]
    + ["still.title", "still.title_text", "still.scanned", "still.scanned_text"]
    + [f"receipt.paper_{paper}" for paper in Paper]
    + [f"staff_card.{trouble}" for trouble in SignerTrouble]
    + [f"staff_try.{option.answer}" for option in shipped().question("bad").options if not option.opens]
    + [f"staff_rated.{change}" for change in Trend]
    + [f"staff_rated.{period}{end}" for period in ("week", "month") for end in ("", "_title")]
    + [f"staff_rated.{period}_{change}" for period in ("week", "month") for change in Trend]
    + [f"staff_words.{place}{end}" for place in ("own", "of_unit") for end in ("", "_some")]
    + [f"staff_more.{state}" for state in OBJECTION_STATES]
    + [f"out.{reason}" for reason in ("not_enrolled", "cannot_save", "cannot_open", "other")]
)


def keys_used(*more: Path) -> set[str]:
    literal = re.compile(r'"([a-z_]+\.[a-z_0-9]+|product)"')
    files = [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.kv"), *more]
    files += [SOURCES.parent / "desk" / "printouts.py", SOURCES.parent / "texts.py"]
    found = {key for file in files for key in literal.findall(file.read_text("utf-8"))}
    texts = set(read(FOLDER / "vi" / "screen.toml"))
    sections = {key.split(".")[0] for key in texts}
    flow = (SOURCES.parent / "flow").rglob(
        "*.py"
    )  # names buttons and titles, and prompts, which have texts of their own
    named = {key for file in flow for key in literal.findall(file.read_text("utf-8"))} & texts
    return {key for key in found if key.split(".")[0] in sections} | named | set(MADE)


def test_vietnamese_and_english_are_there() -> None:
    assert {"vi", "en"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_the_screens_use_exists(language: str) -> None:
    assert set() == keys_used() - set(read(FOLDER / language / "screen.toml"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_over_that_no_screen_uses(language: str) -> None:
    flow = SOURCES.parent / "flow"  # what a control says, and titles; prompts stand there too, and have texts elsewhere
    more = [*(flow / "input").glob("*choices.py"), flow / "rules" / "screen_table.py"]

    assert set() == set(read(FOLDER / language / "screen.toml")) - keys_used(*more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_all_are_nfc(language: str) -> None:
    with (FOLDER / language / "screen.toml").open(encoding="utf-8") as file:
        raw = file.read()

    assert unicodedata.normalize("NFC", raw) == raw
    assert [
        key for key, text in read(FOLDER / language / "screen.toml").items() if text != text.strip() or not text
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_fill_in_the_same_places(language: str) -> None:
    places = re.compile(r"\{(\w+)\}")
    vietnamese, own = read(FOLDER / "vi" / "screen.toml"), read(FOLDER / language / "screen.toml")

    assert [key for key in own if set(places.findall(own[key])) != set(places.findall(vietnamese[key]))] == []


@pytest.mark.parametrize("weight", ["Regular", "Medium", "SemiBold", "Bold"])
def test_the_font_has_every_letter(weight: str) -> None:
    from PIL import ImageFont

    font = ImageFont.truetype(str(shared("assets") / "fonts" / f"BeVietnamPro-{weight}.ttf"), 40)
    missing_glyph = bytes(font.getmask("\U000e0001"))
    letters = {
        letter for language in LANGUAGES for text in read(FOLDER / language / "screen.toml").values() for letter in text
    }
    letters |= set("ĂÂĐÊÔƠƯăâđêôơưẮẰẲẴẶẤẦẨẪẬẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰỲỶỸỴÝ…–·“”")

    assert [x for x in sorted(letters) if x.strip() and bytes(font.getmask(x)) == missing_glyph] == []


#: what docs/words.md found wrong, in what a citizen reads on the screen and hears; a paper may be called a receipt
GIVEN_UP = {
    "vi": ("về đầu", "chưa hài lòng", "đã trả lời xong", "máy này", "chuyện khó nói", "thôi nghe"),
    "en": (
        "dossier",
        "happy",
        "receipt number",
        "your receipt",
        "complain,",
        "or complain",
        "is no khiếu",
        "at this kiosk",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_were_given_up_are_neither_read_nor_heard(language: str) -> None:
    texts = [FOLDER / language / "screen.toml", FOLDER / language / "spoken.toml"]
    said = [text for path in texts for text in read(path).values()]
    scheme = tomllib.loads((shared("config") / "schemes" / "mot-cua.toml").read_text("utf-8"))
    asked = [question for question in scheme["questions"] if "words" in question]
    said += [each["words"][language] for question in asked for each in (question, *question["options"])]
    assert len(said) > 400

    assert [text for text in said for words in GIVEN_UP[language] if words in text.lower()] == []


def test_a_file_without_words_is_named(tmp_path: Path) -> None:
    (tmp_path / "vi.toml").write_text("", "utf-8")

    with pytest.raises(ValueError, match="no texts for language 'km'"):
        load(tmp_path, ["km"])


def test_a_text_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "vi.toml").write_text("[idle]\ntitle = 7\n", "utf-8")

    with pytest.raises(ValueError, match=r"idle\.title"):
        load(tmp_path, ["vi"])


#: VVSG 2.0: 7.1-C asks 10:1 of what everybody sees, 7.1-D strong sets of both polarities and a low one
CONTRASTS = {"usual": (10, 21), "dark": (10, 21), "light": (10, 21), "soft": (4.5, 8)}


@pytest.mark.parametrize("name", palette.SETS)
@pytest.mark.parametrize("pair", palette.TEXT_PAIRS, ids=" on ".join)
def test_text_stands_out_as_much_as_its_set_promises(pair: tuple[str, str], name: str) -> None:
    least, most = CONTRASTS[name]
    colours = palette.SETS[name]

    assert least <= palette.contrast(colours[pair[0]], colours[pair[1]]) <= most


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_strong_sets_are_black_and_white(name: str) -> None:
    colours = palette.SETS[name]

    assert palette.contrast(colours[palette.INK], colours[palette.PAPER]) == 21
    assert palette.contrast(colours[palette.QUIET], colours[palette.PAPER]) == 21


@pytest.mark.parametrize("ground", [palette.PAPER, palette.CARD])
@pytest.mark.parametrize(
    ("colours", "least"),
    [
        (palette.USUAL, 3),
        (palette.HIGH_CONTRAST, 7),
        (palette.LIGHT_CONTRAST, 7),
        (palette.SOFT, 3),
    ],
)
def test_the_edge_of_a_button_stands_out(ground: str, colours: dict[str, str], least: float) -> None:
    assert palette.contrast(colours[palette.LINE], colours[ground]) >= least
    assert palette.contrast(colours[palette.ACCENT], colours[ground]) >= least
