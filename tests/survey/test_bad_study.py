"""A mistake in the study file is refused in one line that names table, key, value and remedy."""

import pytest
from small_study import refusal, write_sound


def add(after, key):
    """Return a replacement that adds a line below another."""
    return after, f"{after}\n{key}"


# each name with old text, new text, words that the line must hold
SPOILED = {
    "Chinese comma": ("[0.2, 5]", "[0.2， 5]", ["not valid TOML", 'line 73 has "，"', "type ,"]),
    "Chinese quotes": ('id = "small"', "id = “small”", ["not valid TOML", 'line 2 has "“"']),
    "short date": ("2024-09-02", "2024-9-2", ["not valid TOML", "has the date 2024-9-2", "2025-03-03"]),
    "bare Chinese name": ("[questions.sex]", "[性别]", ["not valid TOML", "line 21", "in quotes"]),
    "option as a text": (
        'options.male = { zh = "男", en = "Men" }', 'options.male = "男"',
        ["[questions.sex.options] male", '"男"', '{ zh = "男" }']),
    "column number in quotes": ("column = 2", 'column = "2"', ["[questions.sex] column", "column = 2"]),
    "kind missing": (
        'kind = "month"\n', "", ["[questions.birth] kind", "is missing", '"multiple"', '"month"']),
    "days reversed": (
        "[2024-09-02, 2024-09-22]", "[2024-09-22, 2024-09-02]",
        ["fieldwork", "2024-09-22", "first day first"]),
    "days of another year": (
        "[2024-09-02, 2024-09-22]", "[2022-09-02, 2022-09-22]",
        ["[waves, entry 1] fieldwork", "2022-09-02 to 2022-09-22", "csv", "2024-09-02 to 2024-09-21"]),
    "waves out of order": (
        "[questions.district]",
        '[[waves]]\nid = "2023"\nresponses = "old.csv"\nfieldwork = [2023-09-02, 2023-09-22]\n'
        "[questions.district]",
        ["[[waves]]", '"2024" is listed before "2023" but was fielded later', "order of time"]),
    "syntax error": ('id = "small"', 'id = small"', ["study.toml", "not valid TOML", "line 2"]),
    "key twice": (*add('id = "small"', 'id = "large"'), ["not valid TOML", "line 3"]),
    "option code twice": (*add("column = 2", 'options.male = { en = "Man" }'), ["not valid TOML", "line 2"]),
    "option label twice": ('en = "South"', 'en = "north"', ["options.south", '"north"', 'option "north"']),
    "impossible day": ("2024-09-22", "2024-02-30", ["not valid TOML", "line 12"]),
    "endless number": (
        "minutes = 10", "minutes = 1" + "0" * 5000, ["study.toml", "not valid TOML", "digits"]),
    "huge number": ("minutes = 10", "minutes = 1" + "0" * 400, ["[screening.duplicate] minutes", "a number"]),
    "huge bound": (
        "bounds = [0.2, 5]", "bounds = [0.2, 1" + "0" * 400 + "]", ["[weighting] bounds", "two numbers"]),
    "nested too deeply": (
        "[study]", "x = " + "[" * 5000 + "]" * 5000 + "\n[study]", ["study.toml", "deeply"]),
    "unknown table": ("[briefing]", "[brefing]", ["top level brefing", 'did you mean "briefing"?']),
    "unknown key in study": (*add('id = "small"', 'titel = "x"'), ["[study] titel", '"title"']),
    "unknown key in waves": (
        *add('id = "2024"', 'fieldwrok = "x"'), ["[waves, entry 1] fieldwrok", '"fieldwork"']),
    "unknown key in a question": (*add("column = 2", "colum = 3"), ["[questions.sex] colum", '"column"']),
    "unknown key in an option": ('en = "Men"', 'eng = "Men"', ["[questions.sex.options.male] eng", '"en"']),
    "unknown key in a condition": ("in = [", "inn = [", ["[questions.fee.asked_if, entry 1] inn", '"in"']),
    "unknown key in derived": (
        *add('from = "intent"', "bands = 1"), ["[derived.stance] bands", "known here"]),
    "unknown key in screening": ("complete =", "completed =", ["[screening] completed", '"complete"']),
    "unknown key in duplicate": ("minutes =", "minute =", ["[screening.duplicate] minute", '"minutes"']),
    "unknown key in speeder": (
        "share_of_median", "share", ["[screening.speeder] share", '"share_of_median"']),
    "unknown key in weighting": ("bounds =", "bound =", ["[weighting] bound", '"bounds"']),
    "unknown key in margins": (
        *add('"sex.csv"', 'uses = "x"'), ["[weighting.margins, entry 2] uses", '"use"']),
    "unknown margin in collapse": (
        "district = [[", "distrikt = [[", ["[weighting.collapse]", '"distrikt"', '"district"']),
    "unknown code in collapse": ('"west"]]', '"wst"]]', ["[weighting.collapse] district", '"wst"', '"west"']),
    "code in two groups": (
        '"west"]]', '"west"], ["west", "north"]]', ["[weighting.collapse]", "one group only"]),
    "unknown key in estimates": ("confidence =", "confidance =", ["[estimates] confidance", '"confidence"']),
    "unknown key in briefing": ("headline =", "headlines =", ["[briefing] headlines", '"headline"']),
    "unknown word in briefing": (*add('lead = ["price", "quality"]', "colour = 1"), ["[briefing] colour"]),
    "unknown key in disclosure": ("sponsor =", "sponser =", ["[disclosure] sponser", '"sponsor"']),
    "asked_if misspelt": (
        'question = "intent"', 'question = "intnt"', ["[questions.fee] asked_if", '"intent"']),
    "asked_if code misspelt": (
        '"yes", "depends"] }]', '"ja"] }]', ["[questions.fee] asked_if", '"ja"', "yes"]),
    "asked_if derived": (
        '"intent", in = ["yes", "depends"]', '"stance", in = ["open"]', ["asked_if", '"stance"', '"intent"']),
    "asked_if in a number": ('question = "intent", in = ["yes", "depends"]', 'question = "fee", in = ["x"]',
                             ["[questions.fee] asked_if", "no options", "between"]),
    "asked_if with two tests": (
        '"depends"] }]', '"depends"], not_in = ["no"] }]', ["asked_if, entry 1", "exactly one"]),
    "complete misspelt": (
        '["intent", "concerns"]', '["intent", "concern"]', ["[screening] complete", '"concerns"']),
    "eligible misspelt": ('question = "months"', 'question = "month"', ["[screening] eligible", '"months"']),
    "eligible of the wrong kind": (
        'question = "months"', 'question = "sex"', ["[screening] eligible", '"sex"', "in or not_in"]),
    "by misspelt": ('by = ["district"]', 'by = ["distrit"]', ["[estimates] by", '"district"']),
    "by of the wrong kind": (
        'by = ["district"]', 'by = ["concerns"]', ["[estimates] by", "multiple", "single"]),
    "shares misspelt": ('shares = ["concerns"', 'shares = ["concern"', ["[estimates] shares", '"concerns"']),
    "shares of a number": (
        'shares = ["concerns"', 'shares = ["fee"', ["[estimates] shares", '"fee"', "number"]),
    "shares twice": ('"intent"]\nby', '"concerns"]\nby', ["[estimates] shares", "only once"]),
    "headline misspelt": (
        'headline = "concerns"', 'headline = "concern"', ["[briefing] headline", '"concerns"']),
    "lead misspelt": ('lead = ["price"', 'lead = ["prise"', ["[briefing] lead", '"price"']),
    "briefing by misspelt": ('\nby = "district"', '\nby = "sexx"', ["[briefing] by", '"sex"']),
    "compare misspelt": (
        '[["concerns", "price"', '[["concern", "price"', ["[estimates] compare", '"concerns"']),
    "compare code misspelt": (
        '"price", "quality"]]', '"price", "qality"]]', ["[estimates] compare", '"quality"']),
    "compare not among shares": ('[["concerns", "price", "quality"]]', '[["sex", "male", "female"]]',
                                 ["[estimates] compare", '"sex"', "shares"]),
    "compare with itself": (
        '"price", "quality"]]', '"price", "price"]]', ["[estimates] compare", '"price"', "different"]),
    "compare outside the population": (
        '[["concerns", "price", "quality"]]', '[["district", "north", "outside"]]',
                                       ["[estimates] compare", "shares"]),
    "compare of two": (
        '"price", "quality"]]', '"price"]]', ["[estimates] compare", "expected a list such as"]),
    "unknown kind": ('kind = "month"', 'kind = "date"', ["[questions.birth] kind", '"date"', '"month"']),
    "number with options": (
        'kind = "multiple"', 'kind = "number"', ["[questions.concerns] options", '"number"']),
    "name with a dash": ("[questions.role]", "[questions.ro-le]", ["[questions.ro-le]", "letters, digits"]),
    "number for a text": ('id = "2024"', "id = 2024", ["[waves, entry 1] id", "2024", "a text in quotes"]),
    "text for a number": (
        "minutes = 10", 'minutes = "ten"', ["[screening.duplicate] minutes", '"ten"', "a number"]),
    "text for a list": ('by = ["district"]', 'by = "district"', ["[estimates] by", "a list of texts"]),
    "text for a table": (
        "duplicate = { minutes = 10, identical = 0.9 }", 'duplicate = "x"',
        ["[screening] duplicate", "a table"]),
    "text for a flag": ("synthetic = true", 'synthetic = "yes"', ["[study] synthetic", "true or false"]),
    "table for tables": ("[[waves]]", "[waves]", ["top level waves", "[[waves]]"]),
    "study without id": ('id = "small"\n', "", ["[study] id", "is missing"]),
    "study id with a slash": ('id = "small"', 'id = "a/b"', ["[study] id", '"a/b"']),
    "study without sample": ('sample = "opt-in"\n', "", ["[study] sample", "is missing"]),
    "unknown sample": ('sample = "opt-in"', 'sample = "quota"', ["[study] sample", '"quota"', '"opt-in"']),
    "unknown language": (
        '["zh", "en"]', '["zh", "de"]', ["[study] languages", '"de" is not a recognised value', '"en"']),
    "wave without id": ('id = "2024"\n', "", ["[waves, entry 1] id", "is missing"]),
    "wave without responses": (
        'responses = "answers.csv"\n', "", ["[waves, entry 1] responses", "is missing"]),
    "wave twice": (
        "[questions.district]", '[[waves]]\nid = "2024"\nresponses = "b.csv"\n[questions.district]',
                   ["[[waves]]", '"2024" appears twice']),
    "no waves": (
        '[[waves]]\nid = "2024"\nresponses = "answers.csv"\nfieldwork = [2024-09-02, 2024-09-22]', "",
                 ["study.toml", "no [[waves]]"]),
    "dates reversed": (
        "2024-09-02, 2024-09-22", "2024-09-22, 2024-09-02", ["[waves, entry 1] fieldwork", "two dates"]),
    "dates as text": (
        "[2024-09-02, 2024-09-22]", '"September"', ["[waves, entry 1] fieldwork", '"September"']),
    "unknown export": (*add('id = "2024"', 'export = "wjxx"'), ["wjxx", "answers.csv", '"wjx"']),
    "unknown encoding": (*add('id = "2024"', 'encoding = "big5"'), ["answers.csv", '"big5"', "gb18030"]),
    "question without kind": ('kind = "month"\n', "", ["[questions.birth] kind", "is missing"]),
    "question without column": ("column = 4\n", "", ["[questions.birth] column", "is missing"]),
    "question without text": (
        'text = { zh = "您的性别？"', '# { zh = "您的性别？"', ["[questions.sex] text", "is missing"]),
    "question without options": (
        'kind = "number"', 'kind = "single"', ["[questions.fee] options", "is missing"]),
    "column 0": ("column = 4", "column = 0", ["[questions.birth] column", "question number"]),
    "derived without from": ('from = "intent"\n', "", ["[derived.stance] from", "is missing"]),
    "derived from unknown": ('from = "intent"', 'from = "intend"', ["[derived.stance] from", '"intent"']),
    "derived from several answers": (
        'from = "intent"', 'from = "concerns"', ["[derived.stance] from", "multiple"]),
    "derived named as a question": ("[derived.stance]", "[derived.sex]", ["[derived.sex]", "another name"]),
    "derived age of no month": ('from = "birth"', 'from = "fee"', ["[derived.months] age", "month"]),
    "bands overlap": ("[12, 40]", "[11, 40]", ["[derived.age] options", "overlap at 11"]),
    "band reversed": ("[12, 40]", "[40, 12]", ["[derived.age.options.toddler] between", "smaller first"]),
    "band missing": (", between = [12, 40]", "", ["[derived.age] options.toddler", "needs a band"]),
    "group code unknown": ('of = ["no"]', 'of = ["nay"]', ["[derived.stance] options.against", '"nay"']),
    "code in two derived groups": (
        'of = ["no"]', 'of = ["no", "yes"]', ["[derived.stance] options", '"yes" is in two']),
    "code in no derived group": (
        '"yes", "depends"] }\n', '"yes"] }\n', ["[derived.stance]", '"depends" is in no group']),
    "bounds reversed": ("[0.2, 5]", "[5, 0.2]", ["[weighting] bounds", "smaller first"]),
    "bounds under 1": ("[0.2, 5]", "[0.2, 0.9]", ["[weighting] bounds", "upper bound over 1"]),
    "bounds as texts": ("[0.2, 5]", '["a", "b"]', ["[weighting] bounds", "two numbers"]),
    "minimum below 0": ("collapse_below = 5", "collapse_below = -5", ["[weighting] collapse_below", "-5"]),
    "raking without margins": (
        "[weighting]\n", '[weighting]\nmethod = "none"\n', ["[weighting] method", '"none"']),
    "confidence of 95": ("confidence = 0.95", "confidence = 95", ["[estimates] confidence", "95", "0.95"]),
    "identical over 1": (
        "identical = 0.9", "identical = 90", ["[screening.duplicate] identical", "90", "0.9"]),
    "unknown rule": (*add("[screening]", 'rules = ["speeding"]'), ["[screening] rules", "speeder"]),
    "nothing to share": (
        'shares = ["concerns", "intent"]', 'shares = "all"', ["[estimates] shares", "a list of texts"]),
    "file name too long": ('"answers.csv"', f'"{"a" * 300}.csv"', ["aaa.csv", "cannot be read"]),
    "file name with NUL": ('"answers.csv"', '"a\\u0000.csv"', ["[waves, entry 1] responses", "U+0000"]),
    "margin name with NUL": ('"sex.csv"', '"a\\u0000.csv"', ["[weighting.margins, entry 2] file", "U+0000"]),
    "margin name too long": ('"sex.csv"', f'"{"a" * 300}.csv"', ["aaa.csv", "cannot be read"]),
    "margin without file": ('file = "sex.csv"\n', "", ["[weighting.margins, entry 2] file", "is missing"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_study_file_is_refused_by_name(name, tmp_path, capsys):
    old, new, words = SPOILED[name]
    write_sound(tmp_path, (old, new))
    line = refusal(tmp_path, capsys)
    assert [word for word in words if word not in line] == [], line
