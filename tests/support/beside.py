"""The small study with a random sample beside it."""

from small_study import write_sound

TABLE = """
[reference]
file = "names.csv"
weight = "w"
strata = "h"
source = { zh = "由接种登记抽取", en = "drawn from the vaccination register" }
response_rate = 0.62
covariates = ["district", "sex"]
"""
INTENT = ("yes", "depends", "no")


def write_beside(folder, *changes, people=150, columns=("intent",), intent=lambda i: INTENT[i // 4 % 3]):
    """Write the study and its random sample; return the path of the study file."""
    path = write_sound(folder, *changes)
    path.write_text(path.read_text(encoding="utf-8") + TABLE, encoding="utf-8")
    answers = {
        "intent": lambda i: intent(i),
        "concerns.price": lambda i: str(int(i // 4 % 5 > 0)),
        "concerns.quality": lambda i: str(int(i // 4 % 5 == 2)),
        "concerns.none": lambda i: str(int(i // 4 % 5 == 0)),
    }
    lines = [",".join(["district", "sex", *columns, "w", "h"])]
    for i in range(people):
        person = ("north", "south", "west", "north")[i % 4], ("male", "female")[i % 3 % 2]
        given = [answers[name](i) for name in columns]
        lines.append(",".join([*person, *given, str(15 + i % 4), "ab"[i % 2]]))
    (folder / "names.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
