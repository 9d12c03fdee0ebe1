"""A small OpenID provider on loopback: real HTTP, real signatures, and it checks what a provider checks."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Literal
from urllib.parse import urlencode

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.endpoint import Answer, Endpoint

Json = dict[str, Any]
CLIENT_ID, SECRET = "caveat-test", "client-secret-Qz81-not-for-any-file"
KEY = RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"})


@dataclass
class Account:
    """Who is signed in at the provider."""

    sub: str = "sub-1"
    email: str | None = "gp@clinic.example"
    email_verified: object = True


@dataclass
class Ways:
    """How the provider misbehaves."""

    claims: Callable[[Json], Json] = field(default=lambda claims: claims)
    document: Callable[[Json], Json] = field(default=lambda document: document)
    sign: Callable[[Json], str] = field(default=lambda claims: jwt.encode({"alg": "RS256", "kid": "k1"}, claims, KEY))
    has_thin_token: bool = False
    """The address stands at the userinfo endpoint alone."""
    told_of: str | None = None
    """Of whom that endpoint speaks instead."""
    client: Literal["basic", "post", "public"] = "basic"
    """How a client shows who it is."""


class OidcProvider(Endpoint):
    """Where it listens, who is signed in there, and what it was asked."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(lambda _: Answer())
        self.clock = clock
        self.account, self.ways = Account(), Ways()
        self.codes: dict[str, Json] = {}
        self.n_redeemed = 0

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self._document),
                web.get("/authorize", self._authorize),
                web.post("/token", self._token),
                web.get("/keys", self._keys),
                web.get("/me", self._me),
            ]
        )
        return app

    async def _document(self, _: web.Request) -> web.Response:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/me",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return web.json_response(self.ways.document(document))

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert ("code", CLIENT_ID, "S256") == (
            asked["response_type"], asked["client_id"], asked["code_challenge_method"],
        )  # fmt: skip
        assert {"openid", "email"} == set(asked["scope"].split())
        code = token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        raise web.HTTPSeeOther(f"{asked['redirect_uri']}?{back}")

    async def _token(self, request: web.Request) -> web.Response:
        sent = await request.post()
        asked = self.codes.pop(str(sent["code"]), None)
        digest = hashlib.sha256(str(sent["code_verifier"]).encode()).digest()
        is_right = (
            asked is not None
            and self._is_client(request.headers.get("authorization"), {k: str(v) for k, v in sent.items()})
            and sent["redirect_uri"] == asked["redirect_uri"]
            and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        )
        if asked is None or not is_right:
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.n_redeemed += 1
        claims = self.ways.claims(self._claims(asked["nonce"]))
        token = {"access_token": "access-1", "token_type": "Bearer", "expires_in": 300}
        return web.json_response(token | {"id_token": self.ways.sign(claims)})

    def _is_client(self, header: str | None, sent: dict[str, str]) -> bool:
        basic = "Basic " + base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        shown = (header, sent.get("client_id"), sent.get("client_secret"))
        expected = {
            "basic": (basic, None, None),
            "post": (None, CLIENT_ID, SECRET),
            "public": (None, CLIENT_ID, None),
        }
        return expected[self.ways.client] == shown

    def _claims(self, nonce: str) -> Json:
        now = int(self.clock().timestamp())
        claims: Json = {"iss": self.issuer, "aud": CLIENT_ID, "sub": self.account.sub, "nonce": nonce}
        claims |= {"iat": now, "exp": now + 300}
        return claims if self.ways.has_thin_token else claims | self._address()

    def _address(self) -> Json:
        if self.account.email is None:
            return {}
        return {"email": self.account.email, "email_verified": self.account.email_verified}

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [KEY.as_dict(private=False)]})

    async def _me(self, request: web.Request) -> web.Response:
        assert "Bearer access-1" == request.headers.get("authorization")
        return web.json_response({"sub": self.ways.told_of or self.account.sub, **self._address()})
