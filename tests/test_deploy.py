"""The containers, the settings and the manual name the same services and variables."""

import re

import pytest
import yaml

from postpurchase.celery import BEAT, QUEUES
from postpurchase.env import BASE_DIR

MANUAL = (BASE_DIR / "docs" / "operations.md").read_text()
COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {"web", "worker", "beat", "migrate"}
ONLY_BY_HAND = {"ALLOW_PRIVATE_ADDRESSES", "DEBUG", "DEMO", "STATEMENT_TIMEOUT"}
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([?-])([^}]*))?\}")


def rows(heading):
    """Return the first cells of the table below a heading of the manual."""
    section = MANUAL.partition(f"## {heading}\n")[2].partition("\n##")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def read_by_settings():
    """Return each variable that the settings read."""
    settings = (BASE_DIR / "postpurchase" / "settings.py").read_text()
    reader = (BASE_DIR / "postpurchase" / "env.py").read_text()
    names = re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', settings)
    return {*names, *re.findall(r'os\.environ\.get\("([A-Z_]+)"\)', reader)}


def set_by_containers():
    """Return each variable that compose file and image set for our processes."""
    image = (BASE_DIR / "Dockerfile").read_text()
    of_image = re.findall(r"\b(STATIC_ROOT|MEDIA_ROOT|LOCAL_DIR)=", image)
    return {*COMPOSE["x-app"]["environment"], *of_image}


def test_manual_lists_the_variables_of_the_settings():
    assert rows("Variables") == read_by_settings()


def test_containers_set_known_variables_and_leave_out_only_these():
    assert rows("Variables") - set_by_containers() == ONLY_BY_HAND
    assert set_by_containers() - rows("Variables") == set()


def test_manual_lists_the_services():
    assert rows("What runs") == set(SERVICES)


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_services_share_image_and_limits(name):
    service = SERVICES[name]

    assert service["image"] == "postpurchase"
    assert service["environment"] == COMPOSE["x-app"]["environment"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_every_service_is_looked_after():
    checked = {
        name for name, service in SERVICES.items() if "test" in service.get("healthcheck", {})
    }

    # The image itself checks web; migrate ends.
    assert checked == set(SERVICES) - {"web", "migrate"}
    assert "HEALTHCHECK" in (BASE_DIR / "Dockerfile").read_text()


def test_image_runs_as_somebody_without_rights():
    assert re.findall(r"^USER (.+)$", (BASE_DIR / "Dockerfile").read_text(), re.MULTILINE) == [
        "10001"
    ]


def test_serving_waits_for_the_migration():
    for name in OURS - {"migrate"}:
        assert SERVICES[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_every_named_volume_is_declared():
    mounts = {volume for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert {mount.partition(":")[0] for mount in mounts} == set(COMPOSE["volumes"])


def test_required_variables_say_what_to_set():
    text = (BASE_DIR / "docker-compose.yml").read_text()

    required = {name: words for name, kind, words in VARIABLE.findall(text) if kind == "?"}
    defaulted = {name for name, kind, _ in VARIABLE.findall(text) if kind == "-"}
    assert all(required.values())
    assert {name for name, _, _ in VARIABLE.findall(text)} == {*required, *defaulted}
    assert {"SECRET_KEY", "FIELD_KEYS", "PUBLIC_URL", "ALLOWED_HOSTS"} <= set(required)


def test_worker_takes_every_queue():
    assert f"--queues {','.join(QUEUES)} " in SERVICES["worker"]["command"]
    assert {entry["options"]["queue"] for entry in BEAT.values()} <= set(QUEUES)


def test_image_holds_every_app():
    ignored = (BASE_DIR / ".dockerignore").read_text().splitlines()
    apps = {path.parent.name for path in BASE_DIR.glob("*/apps.py")}

    assert {f"!{app}" for app in apps} <= set(ignored)


def test_readme_names_no_variable_that_is_unknown():
    readme = BASE_DIR / "README.md"
    if not readme.is_file():
        pytest.skip("there is no README.md yet")
    compose_only = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "PORT", "ARGS"}

    named = set(re.findall(r"\b([A-Z]+_[A-Z_]+)\b", readme.read_text()))
    assert named - rows("Variables") - compose_only == set()
