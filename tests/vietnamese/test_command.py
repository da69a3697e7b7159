"""``python -m kiosk.vietnamese`` as a filter."""

import io
import subprocess
import sys

import pytest

from kiosk.vietnamese import Method, Style
from kiosk.vietnamese.__main__ import compose_lines


def filtered(lines: list[bytes], method: Method = Method.TELEX, style: Style = Style.OLD) -> tuple[int, str]:
    out = io.BytesIO()
    code = compose_lines(lines, out, method, style)
    return code, out.getvalue().decode("utf-8")


def test_each_line_of_keystrokes_gives_its_line() -> None:
    assert filtered([b"Vieejt Nam\n", b"\n", b"hoaf\r\n", b"toi"]) == (0, "Việt Nam\n\nhòa\r\ntoi")


def test_the_style_and_the_method_are_heeded() -> None:
    assert filtered([b"hoa2\n"], Method.VNI, Style.NEW) == (0, "hoà\n")


def test_a_line_that_is_not_utf8_is_named_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = filtered([b"hoaf\n", b"ho\xe0\n", b"toi\n"])

    assert (code, text) == (2, "hòa\n")
    assert capsys.readouterr().err == (
        "line 2 is not UTF-8 (byte 0xe0 at position 3); "
        "convert the input first, for example with: iconv -f WINDOWS-1258 -t UTF-8\n"
    )


def test_the_command_runs() -> None:
    command = [sys.executable, "-m", "kiosk.vietnamese", "vni", "--style", "new"]

    done = subprocess.run(command, input=b"tie6ng1 Vie65t, thuy3\n", capture_output=True, check=True)

    assert done.stdout.decode("utf-8") == "tiếng Việt, thuỷ\n"


def test_what_was_not_composed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = filtered([b"Vieejt windows Kxmaws\n", b"office, data: toois@a.vn\n"])

    assert (code, text) == (0, "Vi\u1ec7t windows Kxmaws\noffice, data: toois@a.vn\n")
    assert capsys.readouterr().err == "line 1: left as typed, being no word or name known here: windows, Kxmaws\n"
