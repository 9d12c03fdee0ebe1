"""A million verdicts and 50,000 labels, out of the store and compared in every grouping, 2,000 replicates each.

Target: under 60 seconds on two cores, reading included.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from agreement.estimate import Codes, Floats
from agreement.panel import VIOLATED
from agreement.resample import Resampling
from benchmarks.agreement_size import CANDIDATES, CRITERIA, JUDGES, REPLICATES, SCENARIOS, SECONDS, drawn
from domain.verdict import VerdictValue
from pipeline.comparing.compared import Compared, compared
from pipeline.store.address import open_store
from pipeline.store.connection import Connection, Store
from pipeline.store.labels import fetch_labels
from pipeline.store.questions import fetch_asked

_N_ITEMS = SCENARIOS * CANDIDATES
_FILL = f"""
    INSERT INTO run VALUES ('n', 'n', '{{"config": {{"policy": {{}}}}, "content": {{}}}}', '', TRUE, 't', NULL);
    INSERT INTO judge SELECT 'n', 'j' || j, '', 'm', FALSE, '{{}}' FROM range({JUDGES}) t(j);
    INSERT INTO response SELECT 'i' || i, 'n', i + 1, 's' || i // {CANDIDATES}, '', 'c' || i % {CANDIDATES}, '', 0,
        'completed', '', '', '', 'm', NULL, 't' FROM item;
    INSERT INTO disposition (item_id, run_id, journal_offset, disposition, reasons_json, inclusion_probability, lane,
        priority, is_provisional, routed_at)
        SELECT 'i' || i, 'n', i + 1, CASE WHEN pi > 0.5 THEN 'flagged' ELSE 'cleared' END, '[]', pi,
        CASE WHEN is_drawn > 0 OR pi > 0.5 THEN 'audit' END, 0, TRUE, 't' FROM item;
    INSERT INTO verdict (verdict_id, run_id, journal_offset, item_id, judge_id, rubric_id, criterion_id,
        criterion_sha256, value, severity, reason, evidence_json, expected, judged_at, repeat_number)
        SELECT '', 'n', row_number() OVER () + 1000000, 'i' || i, 'j' || j, 'r' || k % 5, 'k' || k, '',
        ['violated', 'satisfied', 'not_applicable', 'cannot_tell'][code + 1], ['minor', 'major'][k % 2 + 1], '', '[]',
        '', 't', 0 FROM found;
    INSERT INTO label SELECT 's' || i // {CANDIDATES}, 'c' || i % {CANDIDATES}, 0, 'k' || k, 'p',
        CASE WHEN says > 0 THEN '{VerdictValue.VIOLATED}' ELSE '{VerdictValue.SATISFIED}' END, NULL, '', TRUE, NULL, 1
        FROM said"""  # noqa: S608 (our text)


def main() -> int:
    """Fill a store, then read and compare."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "s.duckdb"), Path(folder))
        n_labels = _fill(store)
        start = time.perf_counter()
        with store.reading() as connection:
            night, labels = fetch_asked(connection, "n"), fetch_labels(connection)
        read = time.perf_counter() - start
        found = compared([night], {"n": labels}, Resampling(np.random.default_rng(2), REPLICATES))
    seconds = time.perf_counter() - start
    print(f"{len(night.found):,} verdicts, {n_labels:,} labels, {_intervals(found):,} intervals of judges")
    print(f"{read:.1f} seconds to read")
    print(f"{seconds:.1f} seconds in all (target: under {SECONDS})")
    return 0 if seconds < SECONDS and len(night.found) >= 1_000_000 and n_labels >= 50_000 and _intervals(found) else 1


def _intervals(found: Compared) -> int:
    every = [one for groups in found.groups.values() for group in groups for one in group.judges.values()]
    return sum(rate.low is not None for one in every for rate in one.rates)


def _fill(store: Store) -> int:
    """Responses that many judges call violated are flagged and read; of the rest an eighth is audited."""
    rng = np.random.default_rng(3)
    verdicts = drawn(rng)[0].verdicts
    accused = (verdicts == VIOLATED).sum(axis=1)
    pi = np.where(accused.reshape(_N_ITEMS, CRITERIA).mean(axis=1) > 1.1, 1.0, 0.125)
    is_drawn = (rng.random(_N_ITEMS) < pi).astype(np.intp)
    read = np.flatnonzero(np.repeat(is_drawn, CRITERIA))
    says = ((2 * accused > JUDGES) ^ (rng.random(len(accused)) < 0.05)).astype(np.intp)
    item, criterion = np.divmod(np.arange(len(accused)), CRITERIA)
    with store.writing() as connection:
        _table(connection, "item", i=np.arange(_N_ITEMS), is_drawn=is_drawn, pi=pi)
        _table(connection, "said", i=item[read], k=criterion[read], says=says[read])
        _table(
            connection, "found", i=np.repeat(item, JUDGES), k=np.repeat(criterion, JUDGES),
            j=np.tile(np.arange(JUDGES), len(item)), code=verdicts.ravel(),
        )  # fmt: skip
        for statement in _FILL.split(";\n"):
            connection.execute(statement)
    return len(read)


def _table(connection: Connection, name: str, **columns: Codes | Floats) -> None:
    types = {one: "DOUBLE" if values.dtype.kind == "f" else "BIGINT" for one, values in columns.items()}
    cells = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {one}" for one, kind in types.items())
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {cells}", [one.tolist() for one in columns.values()])


if __name__ == "__main__":
    sys.exit(main())
