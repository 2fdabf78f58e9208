"""The pages of the footer, open to all, and what every page's layout needs."""

from flask import Blueprint, Flask, Response, redirect, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue

from app import i18n
from app.web import assets, bands, charts, clock, fields, language, messages, outbox, tables, weight
from app.web.access import open_to_all
from app.web.addresses import own_path

bp = Blueprint("pages", __name__)
bp.before_request(open_to_all)
BLUEPRINTS = [bp]


def register(app: Flask) -> None:
    """Give the templates their bands, languages, fields, outbox and weight."""
    language.init_app(app)
    messages.init_app(app)
    i18n.tell_time_by(app, clock.now)
    app.jinja_env.globals.update(
        bands=bands,
        charts=charts,
        outbox_texts=outbox.outbox_texts,
        field_attributes=fields.field_attributes,
        form_errors=fields.form_errors,
        table_note=tables.note,
        weight=weight.weight,
        asset_weight=weight.asset_weight,
    )


@bp.get("/help")
def help_page() -> str:
    """How to learn here, in short."""
    return render_template("pages/help.html")


@bp.get("/accessibility")
def accessibility() -> str:
    """What works for whom, and what was not tried."""
    return render_template("pages/accessibility.html")


@bp.get("/your-data")
def your_data() -> str:
    """What is kept about a person."""
    return render_template("pages/your_data.html")


@bp.get("/offline")
def offline() -> str:
    """What works without the network; kept by browsers for whoever comes next, so it shows nothing of the viewer."""
    return render_template("pages/offline.html", nav=None, masthead=None, languages=list)


@bp.post("/language")
def choose_language() -> ResponseReturnValue:
    """The switch of the masthead: choose a language and come back."""
    back = redirect(own_path(request.form.get("back")), 303)
    return language.keep(back, request.form.get("language", ""))


@bp.get("/sw.js")
def service_worker() -> Response:
    """The service worker: at the root, for its address bounds what it may serve."""
    built = assets.asset("sw.js").removeprefix(assets.PREFIX)
    answer = send_from_directory(assets.TARGET, built, mimetype="text/javascript", max_age=0)
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer
