"""What the API says and hears of a status that somebody asks about."""

from datetime import datetime

from pydantic import BaseModel

from app.web.api import In
from app.web.incoming import Name, Text


class ObjectionIn(In):
    """What is wrong; `client_id` names it for its sender, and the same again is the same objection."""

    body: Text
    client_id: Name | None = None


class ObjectionOut(BaseModel):
    """An objection; `outcome`: changed or kept, null until it is answered."""

    id: str
    body: str
    at: datetime
    answer: str | None
    outcome: str | None


class WhyOut(BaseModel):
    """Why something stands as it does, in sentences."""

    title: str
    verdict: str
    rule: str
    facts: list[str]
    objections: list[ObjectionOut]
