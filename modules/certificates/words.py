"""What is said of certificates, on paper and on pages. Templates get this module as `said`."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from app import i18n
from app.i18n import _, lazy, ngettext
from modules.certificates.models import Certificate
from modules.certificates.paper.sheet import Line, Sheet
from modules.certificates.queries.records import Issued
from modules.certificates.rules.claims import Claims, Flaw, claims_of, parted
from modules.certificates.rules.earning import Hours, MetModule, Record, hours

LANGUAGES = ("fr", "en", "pt", "ar")
TO_REVIEW = ("pt", "ar")  # Nobody who speaks them at work has read their words yet.
KINDS = {
    "recording": lazy("Recording"), "page": lazy("Page"), "file": lazy("File"), "quiz": lazy("Quiz"),
    "cases": lazy("Practical cases"), "in_person": lazy("Day in person"),
}  # fmt: skip
NOTHING = lazy("Write the number of the certificate, or paste the text of its code.")
FLAWS = {
    Flaw.UNREADABLE: lazy("This is not the text of a certificate. Scan the code again, or copy all of its address."),
    Flaw.OTHER_KEY: lazy("This was not signed by this academy: it is no certificate of ours."),
    Flaw.ALTERED: lazy("This was changed after it was signed: what it says does not hold."),
}


def academy() -> str:
    """Who issues, as the pages call it."""
    return _("ALGA Academy")


def criteria() -> str:
    """What is asked for a certificate."""
    return _("All steps of its modules are done, as their rules ask.")


def span(minutes: int) -> str:
    """Hours and minutes."""
    return i18n.span(minutes * 60)


def amounts(found: Hours) -> list[tuple[str, str]]:
    """Hours online and in person; of days without hours only their number is said."""
    lines = [(_("Online"), span(found.online))] if found.online else []
    there = [span(found.in_person)] if found.in_person else []
    there += [ngettext("%(num)d day", "%(num)d days", found.days)] if found.days else []
    return [*lines, (_("In person"), " + ".join(there))] if there else lines


def amount(module: MetModule) -> str:
    """The same of one module, in one line."""
    found = hours(module.steps)
    online = span(found.online) if found.online else ""
    there = [value for label, value in amounts(Hours(0, found.in_person, found.days))]
    return " + ".join([online, *there]).strip(" +")


def dated(certificate: Certificate) -> str:
    """The day of issue, as it was signed, with its year, whenever it is read."""
    return day_of(claims_of(parted(certificate.signed)[0]).issued)


def day_of(day: date) -> str:
    """A day with its year."""
    return format_date(day, "long", locale=i18n.locale_code())


def module_met(module: MetModule) -> str:
    """A module in a line: which rule was met, and when."""
    rule = _("Rule %(number)s of this module, done on %(day)s", number=module.rule, day=day(module.done))
    return (f"{module.number}. " if module.number else "") + module.title + _(": ") + rule


def step_met(kind: str, share: float | None) -> str:
    """The term of a step in words."""
    if share is not None:
        return _("seen to %(share)s", share=i18n.percent(share))
    return str(KINDS.get(kind, kind))


def sheet(certificate: Certificate, site: str, *, specimen: bool = False) -> Sheet:
    """The certificate as it is printed, in its language; `site` is the public address of the academy."""
    with i18n.speaking(certificate.lang):
        record = Record.read(certificate.record)
        facts = [
            *amounts(record.hours), (_("Issued on"), dated(certificate)), (_("Number"), certificate.number),
        ]  # fmt: skip
        return Sheet(
            lang=certificate.lang, right_to_left=i18n.direction(certificate.lang) == "rtl", academy=certificate.academy,
            heading=_("Certificate of training"), awarded=_("This certificate is awarded to"), name=certificate.name,
            completing=_("for completing"), title=certificate.title, lines=_lines(record.modules), facts=tuple(facts),
            check=_("Check this certificate with a telephone: scan its code, or go to"),
            site=f"{site}/certificates/check", signature=_("Signature"),
            signatory=_("Name and function of who signs"), issued_at=certificate.issued_at,
            address="" if specimen else address(site, certificate.signed),
            specimen=_("Specimen, without value") if specimen else "",
        )  # fmt: skip


def address(site: str, signed: str) -> str:
    """What the QR says: in capitals, as far as the address allows, which makes it coarser."""
    scheme, _sep, rest = site.partition("://")
    host, sep, path = rest.partition("/")
    return f"{scheme.upper()}://{host.upper()}{sep}{path}/C/{signed}"


def _lines(modules: Sequence[MetModule]) -> tuple[Line, ...]:
    sizes = [sum(step.seconds or 0 for step in module.steps) for module in modules]
    known = all(sizes)
    smallest = max(sizes, default=0) / 8
    return tuple(
        Line(module.number or "", module.dye, module.title, amount(module), max(size, smallest) if known else 1.0)
        for module, size in zip(modules, sizes, strict=True)
    )


def claimed(claims: Claims) -> list[tuple[str, str]]:
    """What a signed text says, for whoever checks it."""
    found = Hours(claims.online, claims.in_person, claims.days)
    facts = [(_("Name"), claims.name), (_("For"), claims.title), (_("Issued by"), claims.academy)]
    return [*facts, (_("Issued on"), day_of(claims.issued)), *amounts(found), (_("Number"), claims.number)]


def state(issued: Issued) -> str:
    """Whether it holds, in a sentence."""
    if issued.row.revoked_at:
        return _("Revoked on %(day)s", day=day_of(issued.row.revoked_at.date()))
    if issued.replaced_by:
        return _("Replaced by %(number)s", number=issued.replaced_by)
    return _("Valid")


def day(written: str) -> str:
    """A day of the frozen record."""
    return day_of(date.fromisoformat(written))


def done_on(record: Record) -> str:
    """When the last step was done."""
    return day(max(module.done for module in record.modules))
