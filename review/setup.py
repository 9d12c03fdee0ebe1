"""What a server is started with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes

from domain.identifiers.recogniser import Recogniser
from pipeline.qualification import Practice
from pipeline.store.connection import Store
from review.rules.proxies import Proxies
from review.sign_in.way import SignInWay


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Setup:
    """The store, the ways to sign in, and how the server is reached."""

    store: Store
    ways: Sequence[SignInWay]
    hosts: Sequence[str]
    """Names under which browsers reach it; others are refused, or a foreign site could act as its own."""
    practice: Sequence[Practice] = ()
    """What people new to the work practise on."""
    recogniser: Recogniser | None = None
    """Looks at what people write, beside the gate's rules."""
    is_https: bool = False
    proxies: Proxies = field(default_factory=Proxies)
    """Believed about who comes through them."""
    clock: Callable[[], datetime] = _now
    root: Path = Path()
    """The workspace: where rubrics and scenarios lie as files."""
    secret: bytes = field(default_factory=lambda: token_bytes(32))
    """Binds the forms of those who have not signed in to their browser; new with every start."""
