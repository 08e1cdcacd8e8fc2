"""A Valkey (or Redis) of our own on a free port of 127.0.0.1."""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType

import redis

from postpurchase.local import binaries
from postpurchase.local.children import spawn
from postpurchase.local.servers import LocalServer

DURABLE: Mapping[str, str] = MappingProxyType({"appendonly": "yes"})
THROW_AWAY: Mapping[str, str] = MappingProxyType({"appendonly": "no"})


class Valkey(LocalServer):
    """A server whose `url` names its database 0 of 64."""

    name = "Valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, *, options: Mapping[str, str] = DURABLE) -> None:
        super().__init__(directory, options=options)

    def make_url(self, password: str, port: int) -> str:
        """Return the address of database 0."""
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def launch(self, password: str, port: int) -> subprocess.Popen[bytes]:
        """Start the process; raises CannotStart if there is no program for it."""
        settings = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": password,
            "dir": f'"{self.directory}"',
            "databases": "64",
            "save": '""',
            **self.options,
        }
        # The configuration goes in by standard input: a password in `argv` is public.
        with self.log.open("wb") as output, TemporaryFile() as config:
            config.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
            config.seek(0)
            return spawn(
                [binaries.valkey(), "-"],
                when_orphaned=self.stop_signal,
                stdin=config,
                output=output,
            )

    def answers(self) -> bool:
        """Tell whether the server takes commands; it refuses them while it loads its file."""
        client = redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=2)
        try:
            client.ping()
        except redis.RedisError:
            return False
        finally:
            client.close()
        return True
