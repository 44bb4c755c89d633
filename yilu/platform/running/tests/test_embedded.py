"""The embedded database server: made, started, stopped, killed, and refused; all for real."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yilu.platform.running import embedded
from yilu.platform.running.embedded import Server
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import Home
from yilu.platform.running.tests.clinics import eventually
from yilu.platform.running.tests.places import temporary_home

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root has a user to hand over to")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with temporary_home() as home:
        yield embedded.ensure_running(home)


@pytest.fixture
def empty_home() -> Iterator[Home]:
    with temporary_home() as home:
        yield home


def ask(server: Server, question: str) -> tuple:
    with psycopg.connect(server.owner_url()) as connection:
        return connection.execute(question).fetchone()


def log_of(server: Server) -> str:
    return "".join(p.read_text() for p in (server.home.postgres / "log").iterdir())


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o7777)


def kill(server: Server) -> None:
    lock = server.home.data / "postmaster.pid"
    os.kill(int(lock.read_text().splitlines()[0]), signal.SIGKILL)


def test_the_server_keeps_what_it_promises(server):
    names = ("data_checksums", "fsync", "full_page_writes", "synchronous_commit")
    assert [ask(server, f"SHOW {name}") for name in names] == [("on",)] * 4


def test_the_server_understands_chinese_whatever_the_locale_of_the_caller(server):
    row = ask(
        server,
        "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database"
        " WHERE datname = current_database()",
    )
    assert row == ("C.UTF-8", "UTF8")


def test_the_server_listens_on_no_network(server):
    assert ask(server, "SHOW listen_addresses") == ("",)


def test_nobody_else_can_enter_the_folders_of_the_server(server):
    folders = (server.home.postgres, server.home.data, server.home.socket_folder)
    assert [mode(folder) for folder in folders] == ["0o700"] * 3


def test_the_role_of_the_application_is_no_superuser(server):
    question = "SELECT rolsuper, rolcanlogin FROM pg_roles WHERE rolname = 'yilu_app'"
    assert ask(server, question) == (False, False)


def test_its_log_tells_no_values(server):
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE secret (name text UNIQUE)")
        connection.execute("INSERT INTO secret VALUES ('Ouyang Xiu')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO secret VALUES ('Ouyang Xiu')")

    # A process of its own collects the log: the refusal gets there after the answer.
    eventually(lambda: "secret_name_key" in log_of(server))
    assert "Ouyang" not in log_of(server)


def test_starting_twice_is_starting_once(server):
    before = ask(server, "SELECT pg_postmaster_start_time()")

    embedded.ensure_running(server.home)

    assert ask(server, "SELECT pg_postmaster_start_time()") == before


def test_a_killed_server_comes_back_with_everything_it_had_promised(empty_home):
    server = embedded.ensure_running(empty_home)
    with psycopg.connect(server.owner_url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    kill(server)

    assert ask(embedded.ensure_running(empty_home), "SELECT number FROM kept") == (7,)


def test_a_lock_file_with_the_number_of_another_program_is_seen_through(empty_home):
    embedded.ensure_running(empty_home)
    lock = empty_home.data / "postmaster.pid"
    left = lock.read_text().splitlines()[1:]
    embedded.stop(empty_home)
    lock.write_text("\n".join([str(os.getpid()), *left]))

    assert not embedded.is_running(empty_home)
    assert ask(embedded.ensure_running(empty_home), "SELECT 1") == (1,)


def test_a_set_up_that_was_interrupted_begins_again(empty_home):
    half = empty_home.postgres / "data.new" / "base"
    half.mkdir(parents=True)

    assert ask(embedded.ensure_running(empty_home), "SELECT 1") == (1,)
    assert not half.exists()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control"])
def test_a_half_written_data_folder_is_refused_and_left_alone(empty_home, missing):
    embedded.ensure_running(empty_home)
    embedded.stop(empty_home)
    (empty_home.data / missing).unlink()
    before = sorted(empty_home.data.rglob("*"))

    with pytest.raises(CannotRun, match=f"incomplete .no {missing}.: put a backup"):
        embedded.ensure_running(empty_home)

    assert sorted(empty_home.data.rglob("*")) == before


def test_a_data_folder_of_another_version_is_refused(empty_home):
    embedded.ensure_running(empty_home)
    embedded.stop(empty_home)
    (empty_home.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(CannotRun, match="written by PostgreSQL 17 and this Yilu runs 18"):
        embedded.ensure_running(empty_home)


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(CannotRun, match=r"cannot be written \(Not a directory\): mend its"):
        embedded.ensure_running(Home(tmp_path / "file" / "home"))


def test_a_server_that_does_not_start_says_why(empty_home):
    embedded.ensure_running(empty_home)
    embedded.stop(empty_home)
    (empty_home.data / "local.conf").write_text("shared_buffers = 'plenty'\n")

    with pytest.raises(CannotRun, match=r"did not start .*local\.conf"):
        embedded.ensure_running(empty_home)


def test_no_permission_outside_the_home_changes():
    with tempfile.TemporaryDirectory(prefix="yilu-test-") as outer:
        Path(outer).chmod(0o711)
        home = Home(Path(outer) / "clinic")
        programs = Path(embedded.__file__).resolve()
        watched = [Path(outer), *Path(outer).parents, *programs.parents]
        watched += Path(psycopg.__file__).parents
        before = {path: (mode(path), path.stat().st_uid) for path in watched}

        embedded.ensure_running(home)
        embedded.stop(home)

        assert {path: (mode(path), path.stat().st_uid) for path in watched} == before


@as_root
def test_root_is_told_when_the_servers_user_cannot_pass():
    with tempfile.TemporaryDirectory(prefix="yilu-test-") as outer:
        home = Home(Path(outer) / "clinic")

        with pytest.raises(CannotRun, match=r"cannot enter .* name a folder with YILU_HOME"):
            embedded.ensure_running(home)

        assert mode(Path(outer)) == "0o700"


@as_root
def test_the_server_never_runs_as_root(server):
    pid = (server.home.data / "postmaster.pid").read_text().splitlines()[0]
    assert Path(f"/proc/{pid}").stat().st_uid == server.account.uid != 0


def test_a_long_path_gets_its_socket_elsewhere():
    home = Home(Path("/srv") / ("long" * 30))
    assert home.socket_folder.parent == Path(tempfile.gettempdir())
    assert home.path.name not in str(home.socket_folder)
