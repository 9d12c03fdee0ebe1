"""What PostgreSQL needs beside the schema: it looks single rows up among millions, where DuckDB reads columns.

No migration, because DuckDB is better off without: it would write such an index anew with every visit. They are made
whenever the schema is brought forward.
"""

INDEXES = (
    "CREATE INDEX IF NOT EXISTS response_item ON response (item_id)",
    "CREATE INDEX IF NOT EXISTS verdict_item ON verdict (item_id)",
    "CREATE INDEX IF NOT EXISTS judge_failure_item ON judge_failure (item_id)",
    "CREATE INDEX IF NOT EXISTS disposition_item ON disposition (item_id)",
    # in the orders in which the queue and a run's items are listed
    (
        "CREATE INDEX IF NOT EXISTS disposition_waiting ON disposition (priority DESC, routed_at, item_id) "
        "WHERE lane IS NOT NULL"
    ),
    "CREATE INDEX IF NOT EXISTS disposition_worst ON disposition (run_id, priority DESC, item_id)",
)
