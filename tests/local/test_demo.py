"""The demo as a person starts it: `manage.py up`."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from postpurchase.local.demo import own_secrets, welcome
from postpurchase.local.notes import free_port
from tests.local.processes import eventually, gone, marked

NOT_FOR_THE_DEMO = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}


class Up:
    """A running `manage.py up`."""

    def __init__(self, directory, port):
        self.port = port
        self.directory = directory
        self.log = directory.with_name(f"{directory.name}.log")
        env = {name: value for name, value in os.environ.items() if name not in NOT_FOR_THE_DEMO}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(port)],
                # Without a shop in it, which takes long to fill and has tests of its own.
                env={**env, "DEMO": "0", "DEBUG": "1", "LOCAL_DIR": str(directory)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz") as response:
                return json.load(response) == {"database": True, "migrations": True, "redis": True}
        except OSError:
            return False

    def wait_until_it_serves(self):
        assert eventually(lambda: self.answers() or self.process.poll() is not None, within=60)
        assert self.answers(), self.log.read_text()[-2000:]

    def pids(self):
        notes = [self.directory / name / "server.json" for name in ("postgres", "valkey")]
        servers = [json.loads(note.read_text())["pid"] for note in notes]
        return sorted({*marked(f"LOCAL_DIR={self.directory}"), *servers})


@pytest.fixture
def up(tmp_path):
    started = []

    def start(directory="local", port=0):
        started.append(Up(tmp_path / directory, port or free_port()))
        return started[-1]

    yield start
    for each in started:
        each.process.terminate()
        each.process.wait(20)


def test_whole_life_of_a_demo(up):
    first = up()
    first.wait_until_it_serves()
    assert eventually(lambda: "Postpurchase is running" in first.log.read_text(), within=10)

    # A second one in the same directory says why not.
    second = up()
    assert second.process.wait(20) == 1
    assert "Another demo runs in" in second.log.read_text()

    # Commands in another terminal find the demo's servers.
    secret = json.loads((first.directory / "secrets.json").read_text())["SECRET_KEY"]
    assert setting("SECRET_KEY", directory=first.directory) == secret

    # A kill leaves nothing behind; beside the servers, web has 3 processes, worker 3, beat 1.
    pids = first.pids()
    first.process.send_signal(signal.SIGKILL)
    assert (len(pids) >= 10, gone(pids, within=15)) == (True, True)

    # The next start goes on with the same data and secrets; Ctrl-C ends it within ten seconds.
    third = up(port=first.port)
    third.wait_until_it_serves()
    pids = third.pids()
    third.process.send_signal(signal.SIGINT)
    assert third.process.wait(12) == 0
    assert gone(pids, within=1)
    assert json.loads((first.directory / "secrets.json").read_text())["SECRET_KEY"] == secret
    assert not (first.directory / "running.json").exists()


def setting(name, *, directory):
    code = f"from django.conf import settings; print(settings.{name})"
    env = {name: value for name, value in os.environ.items() if name not in NOT_FOR_THE_DEMO}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**env, "LOCAL_DIR": str(directory), "DJANGO_SETTINGS_MODULE": "postpurchase.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_taken_port_is_one_sentence(up):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        refused = up(port=port)

        assert refused.process.wait(20) == 1
    words = f"Port {port} is taken: choose another, for example `make demo PORT={port + 1}`."
    assert refused.log.read_text().strip().endswith(words)


def test_secrets_are_made_once_and_private(tmp_path):
    path = tmp_path / "secrets.json"

    assert own_secrets(path) == own_secrets(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_welcome_shows_addresses_and_log_ins(tmp_path):
    told = {
        "portal": "http://127.0.0.1:8000/s/demo",
        "lookup": {"order": "#1001", "email": "ana@example.com"},
        "dashboard": "http://127.0.0.1:8000/dashboard/demo/",
        "admin": {"url": "http://127.0.0.1:8000/admin/", "email": "a@b.c", "password": "pw"},
        "people": {
            "owner": {"email": "a@b.c", "password": "pw"},
            "agent": {"email": "b@b.c", "password": "wp"},
        },
        "api": {"url": "http://127.0.0.1:8000/api/v1/", "key": "k1"},
        "mailbox": "http://127.0.0.1:8000/mailbox/",
    }
    Path(tmp_path / "demo.json").write_text(json.dumps(told))

    lines = [line.split(maxsplit=1) for line in welcome(tmp_path, port=8000).splitlines() if line]

    assert lines[1:] == [
        ["Portal", "http://127.0.0.1:8000/s/demo"],
        ["Look-up", "order #1001 · email ana@example.com"],
        ["Dashboard", "http://127.0.0.1:8000/dashboard/demo/"],
        ["Desk", "http://127.0.0.1:8000/admin/"],
        ["owner", "a@b.c · pw"],
        ["agent", "b@b.c · wp"],
        ["API", "http://127.0.0.1:8000/api/v1/"],
        ["key", "k1"],
        ["Mailbox", "http://127.0.0.1:8000/mailbox/"],
        ["Mails", f"{tmp_path}/mail/*.eml"],
    ]
