"""What the environment's values turn into, and the sentences about bad ones."""

import json
import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from postpurchase import env

BACKENDS = "django.core.mail.backends"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", (f"{BACKENDS}.smtp.EmailBackend", "mail.example", 25, "", "")),
        ("smtp://u:p%40ss@h:2525", (f"{BACKENDS}.smtp.EmailBackend", "h", 2525, "u", "p@ss")),
    ],
)
def test_smtp_url(url, expected):
    names = ["EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"]

    assert tuple(env.email(url)[name] for name in names) == expected


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://h", 25, False, False),
        ("smtp+tls://h", 587, True, False),
        ("smtps://h", 465, False, True),
    ],
)
def test_smtp_encryption(url, port, starttls, tls):
    found = env.email(url)

    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (
        port,
        starttls,
        tls,
    )


@pytest.mark.parametrize(
    ("url", "backend", "settings"),
    [
        ("anymail+sendgrid://k%2F1@", "sendgrid", {"SENDGRID_API_KEY": "k/1"}),
        ("anymail+postmark://t@", "postmark", {"POSTMARK_SERVER_TOKEN": "t"}),
        ("anymail+amazon-ses://", "amazon_ses", {}),
        (
            "anymail+mailjet://k:s@",
            "mailjet",
            {"MAILJET_API_KEY": "k", "MAILJET_SECRET_KEY": "s"},
        ),
        (
            "anymail+mailgun://k@?sender_domain=mg.example",
            "mailgun",
            {"MAILGUN_API_KEY": "k", "MAILGUN_SENDER_DOMAIN": "mg.example"},
        ),
    ],
)
def test_anymail_url(url, backend, settings):
    assert env.email(url) == {
        "EMAIL_BACKEND": f"anymail.backends.{backend}.EmailBackend",
        "ANYMAIL": {**settings, "REQUESTS_TIMEOUT": 10},
    }


@pytest.mark.parametrize("directory", ["/var/mail/out", "relative/mail", "/with space/ä"])
def test_eml_url_names_a_directory(directory):
    url = f"eml://{directory.replace(' ', '%20')}"

    assert str(env.email(url)["EMAIL_FILE_PATH"]) == directory


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda: env.email("http://x"), "EMAIL_URL must start with smtp://"),
        (lambda: env.redis_database("http://x", after=1), "REDIS_URL must start with redis://"),
        (lambda: env.database("mysql://x/y", statement_timeout=1), "DATABASE_URL must start with"),
        (lambda: env.field_keys(["short"], secret_key="s"), "FIELD_KEYS holds a bad key"),
    ],
)
def test_bad_value_is_one_sentence(read, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        read()


@pytest.mark.parametrize(
    ("url", "second"),
    [
        ("redis://h:6379", "redis://h:6379/1"),
        ("redis://h:6379/4", "redis://h:6379/5"),
        ("rediss://:p@h/0?ssl_cert_reqs=none", "rediss://:p@h/1?ssl_cert_reqs=none"),
    ],
)
def test_cache_takes_the_database_behind_the_broker(url, second):
    assert env.redis_database(url, after=1) == second


def test_field_key_follows_from_the_secret_until_one_is_given():
    given = Fernet.generate_key().decode()

    assert env.field_keys([given], secret_key="s") == [given]
    assert env.field_keys([], secret_key="a") == env.field_keys([], secret_key="a")
    assert env.field_keys([], secret_key="a") != env.field_keys([], secret_key="b")
    Fernet(env.field_keys([], secret_key="a")[0])


def test_database_options_of_the_url_are_kept():
    config = env.database("postgres://u:p%40@h:6/n?sslmode=require", statement_timeout=7)

    assert (config["PASSWORD"], config["OPTIONS"]["sslmode"]) == ("p@", "require")
    assert config["OPTIONS"]["options"] == "-c lock_timeout=3s -c statement_timeout=7s"


@pytest.fixture
def running(tmp_path, monkeypatch):
    def write(pid):
        path = tmp_path / "running.json"
        path.write_text(json.dumps({"pid": pid, "env": {"SECRET_KEY": "of the demo"}}))
        monkeypatch.setattr(env, "RUNNING", path)

    return write


def test_running_demo_lends_its_environment(running, monkeypatch):
    running(os.getpid())
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("REDIS_URL")

    assert env.environment().str("SECRET_KEY") == "of the demo"


def test_named_servers_keep_a_running_demo_out(running, monkeypatch):
    running(os.getpid())
    monkeypatch.delenv("SECRET_KEY", raising=False)

    assert env.environment().str("SECRET_KEY", default="none") == "none"


def test_demo_that_died_lends_nothing(running):
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    running(child.pid)

    assert env.running_demo() == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": null}', '{"pid": "x", "env": {}}'])
def test_broken_note_lends_nothing(text, tmp_path, monkeypatch):
    (tmp_path / "running.json").write_text(text)
    monkeypatch.setattr(env, "RUNNING", tmp_path / "running.json")

    assert env.running_demo() == {}
