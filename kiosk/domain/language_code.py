"""The codes of languages. Pure."""

import re

CODE = re.compile(r"(?=.{2,16}\Z)[a-z]{2,3}(-[a-z0-9]{2,8})*")
"""As in BCP 47, in small letters; the wire has room for sixteen."""
