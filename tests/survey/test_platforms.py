"""What each platform's own files show: real samples counted, and small made-up ones in each dialect."""

import json

import pytest
from tiny_study import tiny_answers, tiny_study

import survey
from survey.errors import ExportError
from survey.study.questionnaire import Missing


def read_text(folder, text, name="answers.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return survey.read_export(folder / name)


class TestLimeSurvey:
    @pytest.fixture
    def real(self, shared):
        folder = shared / "exports" / "real"
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))[
            "limesurvey_full_answers"
        ]
        return survey.read_export(folder / "limesurvey_full_answers.csv"), expected, folder

    def test_every_count_of_the_real_file(self, real):
        export, expected, _ = real
        assert len(export) == expected["n"]
        assert int((~export.paradata.unfinished).sum()) == expected["complete_submitdate"]
        checked = 0
        for name, options in expected["multiple_choice"].items():
            for option, counts in options.items():
                columns = [c for c in export.columns if c.name == name and c.option.strip() == option.strip()]
                assert len(columns) == 1, (name, option)
                for word, n in counts.items():
                    assert (columns[0].cells == word).sum() == n, (name, option, word)
                    checked += 1
        assert checked > 300

    def test_a_no_is_no_tick_and_not_shown_is_not_asked(self, real, tmp_path):
        _, expected, folder = real
        for name in ("A8", "B1", "C3"):
            options = [o for o in expected["multiple_choice"][name] if o != "Other"]
            lines = [f"options.o{i} = {{ en = {json.dumps(o)} }}" for i, o in enumerate(options)]
            if "Other" in expected["multiple_choice"][name]:
                lines.append('options.other = { en = "Other" }')
            table = f'[questions.q]\nkind = "multiple"\ncolumn = "{name}"\ntext = "q"\n' + "\n".join(lines)
            found = tiny_answers(tmp_path, table + "\n", file=folder / "limesurvey_full_answers.csv")["q"]
            counts = expected["multiple_choice"][name]
            assert found.values[:, : len(options)].sum(axis=0).tolist() == [counts[o]["Yes"] for o in options]
            hidden = {counts[o]["N/A"] for o in options}
            if len(hidden) == 1:
                assert (found.missing == Missing.NOT_ASKED).sum() == hidden.pop()

    def test_headings_of_texts_alone_and_timings(self, tmp_path):
        export = read_text(tmp_path, "Response ID,Date submitted,Last page,Start language,Date started,Town?,"
                           "Worries? [Price],Worries? [Far],Worries? [Other]\n"
                           "1,2025-09-01 10:00:00,2,en,2025-09-01 09:59:00,A,Yes,No,\n"
                           "2,,1,en,2025-09-01 11:00:00,,N/A,N/A,\n")  # fmt: skip
        assert export.platform == "limesurvey"
        assert [(c.name, c.option) for c in export.columns] == [
            ("Town?", ""), ("Worries?", "Price"), ("Worries?", "Far"), ("Worries?", "Other")]  # fmt: skip
        assert export.paradata.seconds.tolist()[:1] == [60]
        assert export.paradata.unfinished.tolist() == [False, True]
        timed = read_text(tmp_path, "id,submitdate,lastpage,seed,Q1,interviewtime,groupTime3,Q1Time\n"
                          "1,2025-09-01 10:00:00,2,en,A1,84.25,3.1,2.2\n")  # fmt: skip
        assert [c.name for c in timed.columns] == ["Q1"]
        assert timed.paradata.seconds.tolist() == [84.25]

    @pytest.mark.parametrize(("yes", "no"), [("Y", ""), ("Y", "N"), ("1", "2"), ("1", "0")])
    def test_however_yes_and_no_are_written(self, tmp_path, yes, no):
        text = (
            "id,submitdate,lastpage,startlanguage,Q[SQ001],Q[SQ002]\n"
            f"1,2025-09-01 10:00:00,2,en,{yes},{no}\n2,2025-09-01 10:00:00,2,en,{yes},{yes}\n"
        )
        table = '[questions.q]\nkind = "multiple"\ncolumn = "Q"\ntext = "q"\n'
        table += 'options.a = { en = "a", match = ["SQ001"] }\noptions.b = { en = "b", match = ["SQ002"] }\n'
        assert tiny_answers(tmp_path, table, text)["q"].values.tolist() == [[True, False], [True, True]]

    def test_who_broke_off_is_incomplete_unless_the_study_keeps_them(self, real, tmp_path):
        _, _, folder = real
        table = '[questions.q]\nkind = "text"\ncolumn = "A1"\ntext = "q"\n'
        responses = tiny_answers(tmp_path, table, file=folder / "limesurvey_full_answers.csv")
        study = survey.read_study(tmp_path / "study.toml", read=[folder])
        assert survey.screen(responses, study)[1].removed("incomplete") == 7
        keeping = table + '[screening]\nunfinished = "keep"\n'
        study = tiny_study(tmp_path, keeping, file=folder / "limesurvey_full_answers.csv")
        assert survey.screen(responses, study)[1].removed("incomplete") == 0

    def test_a_start_that_cannot_be_read_is_refused_only_where_the_time_taken_depends_on_it(self, tmp_path):
        text = "id,submitdate,lastpage,startlanguage,startdate,q\n1,2025-09-01 10:05:00,1,en,soon,a\n"
        with pytest.raises(
            ExportError, match=r'answers\.csv, column "startdate", row 2: "soon" is not a time'
        ):
            read_text(tmp_path, text)
        timed = read_text(tmp_path, text.replace(",q\n", ",q,interviewtime\n").replace(",a\n", ",a,61\n"))
        assert timed.paradata.seconds.tolist() == [61]
        assert str(timed.paradata.submitted[0]) == "2025-09-01T10:05:00"


class TestQualtrics:
    def test_both_layouts_hold_the_same_ticks_of_the_same_people(self, shared):
        folder = shared / "exports" / "real"
        new = survey.read_export(folder / "qualtrics_three_header_rows.csv")
        old = survey.read_export(folder / "qualtrics_legacy_two_header_rows.csv")
        assert new.platform == old.platform == "qualtrics"
        for export in (new, old):
            assert export.paradata.preview is None
            assert "every answer is a test answer" in export.notes[0]
        answered = [(c.name, c.option, c.typed) for c in new.columns]
        assert sorted(answered) == sorted((c.name, c.option, c.typed) for c in old.columns)
        assert len(answered) == 22
        for name, option, typed in answered:
            key = (name, option, typed)
            one, other = (
                [c.cells.tolist() for c in e.columns if (c.name, c.option, c.typed) == key]
                for e in (new, old)
            )
            assert one == other, (name, option)

    TEXT = (
        "StartDate,EndDate,Status,IPAddress,Finished,ResponseId,Q1,Q2_1,Q2_2,Q2_2_TEXT,Q3_TEXT\n"
        "Start Date,End Date,Response Type,IP Address,Finished,Response ID,Town?,"
        "Why? - Selected Choice - Price,Why? - Selected Choice - Other,Why? - Other - Text,Remarks?\n"
        '{ImportId},"{""ImportId"":""endDate""}","{""ImportId"":""status""}",,,,"{""ImportId"":""QID1""}",,,,\n'
        "2025-09-01 10:00:00,2025-09-01 10:02:00,{s1},203.0.113.1,True,R_1,A,1,,,-99\n"
        "2025-09-01 10:00:00,2025-09-01 10:02:30,{s2},203.0.113.2,False,R_2,-99,,1,dear,fine\n"
    )

    def test_previews_are_marked_and_seen_but_unanswered_is_blank(self, tmp_path):
        text = self.TEXT.replace("{s1}", "Survey Preview").replace("{s2}", "IP Address")
        export = read_text(tmp_path, text)
        assert export.paradata.preview.tolist() == [True, False]
        assert export.paradata.unfinished.tolist() == [False, True]
        assert export.paradata.seconds.tolist() == [120, 150]
        assert [(c.name, c.option, c.typed) for c in export.columns] == [
            ("Q1", "", False), ("Q2", "Price", False), ("Q2", "Other", False), ("Q2", "Other", True),
            ("Q3_TEXT", "", False)]  # fmt: skip
        assert export.columns[0].missing.tolist() == [0, Missing.BLANK]
        assert export.columns[4].missing.tolist() == [Missing.BLANK, 0]

    def test_a_file_without_any_column_of_its_own_is_refused_by_name(self, tmp_path):
        (tmp_path / "a.csv").write_text("Q1,Q2\nA,B\n", encoding="utf-8")
        with pytest.raises(ExportError, match=r"a\.csv: has none of Qualtrics' own columns"):
            survey.read_export(tmp_path / "a.csv", "qualtrics")


class TestKobo:
    def test_a_summary_alone_is_split_at_its_blanks(self, tmp_path):
        text = (
            "why;g/age;_id;_uuid;_submission_time\nprice far;3;1;u1;2025-09-01T10:00:00\n"
            ";4;2;u2;2025-09-01T10:00:00\n"
        )
        export = read_text(tmp_path, text)
        assert (export.platform, export.separator) == ("kobo", " ")
        assert [(c.name, c.header) for c in export.columns] == [("why", "why"), ("age", "g/age")]

    def test_split_columns_alone_are_told_from_a_group(self, tmp_path):
        text = ("g/why/price,g/why/far,g/age,g/sex,_id,_uuid,_submission_time,_validation_status\n"
                    "1,0,3,m,1,u,2025-09-01T10:00:00,Not Approved\n"
                    "0,1,4,f,2,v,2025-09-01T10:00:00,Approved\n")  # fmt: skip
        export = read_text(tmp_path, text)
        assert [(c.name, c.option) for c in export.columns] == [
            ("why", "price"), ("why", "far"), ("age", ""), ("sex", "")]  # fmt: skip
        assert export.paradata.rejected.tolist() == [True, False]

    def test_a_row_of_tags_is_no_answer(self, tmp_path):
        text = (
            "start,end,q,_id,_uuid,_submission_time\n,,#q,,,\n"
            "2025-09-01T10:00:00+08:00,2025-09-01T10:01:00+08:00,a,1,u,x\n"
        )
        export = read_text(tmp_path, text)
        assert export.columns[0].cells.tolist() == ["a"]
        assert export.paradata.seconds.tolist() == [60]
        assert str(export.paradata.submitted[0]) == "2025-09-01T10:01:00"

    def test_a_file_without_questions_is_refused(self, tmp_path):
        with pytest.raises(ExportError, match="has no questions"):
            read_text(tmp_path, "_id,_uuid,_submission_time\n1,u,2025-09-01T10:00:00\n")


BEGUN = "2025-09-01T10:00:00.000+08:00"


class TestOdk:
    TEXT = (
        "SubmissionDate,start,end,deviceid,g-age,why,meta-instanceID,KEY,SubmitterName,ReviewState\n"
        f"2025-09-02T00:00:00.000Z,{BEGUN},2025-09-01T10:02:00.000+08:00,d1,3,price far,u1,u1,Li,\n"
        f"2025-09-02T00:00:00.000Z,{BEGUN},2025-09-01T10:03:00.000+08:00,d1,4,,u2,u2,Li,rejected\n"
    )

    def test_groups_ticks_and_times(self, tmp_path):
        export = read_text(tmp_path, self.TEXT)
        assert export.platform == "odk"
        assert [(c.name, c.option) for c in export.columns] == [("age", ""), ("why", "")]
        assert export.paradata.seconds.tolist() == [120, 180]
        assert export.paradata.rejected.tolist() == [False, True]
        assert export.device.tolist() == ["d1", "d1"]

    def test_split_options(self, tmp_path):
        text = self.TEXT.replace("why,meta", "why,why/price,why/far,meta").replace(
            "price far,u1", "price far,1,1,u1"
        )
        export = read_text(tmp_path, text.replace(",4,,u2", ",4,,,,u2"))
        assert [(c.name, c.option) for c in export.columns] == [
            ("g-age", ""), ("why", "price"), ("why", "far")]  # fmt: skip


class TestGoogle:
    @pytest.mark.parametrize(
        ("header", "cell", "time"),
        [("Timestamp", "9/1/2025 10:04:11", "2025-09-01T10:04:11"),
         ("Timestamp", "13/9/2025 10:04:11", "2025-09-13T10:04:11"),
         ("时间戳记", "2025/9/1 10:04:11", "2025-09-01T10:04:11"),
         ("时间戳记", "2025/09/01 下午2:04:11 GMT+8", "2025-09-01T14:04:11"),
         ("Timestamp", "2025/09/01 2:04:11 PM GMT+8", "2025-09-01T14:04:11")],
    )  # fmt: skip
    def test_its_times(self, tmp_path, header, cell, time):
        export = read_text(tmp_path, f"{header},Town?\n{cell},A\n{cell},B\n")
        assert export.platform == "google"
        assert str(export.paradata.submitted[0]) == time

    def test_a_plain_table_with_a_timestamp_is_not_google(self, tmp_path):
        export = read_text(tmp_path, "timestamp,Town?\n2025-09-01T10:04:11,A\n2025-09-01T10:04:11,B\n")
        assert export.platform == "plain"

    def test_accounts_and_scores_are_no_answers_and_a_grid_is_one_question(self, tmp_path):
        text = ("Timestamp,Email Address,Score,How? [Price],How? [Far],Why? [really]\n"
                "9/1/2025 10:04:11,a@b.org,1 / 2,1,2,x\n")  # fmt: skip
        export = read_text(tmp_path, text)
        assert [(c.number, c.header, c.option) for c in export.columns] == [
            (1, "How?", "Price"), (1, "How?", "Far"), (2, "Why? [really]", "")]  # fmt: skip
        assert export.user.tolist() == ["a@b.org"]

    def test_declared_but_another_file_is_refused(self, tmp_path):
        (tmp_path / "a.csv").write_text("n,q\n1,a\n", encoding="utf-8")
        with pytest.raises(ExportError, match='begins with the column "n"; expected Timestamp'):
            survey.read_export(tmp_path / "a.csv", "google")


class TestJinshuju:
    def test_a_generic_file_says_that_it_is_unverified(self, tmp_path):
        text = ("序号,您住哪？,顾虑？,提交人,提交时间,更新时间,填写时长,IP,微信昵称\n"
                "1,小店区,价格，距离,王某,2025-09-01 10:00:00,,1分20秒,203.0.113.9,小王\n"
                "2,迎泽区,价格，安全,李某,2025-09-01 10:01:00,,70秒,203.0.113.8,小李\n")  # fmt: skip
        export = read_text(tmp_path, text)
        assert (export.platform, export.separator) == ("jinshuju", "")  # each question has a sign of its own
        assert [(c.number, c.header) for c in export.columns] == [(1, "您住哪？"), (2, "顾虑？")]
        assert export.paradata.seconds.tolist() == [80, 70]
        assert "no genuine 金数据 file" in export.notes[0]

    @pytest.mark.parametrize(
        ("own", "platform"),
        [("提交时间,修改时间,浏览器", "jinshuju"), ("创建时间,最后更新时间,填写设备", "jinshuju"),
         ("提交人,提交时间", "plain"), ("提交人,提交时间,浏览器", "plain"),
         ("提交时间,微信昵称,填写时长,OPENID", "jinshuju")],
    )  # fmt: skip
    def test_two_marks_beside_number_and_time_tell_it(self, tmp_path, own, platform):
        cells = {"填写时长": "60秒", "提交时间": "2025-09-01 10:00:00", "创建时间": "2025-09-01 10:00:00"}
        row = ",".join(cells.get(name, "x") for name in own.split(","))
        export = read_text(tmp_path, f"序号,城市？,{own}\n1,北,{row}\n2,南,{row}\n")
        assert export.platform == platform
        if platform == "jinshuju":
            assert [c.header for c in export.columns] == ["城市？"]
            assert export.own == ("序号", *own.split(","))
            assert (export.user is None) == ("OPENID" not in own)


class TestWjx:
    def test_blocks_to_fill_in_are_rows_of_one_question(self, tmp_path):
        text = (
            "序号,提交答卷时间,3、(1)托费多少？,3、(2)餐费多少？,4、x\n"
            "1,2025/9/1 10:00:00,2000,300,a\n2,2025/9/1 10:01:00,1500,(空),b\n"
        )
        question = '[questions.q]\nkind = "number"\ncolumn = 3\nrow = "(2)餐费多少？"\ntext = "q"\n'
        found = tiny_answers(tmp_path, question, text)
        assert found["q"].values[0] == 300
        assert found["q"].missing.tolist() == [0, Missing.BLANK]

    @pytest.mark.parametrize("form", ["text", "number"])
    def test_a_ranking_is_read_as_what_stands_among_the_first(self, tmp_path, form):
        if form == "text":
            text = (
                "序号,提交答卷时间,1、排序？,2、x\n1,2025/9/1 10:00:00,价格→距离→质量,a\n"
                "2,2025/9/1 10:01:00,质量→价格,b\n3,2025/9/1 10:02:00,(跳过),c\n"
            )
        else:
            text = (
                "序号,提交答卷时间,第1题(价格),第1题(质量),第1题(距离),2、x\n"
                "1,2025/9/1 10:00:00,1,3,2,1\n"
                    "2,2025/9/1 10:01:00,2,1,-2,2\n3,2025/9/1 10:02:00,-3,-3,-3,3\n")  # fmt: skip
        table = '[questions.q]\nkind = "multiple"\ncolumn = 1\ntext = "q"\ntop = {}\n'
        table += (
            'options.price = { zh = "价格" }\noptions.quality = { zh = "质量" }\n'
            'options.far = { zh = "距离" }\n'
        )
        first = tiny_answers(tmp_path, table.replace("{}", "1"), text)["q"]
        assert first.values.astype(int).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
        assert first.missing.tolist() == [0, 0, Missing.NOT_ASKED]
        assert tiny_answers(tmp_path, table.replace("{}", "2"), text)["q"].values.astype(int).tolist() == [
            [1, 0, 1], [1, 1, 0], [0, 0, 0]]  # fmt: skip
