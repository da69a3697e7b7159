"""Break a text into lines of a given width, redoing only what changed. Pure; the caller measures width."""

from collections.abc import Callable

from msgspec import Struct

#: The width in pixels of a piece of text on one line.
Extent = Callable[[str], float]


class TextLine(Struct, frozen=True):
    """The letters from ``start`` up to ``stop``, the space or line end that ends it included."""

    start: int
    stop: int


def broken(
    text: str, width: float, extent: Extent, old: str = "", lines: tuple[TextLine, ...] = ()
) -> tuple[TextLine, ...]:
    """The lines of a text; ``lines`` are those of the ``old`` text at the same width, which are kept where they can be.

    Words are kept whole unless one is wider than a line. A text that ends with a line end has an empty last line.
    """
    found = _kept(text, old, lines)
    start, shift = found[-1].stop if found else 0, len(text) - len(old)
    known = {line.start + shift: at for at, line in enumerate(lines)}
    while start < len(text):
        at = known.get(start)
        if at is not None and text[start:] == old[start - shift :]:
            return (*found, *(TextLine(line.start + shift, line.stop + shift) for line in lines[at:]))
        stop = _stop(text, start, width, extent)
        found.append(TextLine(start, stop))
        start = stop
    if not text or text[-1] == "\n":
        found.append(TextLine(len(text), len(text)))
    return tuple(found)


def line_of(lines: tuple[TextLine, ...], caret: int) -> int:
    """The number of the line in which a caret stands; between two lines it stands at the start of the later one."""
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if lines[middle].start <= caret:
            low = middle
        else:
            high = middle - 1
    return low


def shown(text: str, line: TextLine) -> str:
    """What is drawn of a line."""
    return text[line.start : line.stop].rstrip("\n")


def nearest(text: str, x: float, extent: Extent) -> int:
    """How many letters of a line stand before the caret that is nearest to ``x``."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if (extent(text[:middle]) + extent(text[: middle + 1])) / 2 <= x:
            low = middle + 1
        else:
            high = middle
    return low


def _kept(text: str, old: str, lines: tuple[TextLine, ...]) -> list[TextLine]:
    """The lines before the change. The last of them goes too: a word may now fit at its end."""
    same = 0
    while same < len(lines) and text[lines[same].start : lines[same].stop] == old[lines[same].start : lines[same].stop]:
        same += 1
    return list(lines[: max(0, same - 1)])


def _stop(text: str, start: int, width: float, extent: Extent) -> int:
    """Where the line that begins at ``start`` ends."""
    paragraph = text.find("\n", start) + 1 or len(text)
    stop = start
    while stop < paragraph:
        following = _word_end(text, stop, paragraph)
        if extent(text[start:following].rstrip()) > width:
            break
        stop = following
    return stop if stop > start else _cut(text, start, _word_end(text, start, paragraph), width, extent)


def _word_end(text: str, start: int, limit: int) -> int:
    """After the next word and the spaces behind it."""
    end = start
    while end < limit and text[end].isspace():
        end += 1
    while end < limit and not text[end].isspace():
        end += 1
    while end < limit and text[end].isspace():
        end += 1
    return end


def _cut(text: str, start: int, end: int, width: float, extent: Extent) -> int:
    """As many letters of a word as fit, at least one."""
    low, high = start + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        if extent(text[start:middle].rstrip()) <= width:
            low = middle
        else:
            high = middle - 1
    return low
