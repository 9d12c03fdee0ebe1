"""Who may use which route, written down a second time: a change to the table of routes is meant twice, or fails here.

One line a route: trainer, evaluator, SME, lead, technical, safety officer; a star where what is said counts, so that
trainers and SMEs come in only once a lead has decided that they may review for real.
"""

from starlette.routing import Mount, Route

from domain.person import Role
from review.app import make_app
from review.ask import REVIEWERS, Row
from review.setup import Setup
from review.sign_in.demo import DemoWay
from tests.review.practising import PRACTICE
from tests.review.registered import every_way
from tests.review.test_gate import table

_LETTERS = {
    Role.TRAINER: "T", Role.EVALUATOR: "E", Role.SME: "S", Role.LEAD: "L", Role.TECHNICAL: "C",
    Role.SAFETY_OFFICER: "O",
}  # fmt: skip
MATRIX = """
......   GET  /sign-in
......   POST /sign-in/demo
TESLCO   POST /sign-out
TESLCO   POST /sign-out/everywhere
TESLCO   GET  /account
TESLCO   POST /account/digest
TESLCO   GET  /
T.S... * GET  /queue
T.S... * POST /queue/next
T.S... * POST /items/{item_id}/take
T.S... * GET  /items/{item_id}
T.S... * POST /items/{item_id}/renew
T.S... * POST /items/{item_id}/aside
T.S... * GET  /items/{item_id}/criteria/{number:int}
T.S... * POST /items/{item_id}/criteria/{number:int}
T.S... * GET  /items/{item_id}/overall
T.S... * POST /items/{item_id}/overall
T.S... * POST /items/{item_id}/draft
T.S... * GET  /items/{item_id}/check
T.S... * POST /items/{item_id}/lock
T.S... * GET  /items/{item_id}/reveal
T.S... * POST /items/{item_id}/reveal
T.S... * GET  /items/{item_id}/done
T.S...   GET  /own-work
T.S...   GET  /own-work/pair
T.S...   POST /own-work/pair
T.S...   GET  /practice
T.S...   GET  /practice/{number:int}
T.S...   POST /practice/{number:int}
T.S...   POST /practice/{number:int}/draft
...L..   GET  /readers
...L..   GET  /readers/{person_id:path}
...L..   POST /readers/{person_id:path}
..SL.O   GET  /escalations
..SL.O   GET  /escalations/{seq:int}
...L..   POST /escalations/{seq:int}/reopen
..SL.O   GET  /adjudications
..S... * POST /escalations/{seq:int}/claim
..S... * POST /escalations/{seq:int}/judge
..S... * POST /escalations/{seq:int}/settle
..S... * GET  /adjudications/{item_id}
..S... * POST /adjudications/{item_id}/read
..S... * POST /adjudications/{item_id}/settle
.E....   GET  /finished
.E....   GET  /finished/{seq:int}
.E....   POST /finished/{seq:int}/feedback
...L..   GET  /allocation
...L..   POST /allocation
...L.O   GET  /stops
...L.O   POST /stops
...L.O   POST /stops/{stop_id}/lift
...L..   GET  /people
...L..   POST /people
...L..   GET  /people/{person_id}
...L..   POST /people/{person_id}
...L..   POST /people/{person_id}/retire
T.SL..   GET  /scenarios
T.SL..   GET  /scenarios/{sha256}
T.SL..   POST /scenarios/{sha256}/review
T.SL..   POST /scenarios/{sha256}/reference
TESLCO   GET  /guidance
...L..   POST /guidance
TESLCO   POST /guidance/read
TESLCO   GET  /threads
TESLCO   GET  /threads/new
TESLCO   POST /threads
TESLCO   GET  /threads/{seq:int}
TESLCO   POST /threads/{seq:int}/reply
TESLCO   POST /threads/{seq:int}/move
T.SLCO   GET  /rejudgings/{seq:int}
..SLCO   GET  /changes
T.SL.O   GET  /rubrics
T.SL.O   GET  /rubrics/read
T.SL..   POST /rubrics/drafts
T.SL.O   GET  /rubrics/drafts/{seq:int}
T.SL.O   GET  /rubrics/drafts/{seq:int}/parts/{number:int}
T.SL..   POST /rubrics/drafts/{seq:int}/parts/{number:int}
T.SL..   POST /rubrics/drafts/{seq:int}/parts/{number:int}/remove
T.SL..   POST /rubrics/drafts/{seq:int}/criteria
T.SL..   POST /rubrics/drafts/{seq:int}/try
T.SL..   POST /rubrics/drafts/{seq:int}/offer
T.SL..   POST /rubrics/drafts/{seq:int}/back
T.SL..   POST /rubrics/drafts/{seq:int}/drop
..SL.. * GET  /scenarios/{sha256}/edit
..SL.. * POST /scenarios/{sha256}/edit
..SL.. * POST /rejudgings/{seq:int}/close
..SL.. * POST /written
..SL.. * POST /rubrics/drafts/{seq:int}/approve
...L.O   GET  /comparison
...L.O   GET  /comparison/differing
...L.O   GET  /comparison/items/{item_id}
"""


def line_of(row: Row) -> str:
    roles = "".join(letter if role in row.roles else "." for role, letter in _LETTERS.items())
    return f"{roles} {'*' if row.is_real else ' '} {row.method:4} {row.path}"


def test_every_route_is_in_the_matrix_with_its_roles() -> None:
    assert sorted(MATRIX.strip("\n").splitlines()) == sorted(map(line_of, table()))


def test_the_application_answers_at_no_address_beyond_the_matrix() -> None:
    setup = Setup(None, [DemoWay()], ["127.0.0.1"], PRACTICE)  # type: ignore[arg-type]  # no request reaches the store
    known = {line.split(maxsplit=2)[-1].split()[-1] for line in MATRIX.strip("\n").splitlines()}
    beyond = [one for one in make_app(setup).routes if not isinstance(one, Route) or one.path not in known]
    assert {"/static/charts.css", "/static"} == {one.path for one in beyond if isinstance(one, Route | Mount)}
    assert 2 == len(beyond)


def test_ways_to_sign_in_add_routes_below_the_sign_in_page_alone() -> None:
    for way in every_way("https://clinic.example"):
        for row in way.rows():
            assert row.path.startswith("/sign-in/"), row.path


def test_what_is_said_of_items_counts_for_nobody_who_may_not_review_for_real() -> None:
    """Every form about an item is for the qualified; nobody but those who judge is asked to be."""
    for row in table():
        if row.path.startswith("/items/"):
            assert row.is_real, row.path
            assert row.roles == REVIEWERS, row.path
