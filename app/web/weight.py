"""The weight of a page, told in its own footer: what travels, not what is unpacked."""

import zlib

from flask import Response, after_this_request, request

from app.i18n import megabytes
from app.web import assets

_MARK = "\u2045weight\u2046"
_PACKED = {"br", "gzip", "zstd", "deflate"}


def weight() -> str:
    """For the layout: a mark that is replaced when the page is complete, before it is packed."""
    after_this_request(_weigh)
    return _MARK


def asset_weight(name: str) -> int:
    """What a static file weighs for the browser that asks for this page."""
    return assets.weight(name, set(request.accept_encodings.values()))


def _weigh(response: Response) -> Response:
    if response.is_streamed or response.direct_passthrough:
        return response
    page = response.get_data()
    # The quickest compression: what is sent is at most a little less.
    size = len(zlib.compress(page, 1)) if _PACKED & set(request.accept_encodings.values()) else len(page)
    response.set_data(page.replace(_MARK.encode(), megabytes(size).encode()))
    return response
