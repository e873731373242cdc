"""A made-up questionnaire and the made-up people who answered it, for the sample exports."""

import random
from datetime import datetime, timedelta

# Name, kind, wording, and options as (code, Chinese, English).
QUESTIONS = {
    "rel": ("single", "您是孩子的什么人？", "Who are you to the child?",
            [("mother", "妈妈", "Mother"), ("father", "爸爸", "Father"), ("grand", "祖辈", "Grandparent"),
             ("other", "其他", "Other")]),
    "age": ("single", "孩子多大了？", "How old is the child?",
            [("m0_12", "0~12个月", "0-12 months"), ("m13_24", "13~24个月", "13-24 months"),
             ("m25_36", "25~36个月", "25-36 months")]),
    "area": ("single", "您家住在？", "Where do you live?",
             [("city", "城区", "City"), ("suburb", "郊区", "Suburb"), ("rural", "乡村", "Village")]),
    "intent": ("single", "您愿意送孩子上托育机构吗？", "Would you use a nursery?",
               [("yes", "愿意", "Yes"), ("no", "不愿意", "No"), ("unsure", "看情况", "It depends")]),
    "why": ("multi", "有哪些顾虑？", "What holds you back? (select all that apply)",
            [("price", "费用高", "Price, too much to pay"),
             ("quality", "不放心（老师、安全等）", "Quality (staff, safety, etc.)"),
             ("distance", "离家远", "Too far from home"), ("young", "孩子还小", "Child too young"),
             ("family", "家人能带", "Family looks after the child"),
             ("other", "其他【请注明】", "Other (please specify)")]),
    "value": ("multi", "选机构看重什么？", "What counts when you choose? (select all that apply)",
              [("price", "收费", "Price"), ("quality", "老师", "Staff"),
               ("distance", "离家近", "Distance from home"), ("safety", "安全卫生", "Safety and hygiene"),
               ("none", "都不看重", "None of these")]),
    "fee": ("text", "每月最多愿意付多少元？", "What monthly fee could you accept (yuan)?", []),
    **{f"sat_{name}": ("scale", zh, en, [(str(i), f"{i}分", str(i)) for i in range(1, 6)])
       for name, zh, en in (("price", "价格", "Price"), ("quality", "质量", "Quality"),
                            ("distance", "距离", "Distance"))},
}  # fmt: skip
MATRIX_ZH, MATRIX_EN = (
    "您对本地托育的评价（1分很不满意，5分很满意）",
    "How satisfied are you with local nurseries?",
)
ASKED_IF = {"why": ("intent", ("no", "unsure"))}
OWN_WORDS = ("担心生病传染", "要接送两头跑", "想再等一等")


def people(n=24, seed=7):
    """Return what each of n people answered: a code, a list of codes, "EMPTY" or "SKIP", and typed words.

    Every option is chosen by somebody, and everybody who was asked what holds them back ticked something.
    """
    draw = random.Random(seed)
    sent = datetime(2025, 9, 1, 9, 4, 11)
    found = []
    for i in range(n):
        sent += timedelta(minutes=draw.randint(5, 400), seconds=draw.randint(0, 59))
        answers = {
            name: options[(i if i < len(options) else draw.randrange(len(options)))][0]
            for name, (kind, _, _, options) in QUESTIONS.items()
            if kind in ("single", "scale")
        }
        # As many of each age and each place, so that equal margins can be met.
        answers["age"], answers["area"] = QUESTIONS["age"][3][i % 3][0], QUESTIONS["area"][3][i // 3 % 3][0]
        reasons = [code for code, *_ in QUESTIONS["why"][3] if code != "other" and draw.random() < 0.5]
        reasons = reasons or ["price"]
        typed = OWN_WORDS[i // 4] if i in (1, 5, 8) else ""
        if typed:
            answers["intent"], reasons = "unsure", [*reasons, "other"]
        answers["why"] = "SKIP" if answers["intent"] == "yes" else reasons
        counts = [code for code, *_ in QUESTIONS["value"][3] if code != "none" and draw.random() < 0.5]
        answers["value"] = "EMPTY" if i % 8 == 5 else counts or ["none"]
        answers["fee"] = str(draw.choice((800, 1200, 1500, 1800, 2000, 2400, 2500, 3000, 3200, 3600, 4000)))
        if i % 9 == 4:
            answers["sat_distance"] = "EMPTY"
        found.append(
            {"id": i + 1, "submitted": sent.isoformat(), "seconds": draw.randint(240, 1800),
             "answers": {name: answers[name] for name in QUESTIONS}, "rel_other": "", "why_other": typed}
        )  # fmt: skip
    return found


def truth(n=24, seed=7):
    """Return questionnaire and answers in neutral form, as kept beside the sample files."""
    questions = {
        name: {"kind": kind, "zh": zh, "en": en,
               "options": [{"code": c, "zh": z, "en": e} for c, z, e in options]}
        for name, (kind, zh, en, options) in QUESTIONS.items()
    }  # fmt: skip
    return {"questions": questions, "respondents": people(n, seed)}
