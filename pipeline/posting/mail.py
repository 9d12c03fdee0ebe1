"""Letters to a mail server, encrypted on the way wherever that is not this computer."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from domain.errors import PostingError
from pipeline.site import Mail

_WAIT_S = 15.0


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent, as plain text."""

    to: str
    subject: str
    text: str


class Postman:
    """Hands letters to one mail server."""

    def __init__(self, mail: Mail, root: Path, environ: Mapping[str, str]) -> None:
        """Read the password, so that its absence is felt at once.

        Raises:
            InputError: it is not where the configuration says.
        """
        self._mail = mail
        self._password = mail.password.read(root, environ) if mail.password is not None else ""

    def send(self, letter: Letter) -> None:
        """Hand one letter over.

        Raises:
            PostingError: the server cannot be reached, or did not take it. The address is not repeated.
        """
        mail = self._mail
        try:
            with self._connected() as server:
                if mail.username is not None:
                    server.login(mail.username, self._password)
                server.send_message(_message(mail.sender, letter))
        except (OSError, smtplib.SMTPException) as error:
            raise PostingError(f"the mail server {mail.host}, port {mail.port}, {_why(error)}") from None

    def _connected(self) -> smtplib.SMTP:
        mail, own_name = self._mail, self._mail.sender.partition("@")[2]  # else the machine's is looked up, at length
        if mail.security == "tls":
            trusted = ssl.create_default_context()
            return smtplib.SMTP_SSL(mail.host, mail.port, own_name, timeout=_WAIT_S, context=trusted)
        server = smtplib.SMTP(mail.host, mail.port, own_name, timeout=_WAIT_S)
        try:
            if mail.security == "starttls":
                server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
        return server


def _message(sender: str, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _why(error: Exception) -> str:
    """Without what the server said about addresses."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return "did not accept username and password"
        case smtplib.SMTPRecipientsRefused():
            return "refused the address"
        case smtplib.SMTPResponseException():
            return f"answered with {error.smtp_code}"
        case ssl.SSLError():
            return f"has no connection that can be trusted ({error.reason})"
        case OSError(strerror=said) if said:
            return f"cannot be reached ({said})"
        case _:
            return f"broke off ({type(error).__name__})"
