"""A server for tests and benchmarks: one command has it at a time."""

import pytest

from yilu.platform.running import stage, trial
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import Home


def test_a_second_command_is_told_that_the_server_is_taken(monkeypatch, tmp_path):
    """It would work in the databases of the first, and lose the server with it."""
    monkeypatch.setenv("YILU_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    with stage.only_one(Home(tmp_path / "tests")), pytest.raises(CannotRun, match="YILU_HOME"):
        trial.run(["true"])

    assert not (tmp_path / "tests" / "postgres").exists()
