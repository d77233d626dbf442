"""Child processes: what they import is ours, wherever they are started."""

from coordinator.auditing.verifying import Verifying
from coordinator.founding import open_log
from coordinator.processes.progress import unreported


def test_a_child_takes_nothing_of_ours_from_the_working_directory(tmp_path, monkeypatch):
    for name in ("coordinator", "core", "projections"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('this is not ours')")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    open_log(tmp_path / "data", 1_790_000_000_000_000).close()
    with Verifying(tmp_path / "data", refold=False) as verifying:
        assert verifying.result(unreported).position == 1
