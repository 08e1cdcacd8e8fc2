"""Our own PostgreSQL and Valkey, for real."""

import os
import signal
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from postpurchase.env import BASE_DIR
from postpurchase.local import accounts, binaries, postgres, valkey
from postpurchase.local.notes import CannotStart
from tests.local.processes import alive, eventually, gone

STARTS_AND_WAITS = """
import sys, time
from pathlib import Path
from postpurchase.local.postgres import THROW_AWAY, Postgres
from postpurchase.local.valkey import Valkey
home = Path(sys.argv[1])
servers = [Postgres(home / "pg", options=THROW_AWAY).start(), Valkey(home / "valkey").start()]
print(*[server.pid for server in servers], flush=True)
time.sleep(60)
"""


def query(server, sql):
    with closing(psycopg2.connect(server.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    directory = tmp_path_factory.mktemp("pg")
    server = postgres.Postgres(directory, options=postgres.THROW_AWAY).start()
    yield server
    server.stop()


def test_case_folds_in_every_language(database):
    [row] = query(database, "SELECT 'ȘȚÄЯ' ILIKE 'șțäя', current_setting('TimeZone')")

    assert row == (True, "UTC")


def test_note_is_for_its_owner_only(database):
    note = database.directory / "server.json"

    assert stat.S_IMODE(note.stat().st_mode) == 0o600


def test_second_start_attaches(database):
    second = postgres.Postgres(database.directory).start()

    assert (second.process, second.url, second.pid) == (None, database.url, database.pid)


def test_killed_postgres_keeps_rows_and_address(tmp_path):
    server = postgres.Postgres(tmp_path).start()
    url = server.url
    try:
        query(server, "CREATE TABLE kept (number int)")
        query(server, "INSERT INTO kept VALUES (1), (2)")
        server.kill()
        server.start()

        assert (server.url, query(server, "SELECT count(*) FROM kept")) == (url, [(2,)])
    finally:
        server.stop()


def test_data_of_another_version_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(CannotStart, match=r"was made by PostgreSQL 9, found was .*PG_BIN"):
        postgres.Postgres(tmp_path).start()


def test_damaged_data_is_said(tmp_path):
    server = postgres.Postgres(tmp_path, options=postgres.THROW_AWAY).start()
    server.stop()
    (tmp_path / "data" / "global" / "pg_control").unlink()

    with pytest.raises(CannotStart, match=r"PostgreSQL did not start: .*server\.log"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
@pytest.mark.parametrize("can_run", [accounts._can_run, lambda account: False])
def test_postgres_runs_as_nobody_where_namespaces_are_refused(tmp_path, monkeypatch, can_run):
    monkeypatch.setattr(accounts, "_can_run", can_run)
    monkeypatch.setattr(accounts, "for_postgres", accounts.as_nobody)
    server = postgres.Postgres(tmp_path, options=postgres.THROW_AWAY).start()
    home = accounts.as_nobody(tmp_path, binaries.postgres()).data.parent
    try:
        assert query(server, "SELECT 1") == [(1,)]
        assert home.stat().st_uid == accounts._NOBODY
    finally:
        server.stop()
        subprocess.run(["rm", "-rf", str(home)], check=True)


def test_no_programs_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(binaries, "_postgres_places", lambda: [tmp_path])
    monkeypatch.setattr(binaries, "_valkey_places", lambda: [tmp_path / "valkey-server"])

    with pytest.raises(CannotStart, match="set DATABASE_URL and REDIS_URL"):
        binaries.postgres()
    with pytest.raises(CannotStart, match="set DATABASE_URL and REDIS_URL"):
        binaries.valkey()


def test_named_programs_come_first(monkeypatch):
    directory = str(binaries.postgres())
    monkeypatch.setenv("PG_BIN", directory)

    assert str(next(iter(binaries._postgres_places()))) == directory


def test_killed_valkey_keeps_keys_and_address(tmp_path):
    server = valkey.Valkey(tmp_path, options={**valkey.DURABLE, "appendfsync": "always"}).start()
    url = server.url
    try:
        redis.Redis.from_url(server.url).set("kept", "1")
        server.kill()
        server.start()

        assert (server.url, redis.Redis.from_url(url).get("kept")) == (url, b"1")
    finally:
        server.stop()


def test_valkey_wants_its_password_and_hides_it(tmp_path):
    with_password = valkey.Valkey(tmp_path, options=valkey.THROW_AWAY).start()
    try:
        password, _, address = with_password.url.removeprefix("redis://:").partition("@")
        arguments = Path(f"/proc/{with_password.pid}/cmdline").read_text()

        assert password not in arguments
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(f"redis://{address}").ping()
    finally:
        with_password.stop()


def test_stop_needs_no_more_than_the_note(tmp_path):
    servers = [
        postgres.Postgres(tmp_path / "pg", options=postgres.THROW_AWAY).start(),
        valkey.Valkey(tmp_path / "valkey", options=valkey.THROW_AWAY).start(),
    ]
    children = [server.process for server in servers]
    buriers = [threading.Thread(target=child.wait) for child in children]
    for burier in buriers:
        burier.start()

    # As a second process would, which only found them running.
    postgres.Postgres(tmp_path / "pg").stop()
    valkey.Valkey(tmp_path / "valkey").stop()

    for burier in buriers:
        burier.join(10)
    assert [child.returncode for child in children] == [0, 0]


def test_servers_die_with_whoever_started_them(tmp_path):
    command = [sys.executable, "-c", STARTS_AND_WAITS, str(tmp_path)]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE) as starter:
        pids = [int(word) for word in starter.stdout.readline().split()]
        starter.send_signal(signal.SIGKILL)

    assert len(pids) == 2
    assert gone(pids, within=10)


def test_start_right_after_a_kill_waits_for_the_old_server(tmp_path):
    command = [sys.executable, "-c", STARTS_AND_WAITS, str(tmp_path)]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE) as starter:
        old = int(starter.stdout.readline().split()[0])
        starter.send_signal(signal.SIGKILL)
    server = postgres.Postgres(tmp_path / "pg", options=postgres.THROW_AWAY).start()
    try:
        assert eventually(lambda: not alive(old), within=10)
        assert query(server, "SELECT 1") == [(1,)]
    finally:
        server.stop()
