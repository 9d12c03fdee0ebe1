"""What criteria are called, for pages that list them."""

from pipeline.store.connection import Connection
from pipeline.store.parsed import Stored, rubric_of
from pipeline.store.rows import fetch


def fetch_criterion_titles(connection: Connection) -> dict[str, str]:
    """Title, else question, by id, of every rubric that a run was judged by."""
    rows = fetch(connection, "SELECT rubric_sha256, body_json AS body FROM rubric ORDER BY rubric_id, version")
    rubrics = [rubric_of(Stored(row["rubric_sha256"], row["body"])) for row in rows]
    return {one.criterion_id: one.title or one.question for of in rubrics for one in of.criteria}
