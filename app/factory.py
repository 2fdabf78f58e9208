"""The factory: the only module that knows all rooms. It wires what they may not import from each other."""

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, g
from flask_compress import Compress
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from app import i18n, jobs, log
from app.config import ROOT, Config
from app.db import db, obey_house_rules
from app.on_demand import OnDemand
from app.web import access, addresses, api, assets, errors, headers, health, limits, once, session
from app.web.navigation import navigation

ROOMS = (
    "app.web.pages", "app.search", "app.people", "app.operations", "app.notices", "media", "modules", "modules.cases",
    "modules.agenda", "modules.attendance", "modules.certificates", "quizzes", "app.demo",
)  # fmt: skip
COMPRESSED = [
    "text/html", "text/css", "application/json", "application/problem+json", "text/csv", "text/vtt",
    "application/vnd.apple.mpegurl",
]  # fmt: skip


def create_app(config: Config, *, testing: bool = False) -> Flask:
    """One application for one configuration; refuses to start while an endpoint has no audience."""
    app = Flask("app", static_folder=None, root_path=str(ROOT / "app"))
    app.testing = testing
    app.config.from_mapping(_settings(config))
    log.configure(config.log_level)
    _database(app, config)
    jobs.init_app(app, config)
    i18n.init_app(app)
    doors = list(_doors())
    addresses.init_app(app)
    limits.limit_bodies(app)
    people = importlib.import_module("app.people.access")
    access.init_app(app, people.load_person, people.person_for_token)
    limits.init_app(app, config)
    headers.init_app(app, config.storage_url, secure=config.base_url.startswith("https://"))
    errors.init_app(app)
    api.init_app(app)
    app.register_blueprint(health.bp)
    for door in doors:
        _open(app, door)
    session.init_app(app)
    once.init_app(app)
    access.check_guards(app)
    _pages(app)
    Compress(app)
    app.cli.add_command(assets.cli)
    _serve(app, config)
    return app


def _settings(config: Config) -> dict[str, Any]:
    secure = config.base_url.startswith("https://")
    return {
        "HOUSE": config,
        "SECRET_KEY": config.secret_key,
        # What was typed is a parameter, and a failing statement is logged.
        "SQLALCHEMY_ENGINES": {"default": {"url": config.database_url, "hide_parameters": True}},
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_REFRESH_EACH_REQUEST": False,  # A cookie on every answer costs bytes and says nothing new.
        "REMEMBER_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "WTF_CSRF_TIME_LIMIT": None,  # As long as the session: an hour offline must not cost what was typed.
        "WTF_CSRF_SSL_STRICT": False,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,  # A pasted list of five thousand people.
        "COMPRESS_MIMETYPES": COMPRESSED,
        "COMPRESS_STREAMS": False,
        "COMPRESS_BR_LEVEL": 4,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _database(app: Flask, config: Config) -> None:
    config.data_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    # The extension also closes async sessions, in a thread per request; we have none.
    app.teardown_appcontext_funcs = [f for f in app.teardown_appcontext_funcs if not iscoroutinefunction(f)]
    with app.app_context():
        obey_house_rules(db.engine)
    app.cli.add_command(OnDemand("db", "app.migrate", help="The tables: migrations and whether they fit the models."))


def _doors() -> Iterator[ModuleType]:
    for room in ROOMS[1:-1]:
        if importlib.util.find_spec(f"{room}.models") is not None:
            importlib.import_module(f"{room}.models")
    for room in ROOMS:
        name = room if room.endswith("pages") else f"{room}.doors"
        if importlib.util.find_spec(name) is not None:
            yield importlib.import_module(name)


def _open(app: Flask, door: ModuleType) -> None:
    for blueprint in getattr(door, "BLUEPRINTS", ()):
        app.register_blueprint(blueprint)
    for command in getattr(door, "COMMANDS", ()):
        app.cli.add_command(command)
    register: Callable[[Flask], None] | None = getattr(door, "register", None)
    if register is not None:
        register(app)


def _pages(app: Flask) -> None:
    """What the layout shows on every page: the woven band and the navigation of the viewer's role."""
    masthead = app.extensions.get("masthead")
    app.jinja_env.globals["asset"] = assets.asset
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _layout() -> dict[str, Any]:
        if g.get("refused"):
            return {"masthead": None, "nav": []}
        person = current_user if current_user.is_authenticated else None
        line, more = navigation(person) if person else ([], [])
        return {
            "masthead": masthead(session.session(), person) if masthead else None,
            "nav": line,
            "nav_more": more,
            "unread_notices": person.unread if person else 0,
        }


def _serve(app: Flask, config: Config) -> None:
    app.wsgi_app = log.RequestLog(app.wsgi_app)  # type: ignore[method-assign]
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    if Path(assets.TARGET).is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(assets.TARGET),
            prefix=assets.PREFIX,
            immutable_file_test=r"\.[0-9a-f]{8}\.",
            max_age=300,
        )
