"""What the API says of cases, discussions and posts, and what it takes."""

from datetime import datetime

from pydantic import BaseModel, Field

from app.web.api import In
from app.web.incoming import Name
from modules.cases.rules import Consent, PostKind, Stage


class Where(In):
    """Which cohort and which page; the first of each unless said otherwise."""

    cohort: str | None = Field(None, min_length=1, max_length=32)
    page: int = Field(1, ge=1, le=100_000)


class CaseHead(BaseModel):
    """What a case is called, and where; `country` and `title` are null where its consent keeps them elsewhere."""

    id: str
    country: str | None
    title: str | None
    template: bool
    consent: Consent
    language: str
    cohort: str


class CaseOut(CaseHead):
    """A case in the list."""

    filled: int
    rubrics: int
    threads: int
    posts: int
    unread: int


class CaseList(BaseModel):
    """The cases that the viewer may read, once per cohort."""

    cases: list[CaseOut]


class TextOut(BaseModel):
    """One text of a case, as typed and as clean HTML."""

    facet: str
    language: str
    body: str
    html: str


class RubricOut(BaseModel):
    """One part of a case sheet."""

    name: str
    filling: str
    texts: list[TextOut]


class CaseDetail(CaseHead):
    """A case with its sheet; `readable` false: its consent keeps the texts in another cohort. Territory and partners
    are left out where it keeps country and title there."""

    readable: bool
    sheet: list[RubricOut]


class ThreadOut(BaseModel):
    """A discussion."""

    id: str
    title: str
    stage: Stage | None
    pinned: bool
    closed: bool
    posts: int
    unread: int


class ThreadList(BaseModel):
    """One page of a case's discussions."""

    threads: list[ThreadOut]
    page: int
    pages: int


class PostOut(BaseModel):
    """A post as the viewer may see it; `author` is null where the consent or an erased account says so.

    `parent` is the post under which a reply stands, `answers` the one that it answers. A withdrawn post has its place
    and no text.
    """

    id: str
    thread: str
    parent: str | None
    answers: str | None
    kind: PostKind
    stage: Stage | None
    language: str
    consent: Consent
    author: str | None
    at: datetime | None
    version: int
    hidden: bool
    withdrawn: bool
    unread: bool
    body: str
    html: str


class PostList(BaseModel):
    """One page of a thread, each exchange whole, the oldest first. `total` counts the places of hidden and withdrawn
    posts too; `posts` of a case or a discussion does not."""

    posts: list[PostOut]
    page: int
    pages: int
    total: int


class PostIn(In):
    """A new post; its author says of which kind, one of PostKind. `client_id` (random) makes sending it again harmless;
    `parent` is the post that it answers.

    `stage`: "" for the whole case; without one the discussion's own.
    """

    kind: str = Field(max_length=16)
    body: str
    stage: str | None = Field(None, max_length=16)
    language: str | None = Field(None, max_length=16)
    consent: str | None = Field(None, max_length=16)
    parent: str | None = Field(None, max_length=32)
    client_id: Name | None = None


class PostChange(In):
    """What one's own post is to be; what is null stays. `stage`: "" for the whole case. `version` is the one that the
    change was made from."""

    body: str
    kind: str | None = Field(None, max_length=16)
    stage: str | None = Field(None, max_length=16)
    language: str | None = Field(None, max_length=16)
    consent: str | None = Field(None, max_length=16)
    version: int | None = Field(None, ge=1, le=1_000_000, strict=True)
