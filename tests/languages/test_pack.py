"""Reading packs: what is fit to be shown is taken, what is not is named, and no pack keeps the kiosk from starting."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.languages.check import lacks
from kiosk.languages.letters import strange
from kiosk.languages.pack import BadPack, Fault, fields_of, read_pack
from kiosk.languages.packs import load_packs, lying_idle, reference_pack, typeface
from kiosk.languages.translations import spoken_of, texts_of, translations_of
from kiosk.paths import shared
from kiosk.texts import read
from tests.support.language_packs import NAME, PSEUDO, write_pack

FONTS = sorted((shared("assets") / "fonts").glob("BeVietnamPro-*.ttf"))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The folder of a whole pack, which a test spoils."""
    return write_pack(tmp_path)


def refusal(pack: Path) -> str:
    with pytest.raises(BadPack) as caught:
        read_pack(pack, typeface(), reference_pack())
    packs = load_packs(("vi", "en", pack.name), "vi", pack.parent)
    assert [*packs.offered] == ["vi", "en"], "the kiosk offers the others"
    assert [each.word for each in packs.refused] == [caught.value.word]
    return caught.value.word


def add(pack: Path, text: str, part: str = "screen") -> tuple[Fault, ...]:
    """What is left out of a pack to which a text was added."""
    (pack / f"{part}.toml").write_text(text, "utf-8")
    return read_pack(pack, typeface(), reference_pack()).screen.faults


def test_a_whole_pack_is_taken_whole(tmp_path: Path):
    pack = write_pack(tmp_path, sounds=True)
    found = read_pack(pack, typeface(), reference_pack())

    assert (found.language, found.name, found.reviewer, found.licence) == (PSEUDO, NAME, "Nobody", "CC0-1.0")
    assert found.screen.texts.keys() == reference_pack().screen.texts.keys()
    assert (found.screen.faults, spoken_of(found, reference_pack())[1]) == ((), [])
    assert found.sounds() == reference_pack().sounds()


def test_vietnamese_and_english_are_read_like_any_other():
    for language in ("vi", "en"):
        folder = shared("assets") / "languages" / language
        found = read_pack(folder, typeface(), reference_pack())

        assert dict(found.screen.texts) == read(folder / "screen.toml")
        assert found.screen.faults == ()
        assert spoken_of(found, reference_pack())[1] == []


def spoil(pack: Path, kind: str) -> None:
    manifest, screen = pack / "pack.toml", pack / "screen.toml"
    told = manifest.read_text("utf-8")
    match kind:
        case "toml":
            screen.write_text("[idle\ntitle = ", "utf-8")
        case "deep_key":
            screen.write_text(".".join("a" * 90) + " = {" + ".".join("b" * 10) + ' = "x"}', "utf-8")
        case "dots":
            screen.write_text(".".join("a" * 1_000) + ' = "x"', "utf-8")
        case "deep_format":
            manifest.write_text(told.replace("format = 1", "[format]\n" + ".".join("a" * 90) + " = 1"), "utf-8")
        case "endless_format":
            manifest.write_text(told.replace("format = 1", f"format = 0x{'f' * 9_000}"), "utf-8")
        case "invisible_name":
            manifest.write_text(told.replace(NAME, "\\u200b\\u00ad\\u2060"), "utf-8")
        case "open_folder":
            pack.chmod(0o777)
        case "open_sounds":
            (pack / "sounds").chmod(0o777)
        case "linked_sounds":
            (pack / "sounds").rename(pack.parent / "elsewhere")
            (pack / "sounds").symlink_to(pack.parent / "elsewhere")
        case "deep":
            screen.write_text("a = " + "[" * 5_000, "utf-8")
        case "bytes":
            screen.write_bytes(b'a = "\xff\xfe"')
        case "not_texts":
            screen.write_text("[idle]\ntitle = 7\n", "utf-8")
        case "no_screen":
            screen.unlink()
        case "no_manifest":
            manifest.unlink()
        case "fields":
            manifest.write_text(told + 'run = "/bin/sh"\n', "utf-8")
        case "format":
            manifest.write_text(told.replace("format = 1", "format = 2"), "utf-8")
        case "field_letters":
            manifest.write_text(told.replace(NAME, "A\\u001b[2J"), "utf-8")
        case "number":
            manifest.write_text(told.replace(f'"{NAME}"', "7"), "utf-8")
        case "name":
            manifest.write_text(told.replace(NAME, "A" * 25), "utf-8")
        case "name_letters":
            manifest.write_text(told.replace(NAME, "ភាសាខ្មែរ"), "utf-8")
        case "other_language":
            manifest.write_text(told.replace(f'"{PSEUDO}"', '"hmn"'), "utf-8")
        case "link":
            screen.rename(pack.parent / "elsewhere.toml")
            screen.symlink_to(pack.parent / "elsewhere.toml")
        case "no_file":
            screen.unlink()
            os.mkfifo(screen)
        case "folder":
            screen.unlink()
            screen.mkdir()
        case "open_to_all":
            screen.chmod(0o666)
        case "too_large":
            screen.write_text("# " + "x" * 600_000, "utf-8")


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        *((word, word) for word in ("toml", "not_texts", "no_screen", "no_manifest", "fields", "format", "name")),
        *((word, word) for word in ("field_letters", "name_letters", "other_language", "link", "no_file")),
        *((word, word) for word in ("open_to_all", "too_large")),
        *(("deep", "toml"), ("bytes", "toml"), ("number", "field_letters"), ("folder", "no_file")),
        *(("deep_key", "not_texts"), ("dots", "toml"), ("deep_format", "format"), ("endless_format", "format")),
        *(("invisible_name", "name"), ("open_folder", "open_to_all"), ("open_sounds", "open_to_all")),
        ("linked_sounds", "link"),
    ],
)
def test_a_bad_pack_is_refused_with_its_reason_and_the_others_are_offered(pack: Path, kind: str, word: str):
    spoil(pack, kind)

    assert refusal(pack) == word


def test_a_pack_that_is_a_link_is_refused(pack: Path):
    elsewhere = pack.rename(pack.parent / "elsewhere")
    pack.symlink_to(elsewhere)

    assert refusal(pack) == "link"


@pytest.mark.parametrize("code", ["../../etc", "/etc", "..", ".", "", "VI", "vi/../en", "a", "x" * 17, "hmn\n"])
def test_what_is_no_code_of_a_language_leads_nowhere(tmp_path: Path, code: str):
    packs = load_packs(("vi", code), "vi", tmp_path)

    assert [*packs.offered] == ["vi"]
    assert [each.word for each in packs.refused] == ["code"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[idle]\nunheard = "x"', "unknown"),
        ('[idle]\ntitle = " "', "empty"),
        *((f'[idle]\ntitle = "\\u{letter}"', "empty") for letter in ("200b", "200c", "200d", "2060", "00ad", "3164")),
        ('[idle]\ntitle = "\\u200d \\u0301"', "empty"),
        ('[idle]\ntitle = "a\\u001b[2Jb"', "strange"),
        ('[idle]\ntitle = "a\\u202eb"', "strange"),
        ('[idle]\ntitle = "a\\nb"', "strange"),
        (f'[idle]\ntitle = "{"x" * 5_000}"', "endless"),
        ('[idle]\ntitle = "ភាសា"', "letters"),
        ('[rest]\nopens = "{time} {weekday}"', "places"),
        ('[rest]\nopens = "{time} {weekday} {date} {name}"', "places"),
        ('[rest]\nopens = "{time.__class__} {weekday} {date}"', "places"),
        ('[rest]\nopens = "{time!r} {weekday} {date}"', "places"),
        ('[rest]\nopens = "{time:>999999999} {weekday} {date}"', "places"),
        ('[rest]\nopens = "{time {weekday} {date}"', "places"),
        ('[rest]\nopens = "{} {weekday} {date}"', "places"),
        ('[idle]\ntitle = "{0}"', "places"),
    ],
)
def test_a_text_that_is_not_fit_is_left_out_and_the_offices_language_says_it(pack: Path, text: str, word: str):
    faults = add(pack, text)
    packs = load_packs(("vi", PSEUDO), "vi", pack.parent)
    words = packs.strings()[PSEUDO]

    assert [fault.word for fault in faults] == [word]
    assert packs.refused == ()
    for key in reference_pack().screen.texts:
        assert words[key] == reference_pack().screen.texts[key]


def test_places_may_stand_in_another_order_and_without_their_zeros(pack: Path):
    assert add(pack, '[rest]\nopens = "{date}, {weekday}: {time}"\ndate = "{month}/{day}"') == ()


@given(st.text())
def test_no_text_of_a_pack_breaks_the_screen(text: str):
    """Whatever a pack says, filling in a place never fails and never shows another value."""
    from kiosk.languages.pack import _fault

    wanted = "Mở cửa lúc {time} {weekday}, ngày {date}."
    if _fault("screen", "rest.opens", text, {"rest.opens": wanted}, typeface()) is None:
        told = text.format(time="7 giờ", weekday="thứ Hai", date="23/11")
        assert all(value in told for value in ("7 giờ", "thứ Hai", "23/11"))
        assert not strange(told)


@given(st.from_regex(r"[a-z{}.!:\[\]0-9]{0,30}", fullmatch=True))
def test_no_places_of_a_pack_break_the_screen(text: str):
    from kiosk.languages.pack import _fault

    if _fault("screen", "x", text, {"x": "{a}"}, None) is None:
        assert "7 giờ" in text.format(a="7 giờ")


def test_a_broken_part_is_left_out_and_the_language_stays(pack: Path):
    (pack / "answers.toml").write_text("[broken", "utf-8")
    (pack / "consent.toml").unlink()
    found = load_packs(("vi", PSEUDO), "vi", pack.parent).offered[PSEUDO]

    texts, faults = texts_of(found)

    assert (texts, [(fault.part, fault.word) for fault in faults]) == ({}, [("answers", "toml")])


@pytest.mark.parametrize("part", ["spoken", "answers", "consent"])
@pytest.mark.parametrize("content", [".".join("a" * 1_000) + ' = "x"', "[" + ".".join("a" * 99) + ']\nb.c.d = "x"\n'])
def test_a_key_with_a_thousand_parts_stops_nothing(pack: Path, part: str, content: str):
    (pack / f"{part}.toml").write_text(content, "utf-8")
    packs = load_packs(("vi", PSEUDO), "vi", pack.parent)

    translations_of(packs)
    faults = spoken_of(packs.offered[PSEUDO], packs.reference)[1]

    assert [(fault.part, fault.key) for fault in faults] == [(part, "")]


def test_the_time_a_file_takes_does_not_grow_with_the_square_of_its_keys(pack: Path):
    """Half a megabyte in one dotted key took tomllib a quarter of an hour."""
    (pack / "screen.toml").write_text(".".join("a" * 250_000) + " = 1", "utf-8")
    begun = time.process_time()

    assert refusal(pack) == "toml"
    assert time.process_time() - begun < 5


def test_half_a_million_letters_of_a_key_are_not_said_once_more_for_each_text(pack: Path):
    (pack / "screen.toml").write_text(f"[{'k' * 250_000}]\n" + "".join(f'a{at}="x"\n' for at in range(20_000)), "utf-8")

    assert refusal(pack) == "not_texts"


@pytest.mark.parametrize(
    ("key", "vietnamese"), [("sentence.absent", "Cán bộ vắng mặt"), ("consent.dong-y-3", "x" * 400)]
)
def test_an_endless_answer_or_consent_is_left_out(pack: Path, key: str, vietnamese: str):
    part = "consent" if key.startswith("consent") else "answers"
    most = max(200, 4 * len(vietnamese))

    def added(letters: int) -> tuple[bool, list[str]]:
        row = f'"{key.removeprefix("consent.")}" = "{"x" * letters}"'
        (pack / f"{part}.toml").write_text(row, "utf-8")
        packs = load_packs(("vi", PSEUDO), "vi", pack.parent)
        faults = texts_of(packs.offered[PSEUDO])[1]
        words = translations_of(packs).of(key, (("vi", vietnamese),))
        return PSEUDO in dict(words), [fault.word for fault in faults]

    assert added(most) == (True, [])
    assert added(most + 1) == (False, [])
    assert added(2_001) == (False, ["endless"])


def test_the_length_is_bounded_where_the_vietnamese_text_is_not_known(pack: Path):
    (pack / "answers.toml").write_text(f'long = "{"x" * 2_000}"\nlonger = "{"x" * 2_001}"', "utf-8")
    texts, faults = texts_of(load_packs(("vi", PSEUDO), "vi", pack.parent).offered[PSEUDO])

    assert "long" in texts
    assert [(fault.key, fault.word) for fault in faults] == [("longer", "endless")]


def test_sounds_that_everybody_may_write_or_that_are_too_large_are_none(pack: Path):
    found = read_pack(pack, typeface(), reference_pack())
    sounds = pack / "sounds"
    for name in ("rate", "thanks", "more"):
        (sounds / f"{name}.ogg").touch()
    (sounds / "rate.ogg").chmod(0o646)
    with (sounds / "thanks.ogg").open("wb") as file:
        file.truncate(5 * 1024 * 1024 + 1)

    assert found.sounds() == {"more"}
    assert (found.sound("rate"), found.sound("thanks")) == (None, None)
    sounds.chmod(0o777)
    assert found.sound("more") is None, "since the pack was read, everybody may lay files into its folder"


KEYS = st.lists(
    st.sampled_from(["a", '""', "idle", "title", "format", '"mot-cua-3"', "language"]), min_size=1, max_size=4
)
#: hypothesis leaves room for two thousand calls, where Python by itself leaves one thousand
DEPTHS = st.sampled_from([1, 9, 99, 400, 3_000])
LONG_KEYS = DEPTHS.map(lambda parts: ["a"] * parts)
VALUES = st.one_of(
    st.sampled_from(
        ['"x"', "1", "true", "nan", "1979-05-27", "9999-99-99", '"\\ud800"', '"{a.b!r:{c}}"', '"""\n"""', "{"]
    ),
    DEPTHS.map(lambda deep: "[" * deep + "]" * deep),
    DEPTHS.map(lambda deep: "{a = " * deep + "1" + "}" * deep),
    DEPTHS.map(lambda deep: "{" + ".".join("a" * deep) + ' = "x"}'),
    st.integers(1, 9_000).map(lambda digits: "0x" + "f" * digits),
    st.integers(1, 9_000).map(lambda digits: "9" * digits),
    st.text(max_size=20).map(lambda text: f'"{text}"'),
)
ROWS = st.one_of(
    st.builds(lambda key, value: f"{'.'.join(key)} = {value}", KEYS | LONG_KEYS, VALUES),
    (KEYS | LONG_KEYS).map(lambda key: f"[{'.'.join(key)}]"),
    (KEYS | LONG_KEYS).map(lambda key: f"[[{'.'.join(key)}]]"),
)
CONTENTS = st.binary(max_size=200) | st.lists(ROWS, max_size=5).map(lambda rows: "\n".join(rows).encode("utf-8"))


@pytest.fixture(scope="module", params=["pack", "screen", "spoken", "answers", "consent"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A file of a pack and what stood in it; whoever spoils it writes all of it anew."""
    path = write_pack(tmp_path_factory.mktemp("any"), one_in=50) / f"{request.param}.toml"
    return path, path.read_bytes()


@settings(max_examples=60, deadline=None)
@given(content=CONTENTS, after=st.booleans())
@example(content=".".join("a" * 3_000).encode() + b' = "x"', after=False)
@example(content=b"[format]\n" + ".".join("a" * 3_000).encode() + b" = 1", after=False)
@example(content=b"format = 0x" + b"f" * 9_000, after=False)
def test_nothing_a_pack_holds_raises_anything_but_that_it_is_bad(file: tuple[Path, bytes], content: bytes, after: bool):
    path, before = file
    path.write_bytes((before if after else b"") + content)

    packs = load_packs(("vi", PSEUDO), "vi", path.parent.parent)
    packs.strings()
    translations_of(packs)
    for each in packs.refused:
        assert str(each.values)
    for found in packs.offered.values():
        if found.language == PSEUDO:
            lacks(found, synthesised=False)


def test_a_sound_is_no_link_and_lies_in_the_pack(pack: Path):
    found = read_pack(pack, typeface(), reference_pack())
    sound = pack / "sounds" / "rate.ogg"
    (pack / "sounds" / "thanks.ogg").touch()
    sound.symlink_to("/etc/passwd")

    assert found.sound("rate") is None
    assert "rate" not in found.sounds()
    assert found.sound("../screen") is None
    assert found.sound("thanks") == pack / "sounds" / "thanks.ogg"


def test_a_folder_that_may_not_be_looked_into_keeps_nothing_from_starting(pack: Path, monkeypatch: pytest.MonkeyPatch):
    found = read_pack(pack, typeface(), reference_pack())

    def denied(path: Path) -> bool:
        if path.is_relative_to(pack):
            raise PermissionError(13, "Permission denied")
        return os.path.isdir(path)

    for look in ("is_dir", "is_file", "is_symlink"):
        monkeypatch.setattr(Path, look, denied)

    packs = load_packs(("vi", "en", PSEUDO), "vi", pack.parent)
    assert ([*packs.offered], [each.word for each in packs.refused]) == (["vi", "en"], ["unreadable"])
    assert found.sound("rate") is None


def test_what_this_release_brings_is_not_replaced_by_a_folder(tmp_path: Path):
    write_pack(tmp_path, "en")
    packs = load_packs(("vi", "en"), "vi", tmp_path)

    assert packs.offered["en"].folder == shared("assets") / "languages" / "en"
    assert [(each.language, each.word) for each in lying_idle(("vi", "en"), tmp_path)] == [("en", "shipped")]


def test_a_pack_that_nobody_offers_is_named(pack: Path):
    assert [(each.language, each.word) for each in lying_idle(("vi", "en"), pack.parent)] == [(PSEUDO, "not_offered")]
    assert lying_idle(("vi", PSEUDO), pack.parent) == []
    assert lying_idle(("vi",), pack.parent / "none") == []


def test_where_the_offices_language_cannot_be_used_vietnamese_takes_its_place(pack: Path):
    spoil(pack, "toml")

    packs = load_packs((PSEUDO, "en"), PSEUDO, pack.parent)

    assert (packs.office, [*packs.offered]) == ("vi", ["vi", "en"])


def test_a_published_translation_comes_before_a_packs(pack: Path):
    added = translations_of(load_packs(("vi", PSEUDO), "vi", pack.parent))
    key = "sentence.absent"

    assert dict(added.of(key, (("vi", "x"),)))[PSEUDO]
    assert dict(added.of(key, (("vi", "x"), (PSEUDO, "published"))))[PSEUDO] == "published"


@pytest.mark.parametrize("font", FONTS, ids=lambda path: path.stem)
def test_the_typeface_is_read_as_a_library_for_fonts_reads_it(font: Path):
    from PIL import ImageFont

    from kiosk.languages.typeface import Typeface

    own, other, wide = Typeface(font), ImageFont.truetype(str(font), 40), ImageFont.truetype(str(font), 1000)
    missing_glyph = bytes(other.getmask("\U000e0001"))
    letters = [chr(at) for at in (*range(0x21, 0x7F), *range(0xA1, 0x184), *range(0x1EA0, 0x1F00), 0x1780, 0xA000)]

    for letter in letters:
        if letter != "\u00ad":
            assert bool(own.lacks(letter)) == (bytes(other.getmask(letter)) == missing_glyph), letter
    for text in ("Tiếng Việt", "Hmoob", "WAVE", "0123"):
        assert own.width(text) * 1000 == pytest.approx(wide.getlength(text, features=["-kern", "-liga"]), abs=2)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x00\x00\x00\x04", b"no font at all, but long enough to be read"])
def test_what_is_no_font_is_named(tmp_path: Path, content: bytes):
    from kiosk.languages.typeface import Typeface

    (tmp_path / "x.ttf").write_bytes(content)
    with pytest.raises(ValueError, match="no TrueType font"):
        Typeface(tmp_path / "x.ttf")


def test_the_places_of_a_text_are_named_with_how_they_are_written():
    assert fields_of("{day:02}/{month}{year!r}") == {"day": "02", "month": "", "year!r": ""}
