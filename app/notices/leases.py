"""Who sends a mail: one worker at a time, again and again for a day where another try may help."""

from app.notices.models import Mail
from app.notices.rules import State, may_help
from app.operations.leases import Leases

TRIES = 7  # The last one nearly six hours after the first: greylisting lasts minutes, a server's repair hours.

MAILS = Leases(
    bell="notices.mail", table=Mail, state="state", waiting=State.QUEUED, working=(State.SENDING,),
    failed=State.FAILED, tries=TRIES, may_help=may_help, last=False,
)  # fmt: skip
