"""Build the documentation site of both languages with an API reference and search (make docs)."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "pages"
SITE = ROOT / "build" / "site"
PACKAGES = ("survey", "analysis", "reports")
PAGES = ("README.md", "README.zh.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE")
SETTINGS = {
    "site_name": "parent-intent",
    "docs_dir": str(WORK),
    "site_dir": str(SITE),
    "theme": {"name": "material", "font": False, "features": ["navigation.indexes", "search.highlight"]},
    "plugins": [
        {"search": {"lang": ["en", "zh"]}},
        {
            "mkdocstrings": {
                "handlers": {
                    "python": {
                        "paths": [str(ROOT)],
                        "options": {
                            "docstring_style": "numpy",
                            "show_source": False,
                            "heading_level": 3,
                            "show_root_heading": True,
                        },
                    }
                }
            }
        },
    ],
    "markdown_extensions": ["tables", "fenced_code", "toc", "attr_list", "md_in_html"],
    "validation": {"links": {"not_found": "warn", "anchors": "warn", "unrecognized_links": "warn"}},
    "nav": [
        {"parent-intent": "README.md"},
        {"First hour": "docs/first-hour.md"},
        {"Study file": "docs/study-file.md"},
        {"Platforms": "docs/platforms/README.md"},
        {"Methods": "docs/methods.md"},
        {"API": [{name: f"api/{name}.md"} for name in PACKAGES]},
        {
            "中文": [
                {"说明": "README.zh.md"},
                {"第一次使用": "docs/first-hour.zh.md"},
                {"调查配置文件": "docs/study-file.zh.md"},
                {"问卷": "docs/questionnaire.zh.md"},
                {"各平台": "docs/platforms/README.zh.md"},
                {"筛选": "docs/screening.zh.md"},
                {"人口数据": "docs/margins.zh.md"},
                {"生成的文件": "docs/files.zh.md"},
                {"各项检验": "docs/honesty.zh.md"},
            ]
        },
    ],
}


def public_names(package: str) -> list[str]:
    """Return the public names of a package, in alphabetical order."""
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assigned = (node for node in tree.body if isinstance(node, ast.Assign))
    return next(
        sorted(ast.literal_eval(node.value))
        for node in assigned
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    )


def copied() -> None:
    """Put every page where links between them lead, with a page of reference for each package."""
    shutil.rmtree(WORK, ignore_errors=True)
    kept = shutil.ignore_patterns("*.py", "*.ipynb", "__pycache__")
    shutil.copytree(ROOT / "docs", WORK / "docs", ignore=kept)
    shutil.copytree(ROOT / "data", WORK / "data", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    for name in PAGES:
        shutil.copyfile(ROOT / name, WORK / name)
    (WORK / "api").mkdir()
    for package in PACKAGES:
        names = "\n\n".join(f"::: {package}.{name}" for name in public_names(package))
        (WORK / "api" / f"{package}.md").write_text(f"# {package}\n\n{names}\n", encoding="utf-8")


def main() -> int:
    """Build the site; a link that leads nowhere is an error."""
    copied()
    settings = WORK.parent / "mkdocs.json"  # which is YAML too
    settings.write_text(json.dumps(SETTINGS, ensure_ascii=False, indent=1), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", str(settings)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
