"""An accepted edit of a scenario becomes its next version; what was judged stays tied to the text it was judged by."""

from datetime import datetime
from pathlib import Path

from domain.person import Person
from domain.scenario import Scenario
from pipeline.authoring.scenario_files import find_scenario
from pipeline.store.connection import Connection
from pipeline.store.scenario_versions import fetch_newer, fetch_scenario_versions, record_scenario_version
from review.rules.lease import stamp


def change(
    connection: Connection,
    root: Path,
    before: Scenario,
    after: Scenario,
    because: str,
    review_seq: int | None,
    person: Person,
    now: datetime,
) -> str:
    """Keep the version; its file is written after. Returns why not."""
    if refused := _why_not(connection, root, before, after, because):
        return refused
    record_scenario_version(connection, after, before, because.strip(), review_seq, person.person_id, stamp(now))
    return ""


def _why_not(connection: Connection, root: Path, before: Scenario, after: Scenario, because: str) -> str:
    if not because.strip():
        return "Say why it is changed"
    if after.sha256 == before.sha256:
        return "Nothing is changed yet"
    if fetch_newer(connection, before.sha256) is not None:
        return "It has a newer version already; change that one"
    line = find_scenario(root, before.scenario_id)
    if line is None:
        return "No scenario file of this workspace holds it, so it cannot be changed here"
    unwritten = [one for one in fetch_scenario_versions(connection, before.scenario_id) if one.written_at is None]
    if before.sha256 not in (line.scenario.sha256, *(one.scenario_sha256 for one in unwritten)):
        return "Its file holds another text by now; change that one"
    return ""
