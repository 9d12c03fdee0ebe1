"""Which certificates let a run clear: looked up when it begins and again as it goes, so that a stop is obeyed."""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.errors import StoreError
from domain.routing import NO_CERTIFICATE, Certificates, InForce
from judges.judge import Judge
from pipeline.certify import fetch_certified
from pipeline.inputs import Inputs
from pipeline.panel_view import Panel
from pipeline.store.connection import Store


class Clearing:
    """The certificates in force for a run's panel. What cannot be looked up is not in force."""

    def __init__(self, store: Store, run_id: str, inputs: Inputs, judges: Sequence[Judge]) -> None:
        self._store = store
        self._rubrics = inputs.rubrics
        self._panel = Panel(
            run_id,
            {one.spec.judge_id: one.fingerprint for one in judges},
            inputs.config.policy.model_dump(mode="json"),
            {one.spec.judge_id: one.spec.model_dump(mode="json") for one in judges},
        )
        self._certificates = NO_CERTIFICATE
        self.look()

    def now(self) -> Certificates:
        """As they were looked up last."""
        return self._certificates

    def look(self) -> None:
        """Look again."""
        try:
            self._certificates = self._found()
        except StoreError:  # somebody holds the store: until it can be read, nothing clears by certificate
            self._certificates = NO_CERTIFICATE

    def _found(self) -> Certificates:
        if not self._store.exists():
            return NO_CERTIFICATE
        with self._store.reading() as connection:
            rows = fetch_certified(connection, self._panel, self._rubrics, datetime.now(UTC))
        return {
            subject: InForce(row.certificate_id, row.threshold)
            for subject, row in rows.items()
            if row.threshold is not None
        }
