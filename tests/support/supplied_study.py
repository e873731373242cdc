"""The small study with demand, take-up and a supply by district."""

from small_study import replace, write_sound

TABLES = """
[demand]
intent = "intent"
willing = ["yes", "depends"]
fee = "fee"
at = [800, 1200, 1800]
by = ["district"]
[take_up.yes]
range = [0.3, 0.5]
source = { zh = "示例", en = "an example" }
[take_up.depends]
range = [0.05, 0.15]
source = { zh = "示例", en = "an example" }
[supply]
file = "supply.csv"
fee = 1200
costs = { turned_away = 3, empty = 1 }
"""
SUPPLY = (
    "district,children,places,source,date\nnorth,5200,100,Register,2024\nsouth,2600,900,Register,2024\n"
    "west,2200,10,Register,2024\n"
)


def write_supplied(folder, *changes, supply=SUPPLY):
    """Write the study with its tables of demand, changed as told, and the file of its supply."""
    path = write_sound(folder, ("[disclosure]\n", TABLES + "[disclosure]\n"))
    (folder / "supply.csv").write_text(supply, encoding="utf-8")
    for old, new in changes:
        replace(folder, "study.toml", old, new)
    return path
