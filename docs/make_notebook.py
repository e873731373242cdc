"""Write and run docs/first-hour.ipynb: from the two downloads to estimates and charts (make notebook)."""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
PATH = DOCS / "first-hour.ipynb"
CELLS = (
    (
        "markdown",
        "# From answers to estimates · 从答卷到估计值\n\n"
        "Made-up answers (`data/taiyuan`). 示例数据，非真实调查结果。"
        "\n\nStart Jupyter in the project's folder. 请在本项目的文件夹里启动Jupyter。",
    ),
    (
        "code",
        "import analysis\nimport reports\nimport survey\n\n"
        'study = survey.read_study("data/taiyuan/study.toml")\nstudy',
    ),
    ("markdown", "Read and screen by the rules of the study file. 读取，并按调查配置文件的规则筛选。"),
    (
        "code",
        'waves = {}\nfor wave in ("2023", "2024"):\n    answers = survey.read_responses(study, wave=wave)\n'
        "    kept, flow = survey.screen(answers, study)\n    waves[wave] = survey.weigh(kept, study)\nflow",
    ),
    ("markdown", "The weights, and how they were made. 权数及其来历。"),
    ("code", 'waves["2024"]'),
    ("markdown", "Shares with intervals, the change, and groups. 占比及区间、变化、分组。"),
    (
        "code",
        'overall = {wave: analysis.shares(sample, "concerns") for wave, sample in waves.items()}\n'
        'change = analysis.change(overall["2024"], overall["2023"])\n'
        'groups = analysis.shares(waves["2024"], "concerns", by="district")\n'
        "estimates = analysis.combine([*overall.values(), change, groups])\nestimates",
    ),
    ("markdown", "With labels beside the codes. 代码旁附名称。"),
    (
        "code",
        'table = estimates.labelled(study, language="zh")\n'
        'table[["wave_label", "option_label", "group_label", "estimate", "flag"]].head(10)',
    ),
    ("markdown", "The charts of the briefing. 简报中的图。"),
    ("code", 'reports.plot(estimates, study, question="concerns", language="zh")'),
    ("code", 'reports.plot(estimates, study, kind="groups", question="concerns", language="zh")'),
)


def main() -> None:
    """Run the cells in the project's folder and write them with what they show."""
    import nbformat
    from nbclient import NotebookClient

    made = nbformat.v4.new_notebook()
    for place, (kind, text) in enumerate(CELLS):
        cell = nbformat.v4.new_markdown_cell(text) if kind == "markdown" else nbformat.v4.new_code_cell(text)
        cell["id"] = f"cell-{place}"  # the same at every run
        made.cells.append(cell)
    NotebookClient(made, resources={"metadata": {"path": str(DOCS.parent)}}).execute()
    for cell in made.cells:
        cell.metadata.clear()
    made.metadata = {"language_info": {"name": "python"}}
    nbformat.write(made, PATH)
    sys.stdout.write(f"{PATH.name}: {sum(kind == 'code' for kind, _ in CELLS)} cells\n")


if __name__ == "__main__":
    main()
