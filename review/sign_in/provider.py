"""An OpenID provider, asked through Authlib: where to send a browser, and whom it vouches for when that comes back.

Every address is read from the provider's own document. What an id token says counts only after its signature, issuer,
audience, times and nonce were checked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from pipeline.site import OidcSignIn, is_secure
from review.rules.identity import Identity

_WAIT_S = 10.0
_LEEWAY_S = 60
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key that the provider alone has: never none, never a shared secret."""
_SCOPE = "openid email"
_DOCUMENT = "/.well-known/openid-configuration"

_NO_ANSWER = (httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError, KeyError)
"""What an answer that never came, or is no answer, raises."""

_Json = dict[str, Any]
_Client = Any
"""Authlib's OAuth2Client, which has no types."""


class ProviderError(Exception):
    """The provider vouches for nobody; `str()` is why, in a word, for the record."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The secrets of one try to sign in, which must come back or be matched."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider. Cheap to make: its document is read at the first sign-in, and kept."""

    def __init__(self, plan: OidcSignIn, secret: str | None, redirect_uri: str) -> None:
        self._plan, self._secret, self._redirect_uri = plan, secret, redirect_uri
        self._document: _Json = {}

    def may_be_from(self, sender: str) -> bool:
        """Whether an answer can be this provider's that names its sender so; not all do."""
        return sender.rstrip("/") in ("", self._plan.issuer)

    def address(self, attempt: Attempt) -> str:
        """Where a browser is sent. On shared computers people are asked which account it is to be.

        Raises:
            ProviderError: it cannot be reached, or is not what the configuration says.
        """
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._address_of("authorization_endpoint", client), state=attempt.state, nonce=attempt.nonce,
                code_verifier=attempt.verifier, prompt="select_account",
            )  # fmt: skip
        return str(url)

    def redeem(self, code: str, attempt: Attempt, now: datetime) -> Identity:
        """Whom the provider vouches for.

        Raises:
            ProviderError: nobody, or what it says does not hold.
        """
        try:
            with self._client() as client:
                token = self._token(client, code, attempt)
                claims = self._claims(client, token, attempt.nonce, now)
                claims |= self._address_claims(client, claims)
        except OAuthError:
            raise ProviderError("code_refused") from None
        except JoseError as error:
            raise ProviderError(f"token_refused: {getattr(error, 'claim', '') or error.error}") from None
        except _NO_ANSWER:
            raise ProviderError("no_usable_answer") from None
        is_verified = claims.get("email_verified") is True
        return Identity(str(claims["sub"]), str(claims.get("email", "")) if is_verified else "")

    def _token(self, client: _Client, code: str, attempt: Attempt) -> _Json:
        where = self._address_of("token_endpoint", client)
        offered = self._document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self._secret and "client_secret_basic" not in offered:
            client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 (a method's name)
        return dict(
            client.fetch_token(where, grant_type="authorization_code", code=code, code_verifier=attempt.verifier)
        )

    def _claims(self, client: _Client, token: _Json, nonce: str, now: datetime) -> _Json:
        """What the id token says, checked."""
        keys: Any = _fetched(client, self._address_of("jwks_uri", client))
        signed = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        read = jwt.decode(str(token["id_token"]), KeySet.import_key_set(keys), registry=signed)
        client_id = self._plan.client_id
        must: Any = {
            "iss": {"essential": True, "value": self._document["issuer"]},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True, "allow_blank": False},
        }
        known = {"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")}
        claims: Any = CodeIDToken(read.claims, read.header, must, known)
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
        return dict(read.claims)

    def _address_claims(self, client: _Client, claims: _Json) -> _Json:
        """The e-mail address, which some providers give at another place; only if it is of the same person."""
        where = self._document.get("userinfo_endpoint")
        if "email" in claims or where is None:
            return {}
        said = _fetched(client, self._address_of("userinfo_endpoint", client), withhold_token=False)
        return {name: said.get(name) for name in ("email", "email_verified")} if said["sub"] == claims["sub"] else {}

    def _address_of(self, name: str, client: _Client) -> str:
        if not self._document:
            self._document = self._read_document(client)
        where = str(self._document.get(name, ""))
        if not is_secure(where):
            raise ProviderError("misconfigured")
        return where

    def _read_document(self, client: _Client) -> _Json:
        try:
            document = _fetched(client, self._plan.issuer + _DOCUMENT)
        except _NO_ANSWER:
            raise ProviderError("unreachable") from None
        if str(document.get("issuer", "")).rstrip("/") != self._plan.issuer:
            raise ProviderError("misconfigured")
        return document

    def _client(self) -> _Client:
        return OAuth2Client(
            self._plan.client_id, self._secret, scope=_SCOPE, redirect_uri=self._redirect_uri,
            code_challenge_method="S256", timeout=_WAIT_S,
        )  # fmt: skip


def _fetched(client: _Client, where: str, *, withhold_token: bool = True) -> _Json:
    reply = client.request("GET", where, withhold_token=withhold_token)
    reply.raise_for_status()
    return dict(reply.json())
