"""A print of what a form began from, so that the second of two people at one form is told of the first."""

import hashlib
import json
from collections.abc import Mapping


def print_of(content: Mapping[str, object]) -> str:
    """The same for the same content, whatever the order of its fields; another one when any of them changes."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:32]
