"""What a field marked Hidden holds stays out of logs and tracebacks."""

import ast
from pathlib import Path

from msgspec.structs import replace

from kiosk.domain.hidden import Hidden, StructWithHidden, hidden_fields

ROOT = Path(__file__).parent.parent.parent


class Letter(StructWithHidden, frozen=True):
    number: int
    text: Hidden[str]
    to: Hidden[str | None] = None
    pages: int = 1


def test_repr_leaves_out_what_is_hidden_and_shows_the_rest():
    letter = Letter(7, "a citizen's words", "a name", 2)

    assert repr(letter) == "Letter(number=7, pages=2)"
    assert f"{letter}" == "Letter(number=7, pages=2)"


def test_a_changed_copy_and_a_value_inside_another_hide_it_too():
    assert "words" not in repr((replace(Letter(7, "words"), text="other words"),))


def test_hidden_fields_count_in_equality():
    assert Letter(7, "one") != Letter(7, "two")
    assert hidden_fields(Letter) == {"text", "to"}


def shows_hidden(tree: ast.Module) -> list[str]:
    """Classes with a Hidden field whose repr would show it."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(part, ast.AnnAssign) and "Hidden[" in ast.unparse(part.annotation) for part in node.body)
        and "StructWithHidden" not in {ast.unparse(base) for base in node.bases}
    ]


def test_every_class_with_a_hidden_field_hides_it():
    sources = [path for folder in ("kiosk", "sync") for path in (ROOT / folder).rglob("*.py")]
    found = {path.name: shows_hidden(ast.parse(path.read_text(encoding="utf-8"))) for path in sources}

    assert {name: names for name, names in found.items() if names} == {}


def test_a_planted_class_that_shows_its_hidden_field_is_caught():
    assert shows_hidden(ast.parse("class Leak(Struct):\n    text: Hidden[str]")) == ["Leak"]
