"""What the briefing and `check` say of near copies: found, none, cannot be told, and the shares both ways."""

from dataclasses import replace

import pytest
from planted import planted_study

import survey
from analysis.study.run import run_study
from reports.cli import main
from reports.language.near_copies import copies_text
from reports.language.words import words_of
from survey.history import CopiesSeen, CopyBatch, history_from_dict, history_to_dict

EN, ZH = words_of("en"), words_of("zh")
SEEN = CopiesSeen(
    looked_for="near_copies", ordered_by="time", reasons=(), sorted_by=(), compared=900, told=900,
    questions=22, least_alike=18, bits=31.5, seen=0.98, false_alarm=0.0004,
)  # fmt: skip
BATCH = CopyBatch("twins", 37, "2024-05-12T19:10", "2024-05-12T20:40")
EXACT = replace(SEEN, looked_for="exact_copies", reasons=("little_information",), questions=7, seen=0.05)
UNWEIGHTED = '[weighting]\nmethod = "none"\n[estimates]\nshares = ["q0"]\n'


def test_found_with_the_shares_both_ways():
    found, without = replace(SEEN, batches=(BATCH,), counted=37), ["Without them the share is 61%."]
    assert copies_text(EN, found, without=without) == (
        "37 responses sent between 19:10 and 20:40 on 12 May agree in at least 18 of 22 questions, far more "
        "than responses sent at other times do. They are counted. Without them the share is 61%. Chance "
        "alone would mark a response in at most one of 1,000 such files."
    )
    assert copies_text(ZH, found, without=["不计入时为61%。"]) == (
        "5月12日19:10—20:40收到的37份答卷，在22题中至少有18题彼此相同，一致程度远高于其他时段的答卷。结果仍计入这些答卷。"
        "不计入时为61%。仅因偶然而误标答卷的情形，每1,000个这样的文件中至多1个。"
    )


def test_those_excluded_by_other_rules_are_not_said_to_count():
    found = replace(SEEN, batches=(BATCH, CopyBatch("echo", 6, "2024-05-13T23:50", "2024-05-14T00:20")))
    text = copies_text(EN, replace(found, counted=6))
    assert "6 responses sent between 23:50 on 13 May and 00:20 on 14 May are exact copies" in text
    assert "6 of these 43 responses are counted." in text
    assert "None of them is counted." in copies_text(EN, found)
    assert "结果未计入这些答卷。" in copies_text(ZH, found)


@pytest.mark.parametrize(
    ("seen", "en", "zh"),
    [(SEEN, "Of copies planted in this file as a trial, 98% were seen. Answers invented one by one",
      "在本文件中植入此类答卷试验，可查出98%。"),
     (EXACT, "The answers to these 7 questions differ too little between people for near copies to",
      "这7道题的答案差异太小，近似答卷与看法相同的人无从区分，只查了完全相同的答卷。"),
     (replace(SEEN, reasons=("trial_missed",), seen=0.5),
      "which says little: of copies planted in this file as a trial, only",
      "但不足为凭：在本文件中植入此类答卷试验，只查出50%。"),
     (replace(SEEN, ordered_by="file_order", reasons=("no_times",)), "File order stood in for time.",
      "以文件中的先后代替时间。"),
     (replace(SEEN, told=897), "3 responses could not be judged.", "3份答卷无法判断。"),
     (replace(SEEN, looked_for="nothing", reasons=("no_times", "sorted"), sorted_by=("q3", "q9")),
      "the rows seem sorted by q3 and q9.", "各行似按q3、q9排序。"),
     (replace(SEEN, looked_for="nothing", reasons=("too_few_questions",), questions=5), "with 5 questions",
      "仅5道题"),
     (replace(SEEN, looked_for="nothing", reasons=("coarse_times", "out_of_order")), "times are coarse",
      "提交时间过粗"),
     (replace(SEEN, looked_for="nothing", reasons=("too_few_far",)), "at other times to compare",
      "其他时段的答卷太少")],
)  # fmt: skip
def test_what_was_not_seen_and_what_could_not_be_told(seen, en, zh):
    assert en in copies_text(EN, seen)
    assert zh in copies_text(ZH, seen)


@pytest.mark.parametrize("language", [EN, ZH])
def test_nobody_is_accused(language):
    words = " ".join(map(str, language.mapping("copies").values())).lower()
    for accusing in ("fake", "bot", "cheat", "clean", "genuine", "假", "作弊", "造假"):
        assert accusing not in words.replace("both", "")


def test_the_share_without_them_is_that_of_the_others(tmp_path, capsys):
    study, planted = planted_study(tmp_path, questions=22, batch=37, tables=UNWEIGHTED)
    answers = survey.read_responses(study)["q0"].values
    run = run_study(study).full
    rows = run.rows(measure="alternative_share", by="copies_left_out").set_index("option")
    assert rows["estimate"].tolist() == pytest.approx([(answers[~planted] == i).mean() for i in range(4)])
    assert run.histories["2024"].flow.analysed == run.histories["2024"].weighting.n == 637
    copies = run.histories["2024"].flow.copies
    assert (copies.counted, [batch.n for batch in copies.batches]) == (37, [37])
    kept = history_from_dict(history_to_dict(run.histories["2024"]))
    assert kept == run.histories["2024"]
    assert main(["check", str(tmp_path / "study.toml")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "flag only: near copies 37" in said
    assert "They are counted. " in said
    assert "The briefing prints the headline's share without them." in said


def test_none_found_adds_no_choice_to_the_table(tmp_path):
    study, _ = planted_study(tmp_path, questions=22, batch=0, tables=UNWEIGHTED)
    assert "copies_left_out" not in set(run_study(study).estimates.frame["by"])
