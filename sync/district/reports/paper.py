"""What stands in a document, from its head to its signature, before it has a form. Pure."""

from collections.abc import Sequence

from msgspec import Struct


class Heading(Struct, frozen=True):
    """The head of a part."""

    text: str


class Words(Struct, frozen=True):
    """A paragraph."""

    text: str


class Grid(Struct, frozen=True):
    """A table. ``widths`` in millimetres, 165 in all; ``named``: the column whose cells begin at the left, as do
    those of ``also_named``; the others stand in the middle."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    named: int = 0
    also_named: tuple[int, ...] = ()


Block = Heading | Words | Grid


class Paper(Struct, frozen=True):
    """A document that an office signs. ``parent``: the office above it, empty for none; ``year``: of its date.

    Of a letter: ``number``, ``place`` and ``addressed`` (to whom) as they are printed; empty, they are left to fill in,
    and nobody is addressed. ``signers``: who signs beside each other, where it is not the head of the office alone.
    """

    office: str
    parent: str
    kind: str
    subject: str
    year: int
    blocks: tuple[Block, ...]
    number: str = ""
    place: str = ""
    addressed: str = ""
    signers: tuple[str, ...] = ()
