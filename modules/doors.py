"""What this room opens to the house."""

from flask import Flask

from app import jobs, notices
from app.i18n import lazy
from app.people import belongings, changing, lacks
from app.people import contents as title_page
from media import uses
from modules import (
    actions,
    api,
    asked,
    between,
    commands,
    explaining,
    forwarding_kind,
    kinds,
    lines,
    objecting,
    panels,
    queries,
    statements_command,
)
from modules.actions import joining
from modules.actions.unmet import KIND
from modules.api import evidence as evidence_api
from modules.api import formats
from modules.api import notes as notes_api
from modules.api import programme as programme_api
from modules.api import whys as whys_api
from modules.kinds import Kind
from modules.queries.belongings import belongings as told
from modules.queries.contents import contents
from modules.queries.uses import place
from modules.views import (
    assigning,
    building,
    cohorts,
    contesting,
    days,
    evidence,
    export,
    filling,
    learning,
    leaving,
    left,
    moving,
    needs,
    notes,
    programme,
    reading,
    relocating,
    rule_versions,
    ruling,
    searching,
    steps,
    whys,
    word,
)

BLUEPRINTS = [learning.bp, cohorts.bp, building.bp, assigning.bp, programme.bp, api.bp]
COMMANDS = [commands.cli]
PAGES = (
    steps,
    filling,
    days,
    moving,
    notes,
    reading,
    relocating,
    evidence,
    export,
    leaving,
    left,
    needs,
    rule_versions,
    ruling,
    searching,
    formats,
    notes_api,
    contesting,
    whys,
    word,
    programme_api,
    whys_api,
    evidence_api,
)  # They stand on the blueprints of learning, building, cohorts and the API.


def register(app: Flask) -> None:
    """The band of every page, the contents of the title page, what a cohort lacks, and the kinds of step shown here."""
    app.extensions["masthead"] = queries.masthead
    title_page.provide(app, contents)
    forwarding_kind.register()
    commands.cli.add_command(statements_command.statements)
    commands.cli.add_command(statements_command.import_statements)
    uses.provide(uses.Source(place, lines.shown_in, lines.steps_page, lines.effect_of, lines.shown_anew))
    panels.register(lines.waits)
    panels.register(lines.taken_back)
    explaining.register()
    asked.register()
    notices.register(KIND)
    panels.register(objecting.waiting)
    panels.register(objecting.answered)
    objecting.register()
    lacks.provide(app, lines.no_module)
    jobs.sweep(actions.tally_stale)
    changing.provide("modules", changing.Room(between.changes, joining.moved))
    belongings.provide("modules", belongings.Keeper(told, frozenset({"coverage"}), joining.join, joining.part))
    for kind in (
        Kind("recording", lazy("Recording")),
        Kind("page", lazy("Page")),
        Kind("file", lazy("File")),
        Kind("in_person", lazy("Day in person")),
    ):
        kinds.register(kind)
