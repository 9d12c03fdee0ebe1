"""Caveat from Python: the command line's runs, figures and files, in a script or a notebook.

    import caveat

    ward = caveat.init("ward")                        # or caveat.Workspace("ward"), where there is one
    night = ward.run("config/demo.yaml")              # run again, it continues where it stopped
    print(night)
    night.queue().to_pandas()
    ward.import_labels("ours.csv")
    night.compare().figures().to_pandas()

The same store, journal, words and exit codes as the command `caveat`: what is begun here can be gone on with there.
Every foreseen error is a `CaveatError`: its text is the whole sentence, its `exit_code` the command's.
"""

from caveat.results import Comparison, Difference, Estimate, Gate, MinutesPlan, Written
from caveat.run import EndedRun, Run
from caveat.tables import Table
from caveat.workspace import Workspace, init
from domain.errors import (
    BatchError,
    CaveatError,
    EndpointDownError,
    InputError,
    RunHeldError,
    RunMismatchError,
    StoreError,
)
from pipeline.config import Config
from pipeline.doctor import Check
from pipeline.gate.outcome import Outcome
from pipeline.packing.manifest import Manifest
from pipeline.reporting.picture import Picture
from pipeline.store.certificates import CertificateRow

__all__ = [
    "BatchError",
    "CaveatError",
    "CertificateRow",
    "Check",
    "Comparison",
    "Config",
    "Difference",
    "EndedRun",
    "EndpointDownError",
    "Estimate",
    "Gate",
    "InputError",
    "Manifest",
    "MinutesPlan",
    "Outcome",
    "Picture",
    "Run",
    "RunHeldError",
    "RunMismatchError",
    "StoreError",
    "Table",
    "Workspace",
    "Written",
    "init",
]
