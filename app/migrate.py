"""Migrations: numbered files without imports from our packages; `migrations/HEAD` names the newest."""

from pathlib import Path
from typing import Any, Literal

import click
import sqlalchemy as sa
from alembic.script import Script
from flask import Flask
from flask_alembic import Alembic
from flask_alembic.cli import cli

from app.config import ROOT
from app.db import Base, Instant, migration_engine
from app.search.models import ours

FOLDER = ROOT / "migrations"
HEAD = FOLDER / "HEAD"


class NumberedAlembic(Alembic):
    """Alembic whose revisions are 0001, 0002 …, so that two branches collide in git and not in a database."""

    def rev_id(self) -> str:
        return f"{len(list(FOLDER.glob('[0-9]*.py'))) + 1:04}"

    def revision(self, *args: Any, **kwargs: Any) -> list[Script | None]:
        made = super().revision(*args, **kwargs)
        for script in made:
            if script is not None:
                HEAD.write_text(f"{Path(script.path).stem}\n")
        return made


def commands(app: Flask) -> tuple[click.Group, Alembic]:
    """`flask db …` on an engine of its own, and what its commands work with."""
    if "alembic" not in app.extensions:
        app.config["ALEMBIC"] = {"script_location": str(FOLDER), "file_template": "%%(rev)s_%%(slug)s"}
        app.config["ALEMBIC_CONTEXT"] = {
            "render_as_batch": True, "transactional_ddl": True, "render_item": _plain_types,
            "include_name": ours,
        }  # fmt: skip
        engine = migration_engine(app.config["HOUSE"].database_url)
        NumberedAlembic(app, run_mkdir=False, command_name="", metadatas=Base.metadata, engines=engine)
    return cli, app.extensions["alembic"]


def _plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our moments as plain DateTime: a migration must still run when the package has changed."""
    if kind == "type" and isinstance(item, Instant):
        return f"sa.{sa.DateTime(timezone=True)!r}"
    return False
