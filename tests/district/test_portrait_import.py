"""A folder of photographs becomes officers' pictures, all or nothing; beside the face nothing in a file is kept."""

import zipfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from sync.district.reference.importing import Outcome
from sync.district.reference.portrait import MAX_BYTES, QUALITY, SIDE, Unfit, squared
from sync.district.reference.portraits import import_portraits
from sync.district.reference.report import report
from sync.district.store.engine import Engine, reading
from sync.district.store.portraits import pictures
from sync.district.texts import languages, load_texts
from tests.district.test_import_store import command_line
from tests.district.web_fixtures import NOW, bring
from tests.support.portraits import photograph, portrait

__all__ = ["command_line"]
UNITS = "Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên\nH35,Tỉnh,Tỉnh,\nH35.88,Xã Bản Mẫu,Xã,H35\n"
OFFICERS = "Số hiệu,Mã đơn vị,Chức danh\nTP-021,H35.88,Công chức Tư pháp\nTP-034,H35.88,Công chức Tư pháp\n"


@pytest.fixture
def office(engine: Engine) -> Engine:
    bring(engine, "units", UNITS)
    bring(engine, "officers", OFFICERS)
    return engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "ảnh cán bộ"
    place.mkdir()
    return place


def held(engine: Engine) -> dict[str, bytes]:
    with reading(engine) as connection:
        return {number: b64decode(picture) for number, picture in pictures(connection).items()}


def counted(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.changed, outcome.unchanged, outcome.removed


def said(outcome: Outcome) -> list[tuple[str, str]]:
    return [(problem.key, str(problem.values.get("file", ""))) for problem in outcome.reading.errors]


# ---- one photograph


def test_a_photograph_becomes_a_small_square_of_the_upper_half():
    tall = Image.new("RGB", (600, 1200), "white")
    tall.paste("red", (0, 200, 600, 800))  # where a third of what is too much is above
    packed = BytesIO()
    tall.save(packed, "PNG")

    small = squared(packed.getvalue())

    picture = Image.open(BytesIO(small))
    corners = [picture.getpixel(place) for place in ((4, 4), (235, 4), (4, 235), (235, 235))]
    assert (picture.format, picture.size) == ("JPEG", (SIDE, SIDE))
    assert all(red > 230 and green < 40 for red, green, _ in corners)
    assert len(squared(photograph(1))) < 8_000


def test_nothing_but_the_face_is_kept():
    hidden = Image.Exif()
    hidden[0x010F], hidden[0x013B] = "Máy ảnh bí mật", "Nguyễn Văn A"
    hidden.get_ifd(0x8825)[2] = (12.0, 34.0, 56.0)
    taken = photograph(0, exif=hidden, comment=b"taken at home", icc_profile=b"profile of a screen", dpi=(300, 300))
    assert b"taken at home" in taken
    assert b"Exif" in taken

    small = squared(taken)

    clean = Image.open(BytesIO(small))
    assert set(clean.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert dict(clean.getexif()) == {}
    assert not any(word in small for word in (b"Exif", b"taken", b"profile", b"http"))


def test_a_photograph_that_was_taken_lying_stands_upright():
    upright = Image.open(BytesIO(photograph(2)))
    lying, turned = BytesIO(), Image.Exif()
    turned[0x0112] = 6  # EXIF: turn a quarter to the right to see it
    upright.transpose(Image.Transpose.ROTATE_90).save(lying, "JPEG", exif=turned, quality=95)

    found, wanted = (Image.open(BytesIO(squared(one))).resize((8, 8)) for one in (lying.getvalue(), photograph(2)))

    pairs = zip(found.tobytes(), wanted.tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pairs) < 12


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_usual_kind_of_file_is_taken_and_the_same_one_gives_the_same_picture(kind: str):
    taken = photograph(1, kind=kind)

    assert squared(taken) == squared(taken)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK", "I;16"])
def test_every_kind_of_pixels_is_taken(mode: str):
    packed = BytesIO()
    source = Image.open(BytesIO(photograph(3))).convert("I" if mode == "I;16" else mode)
    (source.convert("I;16") if mode == "I;16" else source).save(packed, "JPEG" if mode == "CMYK" else "PNG")

    assert Image.open(BytesIO(squared(packed.getvalue()))).mode == "RGB"


def test_what_is_clear_is_white():
    packed = BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(packed, "PNG")

    assert Image.open(BytesIO(squared(packed.getvalue()))).getpixel((100, 100)) == (255, 255, 255)


def _bomb() -> bytes:
    packed = BytesIO()
    Image.new("1", (30_000, 30_000)).save(packed, "PNG")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "no_picture"),
        (b"PK\x03\x04 a table", "no_picture"),
        (photograph(0)[:5_000], "no_picture"),
        (photograph(0, kind="GIF"), "no_picture"),
        (b"\xff" * (MAX_BYTES + 1), "too_large"),
        (photograph(0, (119, 400)), "too_small"),
        (_bomb(), "too_many_pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_shown_is_refused_with_its_reason(data: bytes, key: str):
    with pytest.raises(Unfit) as refused:
        squared(data)

    assert refused.value.key == f"import.portrait.{key}"
    assert QUALITY > 70


# ---- a folder of them


def test_pictures_are_found_by_the_officers_number_whatever_its_case_and_wherever_it_lies(office, folder):
    (folder / "tp-021.JPG").write_bytes(photograph(0))
    (folder / "một cửa").mkdir()
    (folder / "một cửa" / "TP-034.webp").write_bytes(photograph(1, kind="WEBP"))
    for litter in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (folder / litter).write_bytes(b"litter")

    outcome = import_portraits(office, folder, NOW)

    assert (outcome.accepted, counted(outcome)) == (True, (2, 0, 0, 0))
    assert held(office) == {"TP-021": portrait(0), "TP-034": squared(photograph(1, kind="WEBP"))}


def test_a_zip_is_as_good_as_a_folder(office, tmp_path):
    archive = tmp_path / "anh.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("anh/", b"")
        packed.writestr("anh/TP-021.jpg", photograph(0))
        packed.writestr("__MACOSX/anh/._TP-021.jpg", b"litter")

    outcome = import_portraits(office, archive, NOW)

    assert (counted(outcome), held(office)) == ((1, 0, 0, 0), {"TP-021": portrait(0)})


def test_one_file_that_is_wrong_keeps_all_out_and_each_is_named_in_vietnamese(office, folder):
    (folder / "TP-021.jpg").write_bytes(photograph(0))
    (folder / "TP-021.png").write_bytes(photograph(0, kind="PNG"))
    (folder / "TP-034.jpg").write_bytes(b"no picture")
    (folder / "TP-099.jpg").write_bytes(photograph(1))
    (folder / "danh sách.xlsx").write_bytes(b"PK")

    outcome = import_portraits(office, folder, NOW)
    told = report(outcome, folder.name, load_texts())

    assert (outcome.accepted, held(office)) == (False, {})
    assert said(outcome) == [
        ("import.portrait.twice", "TP-021.png"),
        ("import.portrait.no_picture", "TP-034.jpg"),
        ("import.portrait.no_officer", "TP-099.jpg"),
        ("import.portrait.no_picture", "danh sách.xlsx"),
    ]
    assert "TP-021.png: cán bộ này đã có ảnh trong tệp TP-021.jpg." in told
    assert "TP-099.jpg: không có cán bộ nào mang số hiệu này." in told
    assert told.endswith("Chưa nhập ảnh nào, dữ liệu cũ giữ nguyên. Xin sửa các lỗi trên rồi nhập lại.")


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_damaged_archive_is_said_however_it_is_packed(office, tmp_path, compression):
    packed = tmp_path / "x.zip"
    with zipfile.ZipFile(packed, "w", compression) as archive:
        archive.writestr("TP-021.jpg", bytes(range(256)) * 20)
    whole = packed.read_bytes()

    for place in range(40, 120, 5):
        packed.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        assert not import_portraits(office, packed, NOW).accepted


def test_an_archive_with_too_many_files_is_said_to_have_too_many(office, tmp_path, monkeypatch):
    monkeypatch.setattr("sync.district.reference.portraits.MAX_FILES", 1)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.jpg", b"x")
        archive.writestr("b.jpg", b"x")

    assert said(import_portraits(office, tmp_path / "x.zip", NOW))[0][0] == "import.portrait.too_many"


@pytest.mark.parametrize("content", [b"no archive", b""])
def test_what_is_no_archive_and_what_is_empty_is_said(office, tmp_path, folder, content):
    (tmp_path / "x.zip").write_bytes(content)

    outcomes = import_portraits(office, tmp_path / "x.zip", NOW), import_portraits(office, folder, NOW)

    assert [said(outcome)[0][0] for outcome in outcomes] == ["import.portrait.no_archive", "import.portrait.empty"]


def test_the_same_again_changes_nothing_and_who_is_not_brought_keeps_a_picture(office, folder):
    (folder / "TP-021.jpg").write_bytes(photograph(0))
    import_portraits(office, folder, NOW)
    again = import_portraits(office, folder, NOW)
    (folder / "TP-021.jpg").unlink()
    (folder / "TP-034.jpg").write_bytes(photograph(1))
    import_portraits(office, folder, NOW)
    (folder / "TP-034.jpg").write_bytes(photograph(3))

    other = import_portraits(office, folder, NOW)

    assert (counted(again), again.revision) == ((0, 0, 1, 0), None)
    assert counted(other) == (0, 1, 0, 0)
    assert held(office) == {"TP-021": portrait(0), "TP-034": portrait(3)}


def test_a_check_changes_nothing(office, folder):
    (folder / "TP-021.jpg").write_bytes(photograph(0))

    outcome = import_portraits(office, folder, NOW, check=True)

    assert (outcome.new, outcome.revision, held(office)) == (1, None, {})
    assert "chưa ghi gì" in report(outcome, folder.name, load_texts())


def test_a_picture_is_taken_away_and_its_bytes_with_it(office, folder):
    for number, person in (("TP-021", 0), ("TP-034", 1)):
        (folder / f"{number}.jpg").write_bytes(photograph(person))
    import_portraits(office, folder, NOW)

    outcome = import_portraits(office, None, NOW, remove=["tp-021"])
    nobody = import_portraits(office, None, NOW, remove=["TP-034", "TP-077"])

    assert (counted(outcome), held(office)) == ((0, 0, 0, 1), {"TP-034": portrait(1)})
    assert [problem.values for problem in nobody.reading.errors] == [{"number": "TP-077"}]
    with reading(office) as connection:
        left = connection.exec_driver_sql("SELECT picture FROM portraits WHERE removed").scalars().all()
    assert left == [""]


def test_every_word_is_there_in_every_language():
    keys = {key for key in load_texts().entries if key.startswith("import.portrait")}

    assert len(keys) > 10
    for language in languages():
        assert keys <= load_texts(language).entries.keys()


# ---- the command


def test_the_command_imports_checks_and_takes_away(office, folder, command_line, capsys):
    (folder / "TP-021.jpg").write_bytes(photograph(0))

    codes = [command_line("portraits", str(folder)), command_line("portraits", "--remove", "TP-021")]

    told = capsys.readouterr().out
    assert (codes, held(office)) == ([0, 0], {})
    assert "Ảnh cán bộ, công chức: ảnh cán bộ" in told
    assert "Đã nhập xong: 1 ảnh mới, 0 ảnh thay, 0 ảnh không đổi, gỡ 0 ảnh." in told
    assert "Ảnh cán bộ, công chức: TP-021" in told


def test_the_command_exits_1_for_what_is_wrong_or_not_there(office, folder, command_line, capsys):
    (folder / "TP-099.jpg").write_bytes(photograph(0))

    codes = [command_line("portraits", str(folder)), command_line("portraits", str(folder / "none.zip"))]

    assert codes == [1, 1]
    assert "Không mở được tệp" in capsys.readouterr().out
