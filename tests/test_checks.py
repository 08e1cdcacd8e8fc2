"""Production refuses unsafe values, in each process, with a sentence that helps."""

import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from postpurchase.checks import refuse_unsafe_start
from postpurchase.env import BASE_DIR, NO_DATABASE, NO_REDIS

GOOD = {
    "DATABASE_URL": "postgres://u:p@127.0.0.1:1/n",
    "REDIS_URL": "redis://127.0.0.1:2/0",
    "SECRET_KEY": "Tx7-pQ2_" * 8,
    "FIELD_KEYS": Fernet.generate_key().decode(),
    "PUBLIC_URL": "https://orders.example.com",
    "ALLOWED_HOSTS": "orders.example.com",
}
WEB = [sys.executable, "-c", "import postpurchase.wsgi"]
WORKER = [sys.executable, "-m", "celery", "-A", "postpurchase", "worker", "--pool", "solo"]
MANAGE = [sys.executable, "-W", "ignore", "manage.py"]


def run(command, tmp_path, **values):
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**base, "LOCAL_DIR": str(tmp_path), **GOOD, **values}
    return subprocess.run(
        command,
        check=False,
        cwd=BASE_DIR,
        env={name: value for name, value in env.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "unsafe-until-you-set-SECRET_KEY", "Set SECRET_KEY to"),
        ("SECRET_KEY", "short", "Set SECRET_KEY to"),
        ("FIELD_KEYS_GIVEN", [], "Set FIELD_KEYS to"),
        ("ALLOWED_HOSTS", [], "Set ALLOWED_HOSTS to"),
        ("ALLOWED_HOSTS", ["*"], "Set ALLOWED_HOSTS to"),
        ("PUBLIC_URL", "http://orders.example.com", "Set PUBLIC_URL to"),
        ("ALLOW_PRIVATE_ADDRESSES", True, "Unset ALLOW_PRIVATE_ADDRESSES"),
        ("DATABASE_URL", NO_DATABASE, "set DATABASE_URL and REDIS_URL"),
        ("REDIS_URL", NO_REDIS, "set DATABASE_URL and REDIS_URL"),
    ],
)
def test_unsafe_value_is_refused_with_a_sentence(name, value, sentence, settings):
    settings.DEMO = settings.DEBUG = False
    settings.ALLOW_PRIVATE_ADDRESSES = False
    settings.SECRET_KEY = GOOD["SECRET_KEY"]
    settings.FIELD_KEYS_GIVEN = [GOOD["FIELD_KEYS"]]
    settings.PUBLIC_URL = GOOD["PUBLIC_URL"]
    settings.ALLOWED_HOSTS = [GOOD["ALLOWED_HOSTS"]]
    refuse_unsafe_start()

    setattr(settings, name, value)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        refuse_unsafe_start()


def test_web_refuses(tmp_path):
    done = run(WEB, tmp_path, SECRET_KEY=None, ALLOWED_HOSTS=None)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: "
        "Set SECRET_KEY to 50 random characters (`manage.py new_secrets`). "
        "Set ALLOWED_HOSTS to the host names that shoppers use."
    )


def test_web_starts_with_good_values(tmp_path):
    assert run(WEB, tmp_path).returncode == 0


def test_named_static_root_means_names_with_a_digest(tmp_path):
    code = "from postpurchase.settings import STORAGES; print(STORAGES['staticfiles']['BACKEND'])"
    command = [sys.executable, "-c", code]

    named = run(command, tmp_path, STATIC_ROOT=str(tmp_path)).stdout.strip()
    unnamed = run(command, tmp_path).stdout.strip()

    assert named == "whitenoise.storage.CompressedManifestStaticFilesStorage"
    assert unnamed == "django.contrib.staticfiles.storage.StaticFilesStorage"


def test_worker_refuses(tmp_path):
    done = run(WORKER, tmp_path, SECRET_KEY="short")

    assert (done.returncode, "Set SECRET_KEY to" in done.stderr) == (1, True)


def test_check_deploy_is_clean_with_good_values(tmp_path):
    done = run([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], tmp_path)

    assert (done.returncode, done.stderr) == (0, "")


def test_check_deploy_names_a_demo(tmp_path):
    done = run([*MANAGE, "check", "--deploy"], tmp_path, DEMO="1")

    assert "Unset DEMO" in done.stderr


@pytest.mark.parametrize("command", ["help", "makemigrations --check --dry-run"])
def test_commands_without_a_server_need_none(command, tmp_path):
    nothing = dict.fromkeys(GOOD)

    assert run([*MANAGE, *command.split()], tmp_path, **nothing).returncode == 0


def test_command_that_needs_a_server_says_so_in_one_sentence(tmp_path):
    done = run([*MANAGE, "migrate"], tmp_path, **dict.fromkeys(GOOD))

    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "No database or broker is known: set DATABASE_URL and REDIS_URL, or run `make demo`."
    ]
