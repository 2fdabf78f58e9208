"""What a person is told when a step was taken back or given again."""

from typing import Any

from app.i18n import _, day, span
from media.passages import length
from modules.queries.notices import Notice


def notice_head(notice: Notice) -> str:
    """On the page of the step: whether it counts now."""
    if notice.undone_at:
        return _("This step counts as done again.")
    return _("This step no longer counts as done.")


def notice_line(notice: Notice) -> str:
    """On the home page: which step, whether it counts now, and why."""
    if notice.undone_at:
        said = _("The step “%(title)s” counts as done again.", title=notice.title)
    else:
        said = _("The step “%(title)s” no longer counts as done.", title=notice.title)
    return " ".join([said, *notice_reasons(notice)])


def notice_reasons(notice: Notice) -> list[str]:
    """When it was taken back, by whom and why; when and by whom it was given again."""
    on = day(notice.at, notice.zone)
    if notice.by:
        said = [_("Taken back on %(day)s by %(name)s: %(why)s", day=on, name=notice.by, why=notice.why)]
    else:
        said = [_("Taken back on %(day)s: %(why)s", day=on, why=notice.why)]
    if notice.undone_at:
        again = day(notice.undone_at, notice.zone)
        said.insert(0, _given(again, notice.undone_by))
    return said


def _given(on: str, name: str | None) -> str:
    if name:
        return _("Given again on %(day)s by %(name)s.", day=on, name=name)
    return _("Given again on %(day)s.", day=on)


def changed_head(page: Any) -> str:
    """On the page of a recording whose file was replaced: how much of it is new to the person."""
    return _("%(time)s of this recording were changed since you saw it.", time=span(length(page.step.changed)))


def changed_line(page: Any) -> str:
    """Whether it is asked of her."""
    if page.step.done_at:
        return _("You have done this step, and it stays done. What is new:")
    return _("What you had seen of the rest still counts. Asked again:")
