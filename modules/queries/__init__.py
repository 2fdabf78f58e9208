"""What pages, doors and other rooms ask of the spine."""

from modules.queries.cohorts import cohorts_with
from modules.queries.masthead import masthead
from modules.queries.titles import title, titles

__all__ = ["cohorts_with", "masthead", "title", "titles"]
