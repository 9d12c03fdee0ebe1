"""The application: the table of routes behind the gate, static files, and headers around it all."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from review.gate import MOST_BYTES, Gate
from review.headers import SecurityHeaders
from review.routes import rows
from review.setup import Setup

STATIC = Path(__file__).parent / "static"

_SENTENCES = {
    404: "There is no such page",
    405: "This page cannot be asked for in this way",
    413: "What you sent is too large; nothing was saved. Shorten it and send it again",
}


def make_app(setup: Setup) -> Starlette:
    """The application on a store."""
    gate = Gate(setup)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return gate.refusal(request, status, _SENTENCES.get(status, "This request cannot be served"))

    async def failed(request: Request, _error: Exception) -> Response:
        return gate.refusal(request, 500, "Something went wrong on our side; what you sent may not have been saved")

    routes = [Route(row.path, gate.endpoint(row), methods=[row.method]) for row in rows(setup)]
    return Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=STATIC))],
        middleware=[
            Middleware(SecurityHeaders, is_https=setup.is_https),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(setup.hosts), www_redirect=False),
        ],
        exception_handlers={HTTPException: refused, Exception: failed},
        max_body_size=2 * MOST_BYTES,  # for what does not say its length; what does is refused in words
    )
