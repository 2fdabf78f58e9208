"""One index for all that can be searched: rooms write what they have, and ask with an audience they have checked."""

from app.search.extracts import holds
from app.search.finding import Hit, Page, find
from app.search.index import Entry, drop, put
from app.search.words import LONGEST, Query

__all__ = ["LONGEST", "Entry", "Hit", "Page", "Query", "drop", "find", "holds", "put"]
