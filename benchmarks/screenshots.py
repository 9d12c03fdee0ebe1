"""Pictures of the clinicians' pages, of the demonstration as it stands: the whole way from practice to a settled item.

python -m benchmarks.screenshots                  # into docs/images/workspace
python -m benchmarks.screenshots --whole FOLDER   # each page to its end, to look at
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from pipeline.workspace import init_workspace
from review.sign_in.demo import DEMO_PEOPLE, NEWCOMER
from tests.chromium import launched
from tests.conftest import ROOT
from tests.flow import MAIN
from tests.review.hands import Mouse, sign_in

FOLDER = ROOT / "docs/images/workspace"
MOST_BYTES = 200_000
TRAINER, SECOND = DEMO_PEOPLE[0].name, DEMO_PEOPLE[1].name
EXPERT, LEAD = "Clinical expert", "Lead"
KEPT = {
    "week-phone", "practice-agreed", "criterion", "criterion-question-phone", "reveal-change", "own-work", "readers",
    "escalation",
}  # fmt: skip
"""What the documentation shows; all others are there to be looked at."""


@dataclass(frozen=True)
class Camera:
    """Takes pictures of one server's pages, on a wide screen and on a phone."""

    browser: Browser
    url: str
    folder: Path
    is_whole: bool
    """To the page's end; else what fits on the screen."""

    @contextmanager
    def on(self, name: str) -> Generator[Page]:
        """A browser in which this person is signed in."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        sign_in(page, self.url, name, Mouse())
        yield page
        context.close()

    def shoot(self, page: Page, name: str, *, at: str = "", tall: int = 720) -> None:
        """A picture at each size.

        Args:
            page: what is shown.
            name: of the files.
            at: what to scroll to; empty: the top.
            tall: height of the wide screen in pixels.
        """
        for suffix, (width, height) in {"": (1280, tall), "-phone": (320, 640)}.items():
            page.set_viewport_size({"width": width, "height": height})
            if at:
                page.evaluate("(at) => document.querySelector(at).scrollIntoView()", at)
            if not self.is_whole and f"{name}{suffix}" not in KEPT:
                continue
            path = self.folder / f"{name}{suffix}.png"
            page.screenshot(path=path, full_page=self.is_whole)
            if not self.is_whole and path.stat().st_size > MOST_BYTES:
                raise SystemExit(f"{path} has more than {MOST_BYTES} bytes")
        page.set_viewport_size({"width": 1280, "height": 900})


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", type=Path, help="each page to its end, into this folder")
    whole = parser.parse_args().whole
    folder = whole or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with demonstration() as url, launched() as browser:
        take(Camera(browser, url, folder, is_whole=whole is not None))
    with tempfile.TemporaryDirectory() as root:
        _report(Path(root), whole or FOLDER.parent)


@contextmanager
def demonstration() -> Generator[str]:
    """The demonstration in a workspace of its own, served; gives its address."""
    with tempfile.TemporaryDirectory() as root:
        command = _run(Path(root))
        with subprocess.Popen([*command, "serve", "--demo", "--port", "0"], cwd=ROOT, stderr=subprocess.PIPE) as server:
            assert server.stderr is not None
            found = re.search(rb"http://\S+", server.stderr.readline())
            assert found, server.stderr.read().decode()
            try:
                yield found[0].decode()
            finally:
                server.terminate()


def _run(root: Path) -> list[str]:
    """The demonstration's night; gives what a command of that workspace begins with."""
    init_workspace(root)
    command = [sys.executable, "-c", MAIN, "-C", str(root)]
    subprocess.run([*command, "run", "config/demo.yaml"], cwd=ROOT, check=True, capture_output=True)
    return command


def _report(root: Path, folder: Path) -> None:
    """The head of the run's report, which the README shows."""
    subprocess.run([*_run(root), "report", "demo"], cwd=ROOT, check=True, capture_output=True)
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto((root / "data/reports/demo.html").as_uri())
        page.screenshot(path=folder / "report.png")


def take(camera: Camera) -> None:
    """Everybody's pages, in the order of the work."""
    _newcomer(camera)
    _reader(camera)
    _second_reader(camera)
    _expert(camera)
    _lead(camera)


def _newcomer(camera: Camera) -> None:
    with camera.on(NEWCOMER.name) as page:
        camera.shoot(page, "newcomer")
        page.goto(f"{camera.url}/practice/1")
        camera.shoot(page, "practice-item")
        for number, values in [
            (1, ("satisfied", "violated", "violated")),
            (2, ("satisfied", "satisfied", "satisfied")),
        ]:
            page.goto(f"{camera.url}/practice/{number}")
            for n, value in enumerate(values, 1):
                page.locator(f"[name=choice-{n}][value={value}]").check()
                if value == "violated":
                    page.locator(f"[name=severity-{n}][value=considerable]").check()
            page.locator("#why-1").fill("The leg is to be raised, and there is a way back to the GP.")
            page.get_by_role("button", name="Keep my answers").click()
        page.goto(f"{camera.url}/practice/1")
        camera.shoot(page, "practice-agreed", at="#judgement")
        page.goto(f"{camera.url}/practice")
        camera.shoot(page, "practice")


def _reader(camera: Camera) -> None:
    """A trainer's whole item, and one that is escalated."""
    with camera.on(TRAINER) as page:
        camera.shoot(page, "week")
        page.goto(f"{camera.url}/queue")
        camera.shoot(page, "queue")
        page.get_by_role("button", name="Begin with the first").click()
        camera.shoot(page, "item")
        page.get_by_role("link", name="Begin").click()
        page.locator("[name=value][value=violated]").check()
        page.locator("[name=sentence]").first.check()
        page.locator("[name=severity][value=considerable]").check()
        page.get_by_label("The risk").fill("Treatment that comes too late")
        page.get_by_text("Saved", exact=True).wait_for()
        page.evaluate("() => { scrollTo(0, 0); document.querySelector('#judgement').scrollTo(0, 0); }")
        camera.shoot(page, "criterion", tall=880)
        camera.shoot(page, "criterion-question", at="#judgement")
        page.get_by_role("button", name="Keyboard shortcuts").click()
        camera.shoot(page, "keys")
        page.get_by_role("button", name="Close", exact=True).click()
        _judge(page)
        camera.shoot(page, "reveal")
        page.locator("summary", has_text="Change my judgement").first.click()
        camera.shoot(page, "reveal-change", at="section:has(details[open] textarea)", tall=1000)
        page.get_by_role("button", name="Done").click()
        camera.shoot(page, "done")
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("button", name="Escalate to an expert").click()
        page.goto(f"{camera.url}/own-work")
        camera.shoot(page, "own-work")


def _judge(page: Page) -> None:
    """From the first point on, which is filled in, to the reveal."""
    page.get_by_role("button", name="Save and continue").click()
    while "/criteria/" in page.url:
        page.locator("[name=value][value=satisfied]").check()
        page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("group", name="Tone").get_by_label("Good").check()
    page.get_by_role("button", name="Save and check all").click()
    page.get_by_role("button", name="Lock my judgement").click()


def _second_reader(camera: Camera) -> None:
    with camera.on(SECOND) as page:
        page.goto(f"{camera.url}/queue")
        page.get_by_role("button", name="Begin with the first").click()
        page.get_by_role("link", name="Begin").click()
        page.locator("[name=value][value=satisfied]").check()
        _judge(page)
        page.get_by_role("button", name="Done").click()


def _expert(camera: Camera) -> None:
    with camera.on(EXPERT) as page:
        page.goto(f"{camera.url}/escalations")
        camera.shoot(page, "escalations")
        page.get_by_role("main").locator(".rows a").first.click()
        page.get_by_role("button", name="Take it on").click()
        camera.shoot(page, "escalation")
        page.goto(f"{camera.url}/scenarios")
        page.get_by_role("main").locator(".rows a").first.click()
        camera.shoot(page, "scenario")


def _lead(camera: Camera) -> None:
    with camera.on(LEAD) as page:
        page.goto(f"{camera.url}/readers")
        camera.shoot(page, "readers")
        page.get_by_role("link", name=NEWCOMER.name).click()
        camera.shoot(page, "reader")
        page.goto(f"{camera.url}/allocation")
        camera.shoot(page, "allocation")


if __name__ == "__main__":
    main()
