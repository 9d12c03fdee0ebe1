"""Certificates of judges that moved against frozen anchors: void from then on."""

from datetime import UTC, datetime

from agreement.drift.cause import Cause
from pipeline.anchors import Comparison
from pipeline.certify import void_for_drift
from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE


def void_moved(place: Store, found: Comparison, anchor_set: str, panel_sha256: str, by: str) -> list[str]:
    """Void every certificate of judges that moved; gives their ids."""
    if Cause.JUDGES_MOVED not in found.attribution.causes:
        return []
    why = f"{anchor_set}, run {found.nights[-1]}: {'; '.join(found.judges.alarms)}"
    with place.writing(PEOPLE) as connection:
        return void_for_drift(connection, panel_sha256, datetime.now(UTC), by, why)
