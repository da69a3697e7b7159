"""The typing methods as tables: what each key means."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

from kiosk.vietnamese import marks, telex, vni
from kiosk.vietnamese.letters import Tone
from kiosk.vietnamese.shaping import Change


class Method(StrEnum):
    """A way of typing, by the name that settings and the command line use."""

    TELEX = "telex"
    VNI = "vni"
    MARKS = "marks"


class MethodKeys(Struct, frozen=True):
    """What the keys of one method mean. ``marks`` is looked up with a small letter, the others with the key itself."""

    marks: Mapping[str, Tone | Change]
    letters: Mapping[str, str] = field(default_factory=dict)
    letters_without_vowel: Mapping[str, str] = field(default_factory=dict)


KEYS = MappingProxyType(
    {
        Method.TELEX: MethodKeys(telex.MARKS, telex.LETTERS, telex.LETTERS_WITHOUT_VOWEL),
        Method.VNI: MethodKeys(vni.MARKS),
        Method.MARKS: MethodKeys(marks.MARKS),
    }
)
