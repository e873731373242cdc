"""The accessibility checker axe-core (MPL-2.0), fetched by its hash from npm for tests alone."""

import hashlib
import io
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe_source():
    """Return the script, from AXE_CORE or from npm; None where neither has it."""
    place = os.environ.get("AXE_CORE")
    data = Path(place).read_bytes() if place else _packed()
    if data is None or hashlib.sha256(data).hexdigest() != SHA256:
        return None
    with tarfile.open(fileobj=io.BytesIO(data)) as packed:
        return packed.extractfile("package/axe.min.js").read().decode("utf-8")


def _packed():
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                ["npm", "pack", f"axe-core@{VERSION}", "--silent"],
                cwd=folder, capture_output=True, check=True, timeout=60,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return None
        return next(Path(folder).glob("*.tgz")).read_bytes()


def violations(page):
    """Return what axe-core finds wrong with a page that it was put into."""
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')))",
        RULES,
    )
    return list(found)
