"""The child process of the desk: lines arrive while it works, it is stopped, the newest check replaces."""

import time

import pytest

from reports.desk.worker import Worker
from survey.errors import SeveralErrors


@pytest.fixture
def worker():
    made = Worker("desk_tasks")
    yield made
    made.close()


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_lines_arrive_while_it_works_and_the_result_at_the_end(worker, tmp_path):
    job = worker.report(tmp_path)
    until(lambda: worker.job(job.number).lines)
    now = worker.job(job.number)
    assert (now.state, now.lines, now.result) == ("working", ({"step": "begun"},), None)
    (tmp_path / "go on").touch()
    ended = worker.wait(job)
    assert (ended.state, ended.result) == ("done", "made")
    assert ended.lines == ({"step": "begun"}, {"step": "ended"})
    assert 0 < ended.seconds < 60
    assert worker.newest("report", tmp_path) == ended


def test_stopping_ends_the_work_and_the_next_begins_another_child(worker, tmp_path):
    first = worker.wait(worker.check(tmp_path))
    job = worker.report(tmp_path)
    until((tmp_path / "begun").exists)
    worker.stop(job)
    assert worker.wait(job).state == "stopped"
    after = worker.wait(worker.check(tmp_path))
    assert after.state == "done"
    assert after.result != first.result, "the same process still lives"
    assert worker.job(job.number).lines == ({"step": "begun"},)


def test_the_newest_check_replaces_the_one_that_waits_and_of_its_study_only(worker, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    job = worker.report(tmp_path)
    until((tmp_path / "begun").exists)
    checks = [worker.check(one), worker.check(other), worker.check(one), worker.check(one)]
    (tmp_path / "go on").touch()
    assert [worker.wait(check).state for check in checks] == ["replaced", "done", "replaced", "done"]
    assert worker.job(job.number).state == "done"
    assert (one / "checks.txt").read_text() == "one\n"


def test_work_that_waits_is_stopped_without_being_begun(worker, tmp_path):
    job = worker.report(tmp_path)
    until((tmp_path / "begun").exists)
    waiting = worker.check(tmp_path)
    worker.stop(waiting)
    (tmp_path / "go on").touch()
    assert worker.wait(job).state == "done"
    assert worker.job(waiting.number).state == "stopped"
    assert not (tmp_path / "checks.txt").exists()


def test_mistakes_of_the_engine_come_as_they_are(worker, tmp_path):
    ended = worker.wait(worker.verify(tmp_path))
    assert ended.state == "refused"
    assert isinstance(ended.error, SeveralErrors)
    assert [error.place for error in ended.error.errors] == [("waves", 0), ("study",)]
    assert "fieldwork" in ended.error.told().splitlines()[0]


def test_a_failure_says_where_and_no_value(worker, tmp_path):
    ended = worker.wait(worker.preview(tmp_path, "zh"))
    assert ended.state == "broken"
    assert ended.fault.endswith("ValueError")
    assert "desk_tasks.py" in ended.fault
    assert "secret" not in ended.fault


def test_a_child_that_dies_is_told_and_replaced(worker, tmp_path):
    assert worker.wait(worker.draft(tmp_path)).state == "broken"
    assert worker.wait(worker.check(tmp_path)).state == "done"


def test_closing_stops_everything_and_leaves_no_folder(tmp_path):
    worker = Worker("desk_tasks")
    job, waiting = worker.report(tmp_path), worker.check(tmp_path)
    until((tmp_path / "begun").exists)
    child, scratch = worker._child, worker._scratch
    worker.close()
    assert worker.job(job.number).state == worker.job(waiting.number).state == "stopped"
    assert not scratch.exists()
    with pytest.raises(ValueError, match="closed"):
        child.is_alive()


def test_old_work_is_forgotten(worker, tmp_path):
    for i in range(100):
        (tmp_path / str(i)).mkdir()
    jobs = [worker.check(tmp_path / str(i)) for i in range(100)]
    worker.wait(jobs[-1])
    worker.check(tmp_path)
    assert worker.job(jobs[0].number) is None


def test_work_that_cannot_begin_is_broken_and_the_next_is_tried_again(worker, tmp_path, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr(worker, "_start", lambda: (_ for _ in ()).throw(OSError("no memory")))
        job = worker.wait(worker.check(tmp_path))
        assert (job.state, job.fault.splitlines()[-1]) == ("broken", "OSError")
    assert worker.wait(worker.check(tmp_path)).state == "done"
