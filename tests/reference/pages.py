"""Every page that is written from the code, by its file."""

from collections.abc import Callable, Mapping

from domain.qualification import QualificationSet
from domain.rubric import Rubric
from domain.scenario import Label, Response, Scenario
from judges.probing.metamorphic import MetamorphicCase
from pipeline.config import Config
from pipeline.importing.given import GivenVerdict
from pipeline.importing.sheet import SheetLine
from pipeline.packing.matrix import HazardMatrix
from pipeline.prices import Prices
from pipeline.recogniser.load import IdentifierSettings
from pipeline.site import Site
from tests.conftest import ROOT
from tests.reference import commands, records, roles
from tests.reference.words import page

FOLDER = ROOT / "docs/reference"
_CONFIGURATION = """Every key of a run's configuration (`Config`, in `config/*.yaml`), of the price file (`Prices`),
of how the workspace is reached (`Site`, in `config/site.yaml`) and of what looks for identifiers beside the gate's
rules (`IdentifierSettings`, in `config/identifiers.yaml`). An unknown key is an error.
[Formats](../formats.md) says more of the panel, the policy, the gate and the cache."""
_FILES = """Every key of the files that people write or other systems hand over. An unknown key is an error that names
file, line and key. [Formats](../formats.md) has examples."""

PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands.written,
    "configuration.md": lambda: page(
        "Configuration", _CONFIGURATION, *records.parts(Config, Prices, Site, IdentifierSettings)
    ),
    "files.md": lambda: page(
        "Files", _FILES, *records.parts(Scenario, Response, Label, GivenVerdict, SheetLine, Rubric, QualificationSet,
                                        MetamorphicCase, HazardMatrix),
    ),
    "roles-and-events.md": roles.written,
}  # fmt: skip
