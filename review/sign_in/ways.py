"""The ways to sign in that a site has on, in the order of the page."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import InputError
from pipeline.posting.mail import Postman
from pipeline.site import OidcSignIn, Site
from review.rules.proxies import Proxies
from review.sign_in.email_code import EmailCodeWay
from review.sign_in.header import HeaderWay
from review.sign_in.oidc import CALLBACK, OidcWay
from review.sign_in.provider import Provider
from review.sign_in.way import SignInWay

_THIS_COMPUTER = ("127.0.0.0/8", "::1/128")


def proxies_of(site: Site, *, is_on_loopback: bool) -> Proxies:
    """Whom the server believes about who comes.

    Args:
        site: the configuration.
        is_on_loopback: whether only this computer reaches the server; then only this computer can be the proxy.

    Raises:
        InputError: a proxy is to sign people in, and anybody could pass for it.
    """
    signs_in = site.sign_in is not None and site.sign_in.header is not None
    if signs_in and not site.proxies and not is_on_loopback:
        raise InputError(
            "sign_in.header is on and the server listens beyond this computer: expected proxies, the addresses of "
            "those that may say who comes",
            key="proxies",
        )
    return Proxies.of(site.proxies or (_THIS_COMPUTER if signs_in else ()))


def ways_of(site: Site, proxies: Proxies, root: Path, environ: Mapping[str, str]) -> list[SignInWay]:
    """Each way that is on.

    Raises:
        InputError: none is, or a secret that one needs is not there.
    """
    if site.sign_in is None:
        raise InputError("no way to sign in is set up; expected oidc, header or email_code", key="sign_in")
    ways: list[SignInWay] = []
    if site.sign_in.oidc is not None:
        ways.append(_oidc(site.sign_in.oidc, site.url, root, environ))
    if site.sign_in.header is not None:
        ways.append(HeaderWay(site.sign_in.header, proxies))
    if site.sign_in.email_code and site.mail is not None:
        ways.append(EmailCodeWay(Postman(site.mail, root, environ).send, urlsplit(site.url).netloc))
    return ways


def _oidc(plan: OidcSignIn, url: str, root: Path, environ: Mapping[str, str]) -> OidcWay:
    secret = plan.client_secret.read(root, environ) if plan.client_secret is not None else None
    return OidcWay(Provider(plan, secret, url + CALLBACK), plan.label)


def said_of(site: Site) -> list[str]:
    """What is on, for whoever starts the server."""
    if site.sign_in is None:
        return []
    found: list[str] = []
    if (oidc := site.sign_in.oidc) is not None:
        found.append(f"OpenID Connect ({oidc.issuer}, comes back to {site.url}{CALLBACK})")
    if (header := site.sign_in.header) is not None:
        believed = ", ".join(site.proxies or _THIS_COMPUTER)
        found.append(f"the header {header.name} ({header.holds}), believed from {believed}")
    if site.sign_in.email_code and site.mail is not None:
        found.append(f"a code by e-mail (through {site.mail.host})")
    return found
