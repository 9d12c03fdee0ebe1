"""The page that a clinical safety officer signs: what was looked at, what is missing, and what they decide."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from domain.record import content_sha256
from pipeline.packing.manifest import PackedFile
from pipeline.packing.sources import Sources
from pipeline.store.results import RunFacts

_ENVIRONMENT = Environment(
    loader=PackageLoader("pipeline", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignOff:
    """Everything on the page."""

    run: RunFacts
    sources: Sources
    files: Mapping[str, PackedFile]
    """All others of the pack."""

    @property
    def n_hazards(self) -> int:
        """Rows of the hazard log."""
        return len({(one.criterion_id, one.candidate_id) for one in self.sources.confirmed})

    @property
    def drafts(self) -> list[str]:
        """Rubrics that no clinician has approved."""
        return [f"{one.rubric_id} {one.version}" for one in self.sources.rubrics if one.status != "approved"]

    @property
    def digest(self) -> str:
        """Of the files' names and hashes: what the signature is about."""
        return content_sha256({name: one.file_sha256 for name, one in self.files.items()})


def render_sign_off(page: SignOff) -> str:
    """The whole document."""
    return _ENVIRONMENT.get_template("sign-off.html").render(page=page)
