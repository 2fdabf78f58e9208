"""flask search …"""

import click
from flask.cli import AppGroup

from app.db import db
from app.i18n import gettext, ngettext
from app.search import index
from app.terminal import spoken

cli = AppGroup("search", help="The index of all that can be searched.")


@cli.command("rebuild")
@spoken
def rebuild() -> None:
    """Make the index again from the rows it is made of, and say whether it was equal."""
    with db.sessionmaker.begin() as session:
        made = index.rebuild(session)
    texts = ngettext("%(num)d text", "%(num)d texts", made.rows)
    passages = ngettext("%(num)d passage", "%(num)d passages", made.passages)
    equal = gettext("The index was equal.")
    wrong = ngettext("%(num)d text was not as it should be.", "%(num)d texts were not as they should be.", made.wrong)
    click.echo(
        gettext("%(texts)s, %(passages)s. %(sentence)s", texts=texts, passages=passages,
                sentence=wrong if made.wrong else equal)
    )  # fmt: skip
