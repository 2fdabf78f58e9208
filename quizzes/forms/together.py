"""The second of two people at one form of the editor."""

from app.web.shared import Saved, SharedForm


def together(form: SharedForm, stored: SharedForm) -> list[Saved]:
    """What somebody else has saved, where it differs from what is typed; the form goes on from there."""
    saved = form.begin_again({field.name: field.data for _label, field in stored.filled_in()})
    form.began.data = stored.began.data
    return saved
