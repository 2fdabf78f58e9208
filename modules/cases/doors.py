"""What this room opens to the factory."""

from flask import Flask

from app import notices
from app.i18n import lazy
from app.people import belongings
from modules import asks, kinds, moments, panels, stands, whys
from modules.cases import api
from modules.cases.actions.posts import ANSWERED
from modules.cases.kinds import KIND, about, panel, silence
from modules.cases.queries.belongings import belongings as told
from modules.cases.queries.presence import last_posts
from modules.cases.queries.talks import talks
from modules.cases.views import cases, moderation, posts, threads
from modules.cases.whys import POSTS, written

BLUEPRINTS = [moderation.bp, cases.bp, threads.bp, posts.bp, api.bp]


def register(_app: Flask) -> None:
    """Say how a case step opens and what is new on the home page."""
    kinds.register(KIND)
    stands.register(KIND.name, last=last_posts, about=about)
    whys.tell(KIND.name, written)
    asks.register(KIND.name, POSTS)
    panels.register(panel)
    panels.register(silence)
    moments.register(talks)
    belongings.provide("cases", belongings.Keeper(told))
    notices.register(
        notices.Kind(
            ANSWERED,
            lazy("An answer to you: %(title)s"),
            lazy("Somebody has answered you in the discussion “%(title)s”."),
            label=lazy("Somebody answers a post"),
        )
    )
