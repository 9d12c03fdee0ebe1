"""How a team's workspace is reached: its address, ways to sign in, mail and digest. One strict YAML file."""

import ipaddress
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from domain.errors import InputError
from domain.person import Role
from domain.record import Record
from judges.secrets import secret_named
from pipeline.files.text import read_text
from pipeline.files.yamlfile import load_yaml

SITE = "config/site.yaml"
_Text = Annotated[str, Field(min_length=1, max_length=500)]


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this computer's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_secure(url: str) -> bool:
    """Whether what is sent there cannot be read on the way."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
    except ValueError:
        return False
    return bool(host) and (scheme == "https" or (scheme == "http" and is_loopback(host)))


class Secret(Record):
    """Where a secret is kept: never in the configuration itself."""

    env: _Text | None = None
    """A variable of the environment, or a name in the secrets file (`CAVEAT_SECRETS`)."""
    file: _Text | None = None
    """A file that holds it and nothing else, relative to the workspace."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("expected env (a variable's name) or file (a path), one of them")
        return self

    def read(self, root: Path, environ: Mapping[str, str]) -> str:
        """The secret.

        Raises:
            InputError: the variable is not set, or the file cannot be read or is empty.
        """
        if self.env is not None:
            found, place = secret_named(self.env, environ), f"the environment variable {self.env}"
        else:
            found, place = read_text(root / str(self.file)).strip(), f"the file {self.file}"
        if not found:
            raise InputError(f"{place} holds no secret; set it")
        return found


class OidcSignIn(Record):
    """The organisation's own sign-in, by OpenID Connect."""

    issuer: _Text
    """The address of whoever vouches for people, https."""
    client_id: _Text
    """What the workspace is called there."""
    client_secret: Secret | None = None
    """None: a public client; PKCE is used either way."""
    label: _Text = "your organisation's account"
    """What people call it."""

    @field_validator("issuer")
    @classmethod
    def _is_secure(cls, value: str) -> str:
        if not is_secure(value):
            raise ValueError("expected an https address (http on this computer alone)")
        return value.rstrip("/")


class HeaderSignIn(Record):
    """A proxy that signs people in before they come here, and says in a header who they are."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")]
    """Of the header."""
    holds: Literal["email", "subject"] = "email"
    """Whether its value is an address or a subject."""


class SignIn(Record):
    """The ways that are on."""

    oidc: OidcSignIn | None = None
    """By the organisation's own accounts."""
    header: HeaderSignIn | None = None
    """By what a proxy in front says."""
    email_code: bool = False
    """A code sent to the address of whoever is registered."""

    @model_validator(mode="after")
    def _is_any(self) -> Self:
        if self.oidc is None and self.header is None and not self.email_code:
            raise ValueError("expected at least one way: oidc, header or email_code")
        return self


class Mail(Record):
    """The mail server that letters are handed to."""

    host: _Text
    """Its name or address."""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    """Where it listens."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """none: on this computer alone, where a relay listens."""
    username: _Text | None = None
    """To sign in there, with `password`."""
    password: Secret | None = None
    """Where the password is kept."""
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    """The address that letters come from."""

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError("expected security starttls or tls; none is for a relay on this computer")
        if (self.username is None) != (self.password is None):
            raise ValueError("expected username and password together, or neither")
        return self


class DigestPlan(Record):
    """To whom `caveat digest` says what waits."""

    webhook: Secret | None = None
    """A Slack-compatible address; it is a secret, because whoever has it can post."""
    roles: tuple[Role, ...] = ()
    """Whoever has one of these roles, an address, and has not refused gets it by e-mail."""

    @model_validator(mode="after")
    def _is_any(self) -> Self:
        if self.webhook is None and not self.roles:
            raise ValueError("expected a webhook, or roles that get it by e-mail, or both")
        return self


class Site(Record):
    """All of it."""

    schema_: Annotated[Literal["site/1"], Field(alias="schema")]
    url: _Text
    """As browsers reach it: scheme and name, no path."""
    proxies: tuple[_Text, ...] = ()
    """Addresses or networks of proxies whose word is taken for who comes through them."""
    sign_in: SignIn | None = None
    """How people sign in; without it, `caveat serve` needs --demo."""
    mail: Mail | None = None
    """The mail server; codes and digests by e-mail need it."""
    digest: DigestPlan | None = None
    """Who is told what waits."""

    @field_validator("url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if not is_secure(value) or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
            raise ValueError("expected https and a name without a path (http on this computer alone)")
        return value.rstrip("/")

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if ipaddress.ip_network(one).prefixlen == 0:
                raise ValueError(f"expected the proxies' own addresses; {one} is everybody")
        return value

    @model_validator(mode="after")
    def _has_mail(self) -> Self:
        sends_codes = self.sign_in is not None and self.sign_in.email_code
        sends_digests = self.digest is not None and bool(self.digest.roles)
        if (sends_codes or sends_digests) and self.mail is None:
            raise ValueError("mail is missing; codes and digests by e-mail need it")
        return self


@contextmanager
def named(path: Path) -> Generator[None]:
    """Errors that come of what a site says name its file."""
    try:
        yield
    except InputError as error:
        if error.file is not None:
            raise
        raise InputError(error.problem, file=path, key=error.key) from None


def load_site(path: Path) -> Site:
    """Read the file.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    return load_yaml(Site, path)
