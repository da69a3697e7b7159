"""Telephone numbers as they are dialled in Việt Nam: which digits can be one, and how they are grouped.

Source: the numbering plan of Thông tư 22/2014/TT-BTTTT after the changes of area codes (2017) and of mobile prefixes
(2018): a mobile number has ten digits, a landline eleven. A number with a digit missing is never answered.
"""

import re

_SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        r"0[35789]\d{8}",  # mobile
        r"02\d{9}",  # landline: 02, the area, seven or eight digits
        r"84(?:[35789]\d{8}|2\d{9})",  # the same, as dialled from abroad
        r"00[1-9]\d{7,12}",  # abroad
    )
)
_GAPS = {"024": (3, 7), "028": (3, 7), "02": (4, 8), "84": (2, 5, 8), "00": (4, 7, 10)}
_MOBILE_GAPS = (4, 7)


def is_phone(digits: str) -> bool:
    """Whether somebody can be called or written to at this number.

    >>> is_phone("0912345678"), is_phone("091234567"), is_phone("02623850123"), is_phone("0412345678")
    (True, False, True, False)
    """
    return any(shape.fullmatch(digits) for shape in _SHAPES)


def gaps(digits: str) -> tuple[int, ...]:
    """After how many digits a group ends. The areas of Hà Nội and Hồ Chí Minh City have three digits, others four."""
    ends = _GAPS.get(digits[:3]) or _GAPS.get(digits[:2], _MOBILE_GAPS)
    return tuple(gap for gap in ends if gap < len(digits))


def grouped_phone(digits: str) -> str:
    """The digits in the groups in which they are said.

    >>> grouped_phone("0912345678"), grouped_phone("02438253536"), grouped_phone("84912345678")
    ('0912 345 678', '024 3825 3536', '84 912 345 678')
    """
    ends = [*gaps(digits), len(digits)]
    return " ".join(digits[start:end] for start, end in zip([0, *ends], ends, strict=False))


def regrouped(text: str) -> str:
    """An office's number as its people wrote it, in the same groups; what is no single number stays as it is.

    >>> regrouped("0262.3850.123"), regrouped("(0262) 3 850 123, máy lẻ 2")
    ('0262 3850 123', '(0262) 3 850 123, máy lẻ 2')
    """
    digits = re.sub(r"[\s.()-]", "", text)
    return grouped_phone(digits) if is_phone(digits) else text
