"""``kiosk language check``, and what the doctor says of packs."""

import shutil
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.cli import doctor
from kiosk.cli.checks.check import rendered
from kiosk.cli.checks.languages import languages
from kiosk.hardware.sound.loudness import TARGET_DB
from kiosk.languages.check import STAGES, expected_texts, lacks
from kiosk.languages.packs import load_packs
from kiosk.paths import shared
from kiosk.settings import load
from kiosk.texts import read
from tests.hardware.test_voice_check import record
from tests.languages.test_pack import spoil
from tests.support.language_packs import NAME, PSEUDO, write_pack

TEXTS = {language: read(shared("assets") / "texts" / "doctor" / f"{language}.toml") for language in ("vi", "en")}


SOUND_WORDS = {"some_alike", "length", "level", "not_measured"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a kiosk that offers the pseudo language; its packs lie in ``languages`` beside them."""
    content = (shared("config") / "kiosk.toml").read_text("utf-8")
    (tmp_path / "kiosk.toml").write_text(content.replace('["vi", "en"]', f'["vi", "en", "{PSEUDO}"]'), "utf-8")
    monkeypatch.setenv("KIOSK_CONFIG", str(tmp_path / "kiosk.toml"))
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def pack(settings: Path) -> Path:
    return write_pack(settings / "languages")


def check(capsys: pytest.CaptureFixture[str], named: str = PSEUDO, reader: str = "en") -> tuple[int, list[str]]:
    code = main(["language", "check", named, "--lang", reader])
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_this_release_brings_lacks_nothing(settings: Path, capsys, language: str):
    assert lacks(load_packs().offered[language], synthesised=False) == []
    assert check(capsys, language)[0] == 0


def test_a_pack_with_every_part_lacks_nothing(settings: Path, capsys):
    pack = write_pack(settings / "languages", sounds=True)
    code, lines = check(capsys)

    assert (code, lines[0]) == (0, f"{NAME} ({PSEUDO}), in {pack}: 0 things missing or amiss")
    assert "what is not recorded is read in the office's language" in lines[1]


def test_what_lacks_is_listed_in_the_order_in_which_citizens_meet_it(settings: Path, capsys):
    write_pack(settings / "languages", one_in=10)

    code, lines = check(capsys, reader="vi")
    headings = [line for line in lines if line and not line.startswith(" ")][:-2]

    assert code == 1
    assert headings == [TEXTS["vi"][f"pack_stage.{stage}"] for stage, _ in STAGES]
    assert lines[2].startswith("  screen.toml idle.title: thiếu: Mời Ông/Bà đánh giá")
    wanted = sum(len(texts) for texts in expected_texts().values())
    missing = [line for line in lines if ": thiếu: " in line]
    assert len(missing) == pytest.approx(wanted * 0.9, abs=4)
    assert any(line.startswith("  sounds/") for line in lines)


def test_a_questions_words_are_asked_for_before_a_staff_screens(settings: Path, capsys):
    write_pack(settings / "languages", one_in=10)
    _, lines = check(capsys)

    def place(begins: str) -> int:
        return next(at for at, line in enumerate(lines) if line.startswith(f"  {begins}"))

    order = (
        "screen.toml idle.",
        "screen.toml rate.",
        "answers.toml mot-cua-3.",
        "screen.toml tell.",
        "screen.toml pin.",
    )
    assert [place(begins) for begins in order] == sorted(place(begins) for begins in order)


@pytest.mark.parametrize(
    ("part", "text", "line"),
    [
        ("screen", '[bar]\nhome = "{}"'.format("Nhà rộng thênh thang " * 3), "screen.toml bar.home: long"),
        ("screen", '[idle]\ntitle = "{}"'.format("Ñ" * 20), "screen.toml idle.title: a word is long"),
        ("screen", '[rest]\nopens = "{time}"', "screen.toml rest.opens: the places in braces differ"),
        ("screen", '[idle]\ntitle = "a\\u0007b"', "screen.toml idle.title: control characters"),
        ("screen", '[idle]\ntitel = "x"', "screen.toml idle.titel: there is no such place"),
        ("answers", '["mot-cua-3"]\n"bad.waitin" = "x"', "answers.toml mot-cua-3.bad.waitin: there is no such place"),
        ("spoken", "[idle", "spoken.toml : no valid TOML"),
        ("spoken", f'{".".join("a" * 1_000)} = "x"', "spoken.toml : no valid TOML"),
        ("consent", f'dong-y-3 = "{"x" * 2_200}"', "consent.toml dong-y-3: many times longer"),
        ("answers", f'sentence.absent = "{"x" * 999}"', "answers.toml sentence.absent: many times longer"),
    ],
)
def test_what_is_amiss_is_named(pack: Path, capsys, part: str, text: str, line: str):
    (pack / f"{part}.toml").write_text(text, "utf-8")

    code, lines = check(capsys)

    assert code == 1
    assert [found for found in lines if found.startswith(f"  {line}")], lines[:40]


def test_no_pack_steers_the_terminal(pack: Path, capsys):
    (pack / "screen.toml").write_text('[idle]\n"ti\\u001b[2Jtel" = "x"\n', "utf-8")
    (pack / "answers.toml").write_text('"a\\u001bb" = 7\n', "utf-8")
    _, lines = check(capsys)
    main(["doctor", "--lang", "en"])
    (pack / "pack.toml").write_text('"x\\u001b[2J" = 1\n', "utf-8")
    refused = check(capsys)[1] + doctors_lines("vi")

    assert "screen.toml idle.ti<U+001B>[2Jtel" in "".join(lines)
    assert "\x1b" not in "".join(lines) + capsys.readouterr().out + "".join(refused)


@pytest.mark.parametrize("group", ["face", "score"])
@pytest.mark.parametrize("reader", ["vi", "en"])
def test_recordings_by_which_a_score_can_be_told_are_named(settings: Path, capsys, group: str, reader: str):
    sounds = write_pack(settings / "languages", sounds=True) / "sounds"

    def told() -> list[str]:
        return [line.strip() for line in check(capsys, reader=reader)[1] if line.startswith(f"  sounds/{group}.")]

    def lack(word: str) -> str:
        return f"sounds/{group}.1 – {group}.5: {TEXTS[reader][f'pack_lack.{word}']}"

    assert told() == []
    for score in range(1, 6):
        record(sounds, f"{group}.{score}", seconds=1.2 if score == 5 else 1.0)
    assert told() == [f"{lack('length')}: 1.00 – 1.20 s"]
    record(sounds, f"{group}.5", decibels=TARGET_DB + 2)
    assert told() == [f"{lack('level')}: 2.0 dB"]
    (sounds / f"{group}.5.wav").write_bytes(b"no sound")
    assert told() == [f"sounds/{group}.5: {TEXTS[reader]['pack_lack.not_measured']}", lack("some_alike")]


def test_what_the_manifest_does_not_say_and_a_missing_sound_are_named(settings: Path, capsys):
    pack = write_pack(settings / "languages", sounds=True)
    text = (pack / "pack.toml").read_text("utf-8")
    (pack / "pack.toml").write_text("".join(row for row in text.splitlines(True) if "reviewer" not in row), "utf-8")
    (pack / "sounds" / "greeting.ogg").unlink()

    code, lines = check(capsys)

    assert code == 1
    assert lines[1:6] == [
        "What the pack is (pack.toml)",
        "  pack.toml reviewer: not said",
        "",
        "The first screen",
        f"  sounds/greeting: no sound: {expected_texts()['spoken']['greeting']}",
    ]


@pytest.mark.parametrize("reader", ["vi", "en"])
@pytest.mark.parametrize(
    "kind", ["toml", "no_manifest", "fields", "link", "open_to_all", "name_letters", "deep_key", "deep_format"]
)
def test_a_pack_that_cannot_be_used_is_named_with_its_reason(pack: Path, capsys, kind: str, reader: str):
    spoil(pack, kind)

    code, lines = check(capsys, reader=reader)

    assert (code, len(lines)) == (2, 1)
    assert lines[0].startswith("! ")


def test_a_pack_that_is_not_installed_yet_is_named_by_its_folder(settings: Path, tmp_path: Path, capsys):
    pack = write_pack(tmp_path / "draft", sounds=True)

    assert check(capsys, str(pack))[0] == 0
    assert check(capsys, str(tmp_path / "none"))[0] == 2
    assert check(capsys, "km")[0] == 2


def doctors_lines(reader: str) -> list[str]:
    strings = doctor.load_strings(reader)
    found = [rendered(each, strings) for each in languages(load())]
    return [f"{each.state} {each.finding} {each.next_step}".strip() for each in found]


def test_the_doctor_names_what_is_offered(pack: Path):
    assert doctors_lines("en") == [f"ok offered: Tiếng Việt, English, {NAME}"]


@pytest.mark.parametrize(
    "kind", ["toml", "deep", "deep_key", "bytes", "not_texts", "no_screen", "no_manifest", "fields", "link"]
)
def test_the_doctor_says_why_a_pack_is_not_used_and_what_to_do(pack: Path, kind: str):
    spoil(pack, kind)

    for reader in ("vi", "en"):
        first, second = doctors_lines(reader)

        assert first == f"ok {TEXTS[reader]['languages.offered'].format(names='Tiếng Việt, English')}"
        assert second.startswith("warning ")
        assert f"kiosk language check {PSEUDO}" in second


def test_the_doctor_names_what_is_left_out_and_what_lies_idle(settings: Path, pack: Path):
    (pack / "screen.toml").write_text('[idle]\ntitle = "{secret}"\ntitel = "x"\n', "utf-8")
    shutil.copytree(pack, settings / "languages" / "hmn")
    shutil.copytree(pack, settings / "languages" / "en")

    lines = doctors_lines("en")

    assert len(lines) == 4
    assert lines[1].startswith(f"warning the language pack en in {settings}/languages/en is not used: this release")
    assert lines[2].startswith(f"warning the language pack hmn in {settings}/languages/hmn is not used yet add hmn")
    assert lines[3].startswith(f"warning language pack {PSEUDO}: 2 texts cannot be used")


def test_every_reason_has_a_sentence_in_both_languages():
    import ast

    folder = Path(lacks.__code__.co_filename).parent
    tree = [node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    calls = [node for node in tree if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    words = {
        node.args[0].value for node in calls if node.func.id == "BadPack" and isinstance(node.args[0], ast.Constant)
    }
    faults = {
        node.args[2].value for node in calls if node.func.id == "Fault" and isinstance(node.args[2], ast.Constant)
    }

    assert len(words) > 10
    for texts in TEXTS.values():
        assert {f"pack.{word}" for word in words} <= texts.keys()
        assert {
            f"pack_lack.{word}" for word in faults | {"missing", "sound", "long", "wide_word", "field"} | SOUND_WORDS
        } <= texts.keys()
        assert {f"pack_stage.{stage}" for stage, _ in STAGES} <= texts.keys()


def test_every_section_of_the_texts_belongs_to_a_stage():
    sections = {key.split(".")[0] for part in ("screen", "spoken") for key in expected_texts()[part]}

    assert sections - {section for _, stage in STAGES for section in stage} == set()
