"""The small study with its fee asked in other ways: in bands, a ladder, bids, or as a chance."""

from small_study import HEADER, answers, as_csv, write_sound
from supplied_study import SUPPLY, TABLES

SINGLE = '[questions.{name}]\nkind = "single"\ncolumn = "{name}"\ntext = {{ zh = "{zh}", en = "{en}" }}\n'
NUMBER = '[questions.{name}]\nkind = "number"\ncolumn = "{name}"\ntext = {{ zh = "{zh}", en = "{en}" }}\n'
YES_NO = (
    'options.yes = { zh = "接受", en = "Accepts" }\noptions.no = { zh = "不接受", en = "Refuses" }\n'
    'options.unsure = { zh = "说不清", en = "Cannot say" }\n'
)
BANDS = (
    'options.low = { zh = "800元以下", en = "Under 800" }\n'
    'options.middle = { zh = "800—1200元", en = "800 to 1,199" }\n'
    'options.high = { zh = "1200—1800元", en = "1,200 to 1,799" }\n'
    'options.top = { zh = "1800元及以上", en = "1,800 or more" }\n'
    'options.unsure = { zh = "不清楚", en = "Cannot say" }\n'
)
ASKED = [("intent", ["yes", "depends"])]
# The tables and the questions of each way, and the columns that follow the fee named by each person.
WAYS = {
    "bands": (
        "[demand.bands.band]\nlow = [0, 800]\nmiddle = [800, 1200]\nhigh = [1200, 1800]\n"
        "top = [1800, inf]\nunsure = []\n",
        SINGLE.format(name="band", zh="最多能付多少？", en="How much could you pay?") + BANDS,
    ),
    "ladder": (
        'ladder = { 800 = "at800", 1200 = "at1200", 1800 = "at1800" }\nyes = "yes"\nno = "no"\n',
        "".join(
            SINGLE.format(name=f"at{fee}", zh=f"接受{fee}元吗？", en=f"Would you pay {fee}?") + YES_NO
            for fee in (800, 1200, 1800)
        ),
    ),
    "bids": (
        'bids = [{ bid = "bid1", answer = "answer1" }, { bid = "bid2", answer = "answer2" }]\n'
        'yes = "yes"\nno = "no"\n',
        "".join(
            NUMBER.format(name=f"bid{k}", zh=f"所问收费{k}", en=f"Fee asked {k}")
            + SINGLE.format(name=f"answer{k}", zh=f"接受{k}吗？", en=f"Would you pay it {k}?")
            + YES_NO
            for k in (1, 2)
        ),
    ),
    "chance": (
        'chance = "chance"\nfee = "fee"\n',
        NUMBER.format(name="chance", zh="送托的可能性", en="How likely, from 0 to 10?"),
    ),
    "chance_alone": (
        'chance = "chance"\n',
        NUMBER.format(name="chance", zh="送托的可能性", en="How likely, from 0 to 10?"),
    ),
}
EDGES = (800, 1200, 1800)


def columns(way, i, fee):
    """Return headers and cells of one person who would pay a fee; None where none is named."""
    silent = "说不清" if i % 10 == 0 else ""
    if way == "bands":
        place = 0 if fee is None else sum(fee >= edge for edge in EDGES)
        labels = ("800元以下", "800—1200元", "1200—1800元", "1800元及以上")
        return {"band": "" if fee is None else "不清楚" if i % 10 == 0 else labels[place]}
    if way == "ladder":
        return {f"at{e}": "" if fee is None else silent or "不接受接受"[3 * (fee >= e) :][:3] for e in EDGES}
    if way == "bids":
        first = EDGES[i // 3 % 3]
        accepts = fee is not None and fee >= first
        second = {800: 1200, 1200: 1800, 1800: 1800}[first] if accepts else 800
        said = [
            "" if fee is None else silent or ("接受" if fee >= bid else "不接受") for bid in (first, second)
        ]
        return {"bid1": str(first), "answer1": said[0], "bid2": str(second), "answer2": said[1]}
    return {"chance": str((8, 3, 0)[i % 3] + i % 2)}


def write_asked(folder, way, *, supply=SUPPLY, tables=TABLES):
    """Write the study with demand asked in a way, its take-up and a supply by district."""
    table, questions = WAYS[way]
    head, rest = tables.split("[take_up.yes]")
    if way.startswith("chance"):
        head = head.replace('intent = "intent"\nwilling = ["yes", "depends"]\n', "")
        rest = rest[rest.index("[supply]") :]
    else:
        rest = "[take_up.yes]" + rest
    if way == "chance_alone":
        head = head.replace("at = [800, 1200, 1800]\n", "")
        rest = rest.replace("fee = 1200\n", "")
    head = head.replace('fee = "fee"\n', "")
    at = head.index("at = ") if "at = " in head else head.index("by = ")
    inline, _, later = table.partition("[demand.")
    head = head[:at] + inline + head[at:] + ("[demand." + later if later else "")
    path = write_sound(folder, ("[disclosure]\n", head + rest + "[disclosure]\n"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[derived.months]", questions + "[derived.months]", 1), encoding="utf-8")
    rows, names = answers(), list(columns(way, 0, None))
    for i, row in enumerate(rows):
        fee = int(row[-1]) if row[-1].isdecimal() else None
        row += [columns(way, i, fee)[name] for name in names]
    (folder / "answers.csv").write_text(as_csv(rows, ",".join([HEADER, *names])), encoding="utf-8")
    (folder / "supply.csv").write_text(supply, encoding="utf-8")
    return path
