"""A page with every component, served only to tests: `python -m tests.browser.components PORT [rtl]`."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, flash, render_template, request, send_file
from flask_login import AnonymousUserMixin, LoginManager
from flask_wtf.csrf import CSRFProtect
from wtforms import BooleanField, FileField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from app import i18n
from app.config import ROOT
from app.i18n.languages import SOURCE
from app.i18n.pseudo import write_pseudo
from app.web import pages
from app.web.errors import init_app as errors_init
from app.web.forms import Form, choices

NAV = [("home", "/", "Accueil"), ("modules", "/m", "Modules"), ("cases", "/c", "Cas"), ("account", "/a", "Compte")]
PARTS = [(1, 38, 1.0), (2, 52, [(0, 0.36), (0.4, 0.64), (0.68, 0.8)]), (3, 40, 0.68), (4, 47, 0.26), (5, 61, 0)]


class Record(Form):
    """One field of each kind."""

    name = StringField("Nom à imprimer", validators=[DataRequired("Écrivez votre nom")])
    phone = StringField("Téléphone", validators=[DataRequired("Écrivez le numéro avec l’indicatif du pays")])
    secret = PasswordField("Mot de passe")
    role = SelectField("Fonction", choices=choices({"a": "Choisir", "b": "Autre"}))
    text = TextAreaField("Votre contribution")
    file = FileField("Fichier vidéo")
    tongue = RadioField("Langue des messages", choices=choices({"fr": "Français", "ar": "العربية"}), default="fr")
    later = BooleanField("Y revenir avant de rendre")


class Visitor(AnonymousUserMixin):
    """Whoever the cookie says, so that tests can change persons."""

    @property
    def public_id(self) -> str:
        """The owner of the outbox."""
        return request.cookies.get("person", "person1")


def create_components_app(rtl: bool = False) -> Flask:
    """The layout and the macros without database and rooms."""
    app = Flask("app", static_folder=None, root_path=str(ROOT / "app"))
    app.config.update(SECRET_KEY="tests only", WTF_CSRF_ENABLED=False)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader.searchpath.append(str(Path(__file__).parent))  # type: ignore[union-attr]
    if rtl:
        kept = app.extensions["pseudo"] = tempfile.TemporaryDirectory(prefix="pseudo")
        folder = Path(kept.name)
        write_pseudo(SOURCE / "fr", folder)
        app.config["MORE_TRANSLATIONS"] = [folder]
    i18n.init_app(app)
    CSRFProtect(app)
    login = LoginManager(app)
    login.user_loader(lambda key: None)
    login.anonymous_user = Visitor
    app.jinja_env.globals.update(asset=lambda name: f"/static/{name}", csp_nonce=lambda: "n")
    for blueprint in pages.BLUEPRINTS:
        app.register_blueprint(blueprint)
    pages.register(app)
    errors_init(app)
    app.context_processor(_layout)
    app.add_url_rule("/", "test.components", _components, methods=["GET", "POST"])
    app.extensions["heard"] = []
    app.extensions["status"] = 200
    app.add_url_rule("/hear", "test.hear", _hear, methods=["POST"])
    app.add_url_rule("/static/<name>", "test.asset", _asset)
    return app


def _layout() -> dict[str, Any]:
    return {"nav": NAV, "masthead": {"bands": PARTS, "label": "Votre cycle : 47 % vu"}}


def _components() -> tuple[str, int]:
    flash("Votre analyse du cas Mali est bien arrivée, à 9 h 42.", "good")
    form = Record()
    valid = form.validate_on_submit()
    return render_template("components.html", form=form, parts=PARTS), 200 if valid else 422


def _hear() -> tuple[dict[str, Any], int]:
    """Note what an outbox sends; answer as the test wishes."""
    status = int(current_app.extensions["status"])
    if status == 200:
        current_app.extensions["heard"].append((request.cookies.get("person", "person1"), request.json))
    return {"heard": True}, status


def _asset(name: str) -> Response:
    return send_file(ROOT / "app" / "static" / name)


if __name__ == "__main__":
    create_components_app("rtl" in sys.argv).run(port=int(sys.argv[1]))
