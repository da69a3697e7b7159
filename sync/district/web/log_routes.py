"""The public log: what it is, in plain words, and its checkpoint and tiles for programs (C2SP tlog-tiles)."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response
from msgspec import Struct

from sync.district.domain.merkle_log import TileName
from sync.district.domain.signed_note import Checkpoint, open_note, verifier_key
from sync.district.store.public_log import KeptCheckpoint, newest_checkpoint, newest_checkpoints, tile
from sync.district.verify_public import PROGRAM
from sync.district.web.page_route import PublicRoute, Shown
from sync.district.web.site import Site
from sync.protocol.fields import Malformed

MAX_SHOWN = 30
_FOR_GOOD = "public, max-age=31536000, immutable"


def add_log_pages(router: APIRouter, site: Site) -> None:
    """Adds the pages to the site."""
    pages, public = _Pages(site), site.router(PublicRoute)
    public.add_api_route("/niem-phong", pages.page, methods=["GET"])
    public.add_api_route("/niem-phong/checkpoint", pages.checkpoint, methods=["GET"])
    public.add_api_route("/niem-phong/key", pages.key, methods=["GET"])
    public.add_api_route("/niem-phong/verify_public.py", pages.program, methods=["GET"])
    public.add_api_route("/niem-phong/tile/{name:path}", pages.tile, methods=["GET"])
    router.include_router(public)


class Seal(Struct, frozen=True):
    """A checkpoint as people read it: the local day, how many statements, and the root's digits in groups of eight."""

    day: date
    size: int
    groups: tuple[str, ...]


class _Pages:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._public_key = bytes(site.services.receipt_key.verify_key)

    def page(self, request: Request, lang: str = "") -> Response:
        """What the log is, its newest checkpoints, and how to check it."""
        kept = self._site.read(request, lambda c: newest_checkpoints(c, MAX_SHOWN))
        return self._site.public_page(
            request,
            "public_log.html",
            lang,
            seals=[seal for each in kept if (seal := self._seal(each))],
            key=verifier_key(self._public_key),
            address=self._site.address_of(request),
        )

    def checkpoint(self, request: Request) -> Response:
        """The newest checkpoint, a signed note."""
        return PlainTextResponse(self._newest(request).note, headers={"Cache-Control": "no-cache"})

    def key(self) -> Response:
        """The key that checks it. Whoever trusts nobody takes it from the sheet of paper."""
        return PlainTextResponse(f"{verifier_key(self._public_key)}\n")

    def program(self) -> Response:
        """The program that checks everything, without any of ours."""
        return FileResponse(PROGRAM, media_type="text/x-python", filename="verify_public.py")

    def tile(self, request: Request, name: str) -> Response:
        """So many hashes of the log. Nothing beyond the newest checkpoint is told."""
        try:
            wanted = TileName.parse(name)
        except ValueError:
            raise Shown(self._site.message(request, 404, "not_found")) from None
        if wanted.leaves().stop > self._newest(request).size:
            raise Shown(self._site.message(request, 404, "not_found"))
        if wanted.level:  # is made from many hashes
            self._site.admit_stranger(request)
        content = self._site.read(request, lambda c: tile(c, wanted))
        return Response(content, media_type="application/octet-stream", headers={"Cache-Control": _FOR_GOOD})

    def _newest(self, request: Request) -> KeptCheckpoint:
        newest = self._site.read(request, newest_checkpoint)
        if newest is None:
            raise Shown(self._site.message(request, 404, "no_checkpoint"))
        return newest

    def _seal(self, kept: KeptCheckpoint) -> Seal | None:
        """``None`` for one that an earlier key signed."""
        try:
            found = Checkpoint.parse(open_note(kept.note, self._public_key))
        except Malformed:
            return None
        digits = found.root.hex()
        groups = tuple(digits[at : at + 8] for at in range(0, len(digits), 8))
        return Seal(date.fromisoformat(found.day), found.size, groups)
