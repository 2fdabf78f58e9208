"""Where a certificate stands in the lists of those that hold no longer (Bitstring Status List)."""

SIZE = 131_072  # The least that the standard allows: one place says little about whose it is.


def address(site: str, place: int) -> str:
    """The list that has this place."""
    return f"{site}/certificates/status/{place // SIZE}"
