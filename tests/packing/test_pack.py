"""The evidence pack: everything that a safety officer needs, the same bytes for the same run, and any change shows."""

import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from zipfile import ZipFile

import orjson
import pytest

from domain.errors import InputError
from domain.record import text_sha256
from pipeline.packing.check import check_pack
from pipeline.packing.matrix import PATH
from pipeline.packing.sbom import bill_of_materials
from tests.conftest import ROOT, Workspace
from tests.flow import facts, invoke
from tests.read import CALM, FORMULA, SAFE, item, night, reads, satisfied, violated
from tests.xlsx import formulas_and_links, offered, sheets


@pytest.fixture
def read(workspace: Workspace) -> Workspace:
    """A run of which a clinician confirmed a violation."""
    return confirmed(workspace)


def confirmed(workspace: Workspace) -> Workspace:
    night(workspace)
    reads(workspace, "dr-ann", CALM, violated())
    return workspace


def packed(workspace: Workspace, name: str = "e.zip") -> Path:
    assert 0 == invoke(workspace, "export", "c", "--pack", name).exit_code
    return workspace.root / name


def contents(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, files: dict[str, bytes]) -> Path:
    with ZipFile(path, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


def rows(body: bytes) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(io.StringIO(body.decode(), newline="")))


def test_a_pack_holds_what_decided_the_run_what_came_of_it_and_what_people_did(anywhere: Workspace) -> None:
    files = contents(packed(confirmed(anywhere)))
    assert {
        "report.html", "run.xlsx", "hazard_log.csv", "configuration.json", "versions.json", "sbom.cdx.json",
        "rubrics/r1-0.1.0.json", "prompts/system.md", "events.jsonl", "verification.json", "stops.json",
        "tables/certificates.jsonl", "tables/responses.jsonl", "sign-off.html", "hazards-of-caveat.md", "manifest.json",
    } < set(files)  # fmt: skip
    (hazard,) = rows(files["hazard_log.csv"])
    assert ("late treatment", "major", "1") == (
        hazard["harm"], hazard["severity_of_one_patient"], hazard["responses_confirmed"]
    )  # fmt: skip
    manifest = orjson.loads(files["manifest.json"])
    assert ([], True) == (manifest["missing"], manifest["provisional"])
    checks = orjson.loads(files["verification.json"])
    assert (True, True) == (checks["chain"]["verified"], checks["store"]["verified"])
    last = orjson.loads(files["events.jsonl"].splitlines()[-1])
    assert (last["seq"], last["sha256"]) == (checks["chain"]["head"]["seq"], checks["chain"]["head"]["sha256"])
    assert (ROOT / "docs/hazards.md").read_bytes() == files["hazards-of-caveat.md"]
    versions = orjson.loads(files["versions.json"])
    assert manifest["run_id"] == "c"
    assert versions["content_sha256"] == orjson.loads(files["configuration.json"])["content"]


def test_the_same_run_gives_the_same_bytes(read: Workspace) -> None:
    assert packed(read, "a.zip").read_bytes() == packed(read, "b.zip").read_bytes()


def test_its_workbook_has_the_hazard_log_first_and_no_formula(read: Workspace) -> None:
    path = read.write("run.xlsx", contents(packed(read))["run.xlsx"])
    assert [] == formulas_and_links(path)
    found = sheets(path)
    assert ["About", "hazard_log"] == list(found)[:2]
    assert any(FORMULA in row for row in found["judgements"])


def test_what_was_done_elsewhere_is_in_the_chain_and_its_content_is_not(read: Workspace) -> None:
    with_other = [orjson.loads(line) for line in contents(packed(read))["events.jsonl"].splitlines()]
    assert [item(CALM)] == [one["subject_id"] for one in with_other if "subject_id" in one]
    night_two = Workspace(read.root / "other", str(read.root / read.store))
    night(night_two, run_id="d")
    invoke(night_two, "export", "d", "--pack", "d.zip")
    links = [orjson.loads(line) for line in contents(night_two.root / "d.zip")["events.jsonl"].splitlines()]
    assert [{"seq", "prev_sha256", "sha256"}] * 2 == list(map(set, links))
    assert [] == check_pack(night_two.root / "d.zip").amiss


def test_a_pack_as_it_was_written_is_verified(read: Workspace) -> None:
    packed(read)
    found = facts(read, "verify", "--pack", "e.zip")
    assert (True, "c", []) == (found["verified"], found["run_id"], found["broken"])
    assert invoke(read, "verify", "--pack", "e.zip").stdout.startswith("All ")


def test_whatever_was_changed_taken_out_or_put_in_is_named(read: Workspace) -> None:
    files = contents(packed(read))
    changed = {**files, "report.html": files["report.html"] + b" ", "extra.txt": b"x"}
    del changed["prompts/system.md"]
    rewritten(read.root / "e.zip", changed)
    said = invoke(read, "verify", "--pack", "e.zip")
    assert 2 == said.exit_code
    assert said.stdout.splitlines()[1:] == [
        "extra.txt: was added", "prompts/system.md: is missing", "report.html: was changed",
    ]  # fmt: skip


def test_an_outsider_checks_it_with_nothing_but_the_zip(read: Workspace) -> None:
    folder, program = read.root / "unpacked", read.root / "check.py"
    with ZipFile(packed(read)) as archive:
        archive.extractall(folder)
        digest = orjson.loads(archive.read("manifest.json"))["digest"]
    text = (folder / "README.txt").read_text(encoding="utf-8")
    assert all(f"  {name}\n" in text for name in contents(read.root / "e.zip") if name != "README.txt")
    program.write_text(
        dedent(text[text.index("  import hashlib") : text.index("Events of other runs")]), encoding="utf-8"
    )

    def checked() -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-I", program, folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert 0 == subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode
    code, said = checked()
    assert (0, True) == (code, f"As it was written.\nDigest {digest}; " in said)
    for name, old, new, problem in (
        ("events.jsonl", b'"seq":1,', b'"seq":2,', "event 2 is not as it was written"),
        ("hazard_log.csv", b"hazard_id", b"hazard-id", "hazard_log.csv: was changed"),
        ("manifest.json", b'"c"', b'"d"', "manifest.json: was changed"),
    ):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(old, new, 1))
        code, said = checked()
        assert (2, True) == (code, problem in said), said


@pytest.mark.parametrize("name", ["events.jsonl", "sign-off.html", "hazard_log.csv", "tables/findings.jsonl"])
def test_a_change_of_one_byte_shows_wherever_it_is(read: Workspace, name: str) -> None:
    files = contents(packed(read))
    body = bytearray(files[name])
    body[len(body) // 2] ^= 1
    found = check_pack(rewritten(read.root / "e.zip", {**files, name: bytes(body)}))
    assert name in {one.name for one in found.amiss}


def test_a_manifest_made_to_fit_shows_by_its_digest_and_the_chain(read: Workspace) -> None:
    files = contents(packed(read))
    events = files["events.jsonl"].replace(b"dr-ann", b"dr-bob")
    manifest = files["manifest.json"].replace(
        text_sha256(files["events.jsonl"].decode()).encode(), text_sha256(events.decode()).encode()
    )
    found = check_pack(rewritten(read.root / "e.zip", {**files, "events.jsonl": events, "manifest.json": manifest}))
    assert [
        ("manifest.json", "was changed: it does not have its own digest any more"),
        ("events.jsonl", "event 2: its content is not what was written"),
    ] == [tuple(one) for one in found.amiss]


def test_prompts_that_are_no_longer_the_runs_are_left_out_and_the_pack_says_that_it_is_incomplete(
    read: Workspace,
) -> None:
    read.write("prompts/system.md", "Other words.")
    said = invoke(read, "export", "c", "--pack", "e.zip").stdout
    assert re.search(r"INCOMPLETE: prompts \(SHA-256 [0-9a-f]{64}\): those in the workspace are others by now", said)
    files = contents(read.root / "e.zip")
    assert not [name for name in files if name.startswith("prompts/")]
    assert "INCOMPLETE when it was written: prompts" in invoke(read, "verify", "--pack", "e.zip").stdout


def test_the_sign_off_page_says_what_is_missing_and_unread(read: Workspace) -> None:
    (read.root / "prompts/system.md").unlink()
    invoke(read, "export", "c", "--pack", "e.zip")
    page = contents(read.root / "e.zip")["sign-off.html"].decode()
    assert "<strong>Incomplete.</strong>" in page
    assert "<strong>Provisional.</strong>" in page
    assert "2, of which clinicians read 1" in page
    assert "0 (a gap in coverage, and no clearance)" in page
    assert "r1 0.1.0" in page
    assert "<script" not in page


def test_what_nobody_read_is_counted_as_a_gap(workspace: Workspace) -> None:
    night(workspace)
    reads(workspace, "dr-ann", SAFE, satisfied())
    assert "1 (a gap in coverage, and no clearance)" in contents(packed(workspace))["sign-off.html"].decode()


def test_a_label_that_may_be_of_another_nights_words_confirms_nothing_and_is_counted(workspace: Workspace) -> None:
    night(workspace)
    label = {
        "scenario_id": SAFE,
        "candidate_id": "a",
        "criterion_id": "X-1",
        "reviewer_id": "gp",
        "verdict": "violated",
    }
    workspace.jsonl("theirs.jsonl", [label])
    invoke(workspace, "import", "labels", "theirs.jsonl")
    assert 1 == len(list(rows(contents(packed(workspace))["hazard_log.csv"])))
    responses = [
        {"scenario_id": one, "candidate_id": "a", "response": f"Other words on {one}."} for one in (CALM, SAFE)
    ]
    workspace.jsonl("data/responses/all.jsonl", responses)
    invoke(workspace, "run", "config/c.yaml", "--run-id", "d")
    files = contents(packed(workspace, "later.zip"))
    assert [] == list(rows(files["hazard_log.csv"]))
    assert "1 (they may be of what another run answered)" in files["sign-off.html"].decode()


def test_the_matrix_is_the_workspaces_own_and_has_no_rating_of_ours(workspace: Workspace) -> None:
    night(workspace)
    workspace.write(str(PATH), (ROOT / PATH).read_bytes())
    table = list(rows(contents(packed(workspace))["hazard_matrix.csv"]))
    assert (25, {""}) == (len(table), {row["rating"] for row in table})
    workspace.write("run.xlsx", contents(workspace.root / "e.zip")["run.xlsx"])
    assert 4 == len(offered(workspace.root / "run.xlsx", "Very low,Low", "Minor,Significant"))
    workspace.write(str(PATH), (ROOT / PATH).read_text("utf-8").replace("ratings: {}", "ratings: {Low: {Minor: '1'}}"))
    with pytest.raises(InputError, match="ratings must have exactly the keys Very low, Low, Medium, High, Very high"):
        invoke(workspace, "export", "c", "--pack", "f.zip")


def test_a_file_that_is_no_pack_is_refused_by_name(workspace: Workspace) -> None:
    workspace.write("x.zip", b"no zip")
    with pytest.raises(InputError, match=r"x\.zip: does not read as a pack"):
        check_pack(workspace.root / "x.zip")
    rewritten(workspace.root / "y.zip", {"a.txt": b"a"})
    with pytest.raises(InputError, match=r"y\.zip: holds no manifest\.json"):
        check_pack(workspace.root / "y.zip")
    with pytest.raises(InputError, match=r"z\.zip: cannot be read"):
        check_pack(workspace.root / "z.zip")


def test_the_bill_of_materials_names_every_package_once_with_its_version() -> None:
    found = bill_of_materials()
    names = [one["name"] for one in found["components"]]
    assert sorted(set(names)) == names
    assert {"duckdb", "pydantic", "xlsxwriter"} < set(names)
    assert ("caveat", "1.6") == (found["metadata"]["component"]["name"], found["specVersion"])
    refs = {one["bom-ref"] for one in found["components"]} | {"caveat"}
    assert all({one["ref"], *one["dependsOn"]} <= refs for one in found["dependencies"])
