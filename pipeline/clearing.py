"""What lets a run clear: looked up when it begins and again as it goes, so that a stop is obeyed."""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.errors import StoreError
from domain.routing import NO_CLEARANCE, Clearance, InForce, Stopped
from judges.judge import Judge
from pipeline.certify import fetch_certified
from pipeline.in_force import stopped_for
from pipeline.inputs import Inputs
from pipeline.panel_view import Panel
from pipeline.store.connection import Store
from pipeline.store.stops import fetch_stops

_NOTHING = Clearance(stopped=Stopped(everything=True))


class Clearing:
    """What may clear by a run's panel: certificates in force, and no stop. What cannot be looked up clears nothing."""

    def __init__(self, store: Store, run_id: str, inputs: Inputs, judges: Sequence[Judge]) -> None:
        self._store = store
        self._rubrics = inputs.rubrics
        self._panel = Panel(
            run_id,
            {one.spec.judge_id: one.fingerprint for one in judges},
            inputs.config.policy.model_dump(mode="json"),
            {one.spec.judge_id: one.spec.model_dump(mode="json") for one in judges},
        )
        self._clearance = _NOTHING
        self.look()

    def now(self) -> Clearance:
        """As it was looked up last."""
        return self._clearance

    def look(self) -> None:
        """Look again."""
        try:
            self._clearance = self._found()
        except StoreError:  # somebody holds the store: until it can be read, nothing clears
            self._clearance = _NOTHING

    def _found(self) -> Clearance:
        if not self._store.exists():
            return NO_CLEARANCE
        with self._store.reading() as connection:
            stops = fetch_stops(connection)
            rows = fetch_certified(connection, self._panel, self._rubrics, datetime.now(UTC))
        certificates = {
            subject: InForce(row.certificate_id, row.threshold)
            for subject, row in rows.items()
            if row.threshold is not None
        }
        return Clearance(certificates, stopped_for(stops, self._panel))
