"""Codes that were sent by e-mail: one a browser, used once, kept as a hash."""

from dataclasses import asdict, dataclass

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class SignInCode:
    """What a browser waits for."""

    browser_sha256: str
    person_id: str
    """Empty: nobody has the address that was given."""
    code_sha256: str
    n_tries: int
    expires_at: str


def record_code(connection: Connection, code: SignInCode, at: str) -> None:
    """Keep a code instead of the one that its browser had before; those that are over are forgotten."""
    connection.execute(
        "DELETE FROM sign_in_code WHERE browser_sha256 = ? OR expires_at <= ?", [code.browser_sha256, at]
    )
    insert(connection, "sign_in_code", asdict(code))


def take_try(connection: Connection, browser_sha256: str, at: str, most: int) -> SignInCode | None:
    """The browser's code, with one more try counted; None: there is none, it is over, or was tried too often."""
    connection.execute(
        "UPDATE sign_in_code SET n_tries = n_tries + 1 WHERE browser_sha256 = ? AND expires_at > ?",
        [browser_sha256, at],
    )
    rows = fetch(
        connection,
        "SELECT browser_sha256, person_id, code_sha256, n_tries, expires_at FROM sign_in_code "
        "WHERE browser_sha256 = ? AND expires_at > ? AND n_tries <= ?",
        [browser_sha256, at, most],
    )
    return SignInCode(**rows[0]) if rows else None


def forget_codes_of(connection: Connection, person_id: str) -> None:
    """They may not sign in any more."""
    connection.execute("DELETE FROM sign_in_code WHERE person_id = ?", [person_id])


def forget_code(connection: Connection, browser_sha256: str) -> None:
    """It was used."""
    connection.execute("DELETE FROM sign_in_code WHERE browser_sha256 = ?", [browser_sha256])
