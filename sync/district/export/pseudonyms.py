"""Names under which dossiers and officers stand in exports. Pure.

The same dossier has the same name in every export of a district, so that tables can be joined; without the district's
secret nobody finds the code behind a name by trying codes.
"""

import hashlib
import hmac
from collections.abc import Callable


def namer(secret: bytes) -> Callable[[str, str | None], str | None]:
    """A function from a kind (``dossier``, ``officer``) and a code to its name; ``None`` stays ``None``."""

    def name(kind: str, code: str | None) -> str | None:
        if code is None:
            return None
        return kind[0] + hmac.new(secret, f"{kind}\n{code}".encode(), hashlib.sha256).hexdigest()[:20]

    return name
