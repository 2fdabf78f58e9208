"""What is given as a file to keep: its name in the header."""

import re
import unicodedata
from urllib.parse import quote


def disposition(name: str) -> str:
    """The header that gives a file its name (RFC 6266): in full, and in ASCII for what is too old to read that."""
    stem, dot, ending = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", stem if dot else ending).strip("_") or "file"
    if dot and ending.isalnum():
        plain = f"{plain}.{ending}"
    return f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
