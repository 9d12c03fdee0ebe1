"""What pip-audit found, in words: a package that could not be looked up is not one without weaknesses."""

import json
import sys
from pathlib import Path


def main(found: str) -> int:
    """One line for each weakness, and how many packages were looked up."""
    text = Path(found).read_text(encoding="utf-8")
    packages = json.loads(text)["dependencies"] if text else []
    looked_up = [one for one in packages if "skip_reason" not in one]
    weak = [(one, weakness) for one in looked_up for weakness in one["vulns"]]
    for one, weakness in weak:
        mended = ", ".join(weakness["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {weakness['id']}, mended in {mended}")
    if not looked_up:
        print("not audited: the data on weaknesses cannot be reached from here")
    else:
        print(f"{len(looked_up)} of {len(packages)} packages looked up, {len(weak)} known weaknesses")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
