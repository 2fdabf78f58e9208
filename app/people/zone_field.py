"""One field for a time zone, wherever one is chosen."""

from typing import Any

from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from app import i18n
from app.i18n import gettext
from app.people import zones

_LIST, _OPTION = Markup('<datalist id="{}">{}</datalist>'), Markup("<option>{}</option>")


class _CityInput(TextInput):
    """A text field that offers cities; any other name may be written."""

    def __call__(self, field: "ZoneField", **kwargs: Any) -> Markup:
        """The input and its list."""
        offered, chosen = zones.african(i18n.current()), zones.shown(field.data, i18n.current())
        if chosen and chosen not in offered:
            offered = [chosen, *offered]
        named = f"{field.id}-cities"
        own = {"list": named, "autocomplete": "off", "spellcheck": "false", "dir": "auto", **kwargs}
        return super().__call__(field, **own) + _LIST.format(named, Markup().join(map(_OPTION.format, offered)))


class ZoneField(StringField):
    """`data` is the IANA name, "" for none; what was typed stays in the field when it names no zone."""

    widget = _CityInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """A zone from the name of its city, or from its own."""
        if valuelist:
            self.data = zones.read(valuelist[0]) if valuelist[0].strip() else ""

    def pre_validate(self, form: Any) -> None:
        """Something was written and names no zone."""
        if self.raw_data and self.data is None:
            raise StopValidation(_unknown(zones.near(str(self.raw_data[0]), i18n.current())))

    def shown(self, value: str | None) -> str:
        """A zone as the field writes it."""
        return zones.shown(value, i18n.current())

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.shown(self.data)


def _unknown(near: list[str]) -> str:
    if not near:
        return gettext("No time zone has this name. Write a city, such as Bamako, or a name such as Africa/Bamako.")
    return gettext(
        "No time zone has this name. Near it: %(names)s. Write one of these, another city, or a name such as"
        " Africa/Bamako.",
        names=gettext(", ").join(near),
    )
