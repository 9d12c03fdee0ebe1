"""What is installed, as a CycloneDX 1.6 bill of materials.

Without serial number and time, which the format leaves open, so that the same installation gives the same bytes.
"""

import re
from importlib.metadata import Distribution, distributions
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SEPARATORS = re.compile(r"[-_.]+")
OURSELVES = "caveat"


def bill_of_materials() -> dict[str, Any]:
    """Every installed package, its version, and which others it asks for."""
    installed = {_normal(one.name): one for one in sorted(distributions(), key=lambda one: one.name, reverse=True)}
    names = sorted(installed)
    ourselves = installed.get(OURSELVES)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(OURSELVES, ourselves, "application")},
        "components": [_component(name, installed[name], "library") for name in names if name != OURSELVES],
        "dependencies": [{"ref": name, "dependsOn": _asked(installed[name], installed)} for name in names],
    }


def _component(name: str, one: Distribution | None, kind: str) -> dict[str, Any]:
    version = one.version if one else "not installed"
    found: dict[str, Any] = {"type": kind, "bom-ref": name, "name": name, "version": version}
    found["purl"] = f"pkg:pypi/{name}@{version.replace('+', '%2B').replace(' ', '-')}"
    if one is not None and (stated := one.metadata.json.get("license_expression")):
        found["licenses"] = [{"expression": stated}]
    return found


def _asked(one: Distribution, installed: dict[str, Distribution]) -> list[str]:
    """Extras and markers aside: what is installed of all that it may need."""
    names = {_normal(hit[0]) for text in one.requires or () if (hit := _NAME.match(text))}
    return sorted(names & installed.keys())


def _normal(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()
