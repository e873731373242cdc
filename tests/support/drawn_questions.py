"""Other wordings and options for the questionnaire of the sample exports, as awkward as real ones are."""

from contextlib import contextmanager
from unittest.mock import patch

from sample_people import QUESTIONS

# Lists of options in Chinese and in English, four each and in their order.
SINGLES = [
    [("是", "Yes"), ("否", "No"), ("说不好", "Hard to say"), ("还没想过", "Have not thought about it")],
    [("1个", "1 child"), ("2个", "2 children"), ("3个及以上", "3 or more"), ("没有孩子", "No child")],
    [("满意", "Satisfied"), ("不满意", "Not satisfied"), ("非常满意", "Very satisfied"), ("一般", "So-so")],
    [("2000元以下", "Under 2,000"), ("2000-2999元", "2,000-2,999"), ("3000~3999元", "3,000-3,999"),
     ("4000元及以上", "4,000 and more")],
    [("8:00-12:00", "8:00-12:00"), ("12:00-18:00", "12:00-18:00"), ("全天", "All day"), ("夜里", "At night")],
    [("城区（东、西、南）", "City (east, west)"), ("郊区/镇上", "Suburb / small town"), ("乡村", "Village"),
     ("外地；国外", "Elsewhere; abroad")],
    [("男", "M"), ("女", "F"), ("其他", "Other"), ("不愿说", "Would rather not say")],
    [("2022年", "2022"), ("2023年", "2023"), ("2024年", "2024"), ("2025年", "2025")],
    [("1.5小时", "1.5 hours"), ("2.5小时", "2.5 hours"), ("半天", "Half a day"), ("更久", "Longer")],
    [("A方案", "Plan A"), ("B方案", "Plan B"), ("C方案", "Plan C"), ("D方案", "Plan D")],
    [('“好”', '"Good"'), ('“还行”', '"OK"'), ("不好", "Bad"), ("很差!", "Awful!")],
    [("一次", "Once"), ("两次", "Twice"), ("三次及以上", "3+ times"), ("从不", "Never")],
    [("1—2次", "1-2"), ("3—4次", "3-4"), ("5—6次", "5-6"), ("7次以上", "7+")],
    [("甲: 公办", "A: public"), ("乙: 民办", "B: private"), ("丙: 家里", "C: at home"),
     ("丁: 都行", "D: any")],
    [("100%", "100%"), ("75%", "75%"), ("50%", "50%"), ("0%", "0%")],
    [("东街幼儿园", "East Nursery"), ("西街幼儿园", "West Nursery"), ("南街", "South"), ("北街", "North")],
]  # fmt: skip
# Six, the last for one's own words; and five, the last for none.
REASONS = [
    [("费用：太高", "Price: too high"), ("老师少", "Too few staff"),
     ("离家3公里以上", "More than 3 km away"), ("孩子小", "Too young"),
     ("爷爷/奶奶带", "Grandparents/others"),
     ("其他", "Other")],
    [("贵", "Cost"), ("远", "Far"), ("太远", "Too far"), ("不放心", "No trust"),
     ("不放心老师", "No trust in staff"),
     ("其它____", "Other (please say)")],
    [("收费 2000 元以上", "Fee above 2000"), ("班额 > 20 人", "Class > 20"),
     ("没有名额", "No place free"), ("8:00 前不开门", "Closed before 8:00"),
     ("家人反对", "Family is against it"),
     ("其他原因", "Other reason")],
]  # fmt: skip
COUNTS = [
    [("收费", "Price"), ("老师", "Staff"), ("离家近", "Near"), ("卫生", "Hygiene"), ("以上都不", "None")],
    [("价格-费用", "Price-cost"), ("师资-老师", "Staff-teachers"), ("1公里内", "Within 1 km"),
     ("安全（监控）", "Safety (cameras)"), ("都不看重", "None of these")],
    [("A. 收费", "A. Price"), ("B. 老师", "B. Staff"), ("C. 距离", "C. Distance"), ("D. 安全", "D. Safety"),
     ("E. 都不", "E. None of these")],
]  # fmt: skip
GRADES = [
    ("很不满意", "Very poor"),
    ("不满意", "Poor"),
    ("一般", "Fair"),
    ("满意", "Good"),
    ("很满意", "Very good"),
]
ZH = ("{}", "关于托育：{}", "{}（请如实填写）", "{}（0—3岁）", "*{}", "{}（单位：元/月）", "【托育】{}")
EN = ("{}", "Care: {}", "{} (be frank)", "{} (0-3 years)", "*{}", "{} - your view", "About you. {}")


def _worded(rng, one, options):
    kind, zh, en, old = one
    zh, en = rng.choice(ZH).format(zh), rng.choice(EN).format(en)
    texts = options or [(z, e) for _, z, e in old]
    return kind, zh, en, [(code, *text) for (code, *_), text in zip(old, texts, strict=False)]


@contextmanager
def drawn_questions(rng):
    """Ask other questions within a block: the names and codes stay, wordings and options are drawn."""
    drawn, lists = {}, rng.sample(SINGLES, len(SINGLES))
    grades = GRADES if rng.random() < 0.4 else None
    for name, one in QUESTIONS.items():
        kind = one[0]
        pool = {"why": REASONS, "value": COUNTS}.get(name)
        options = grades if kind == "scale" else None
        if kind == "single" and rng.random() < 0.7:
            options = lists.pop()
        elif pool and rng.random() < 0.6:
            options = rng.choice(pool)
        # The rows of a matrix keep their names.
        drawn[name] = _worded(rng, one, options) if kind != "scale" else (
            kind, one[1], one[2], _worded(rng, one, options)[3])  # fmt: skip
    with patch.dict(QUESTIONS, drawn):
        yield
