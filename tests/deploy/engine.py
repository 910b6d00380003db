"""deploy/compose.yaml for real: Docker Engine with Compose 2, and rootless Podman with podman-compose.

    .venv/bin/python -m tests.deploy.engine [docker] [podman]

as root, with Debian's packages buildah and debootstrap. The engines come from Debian 13, in a root made by
debootstrap; the image is built by buildah as tests/deploy/image.py does, and handed to both. What is run is the
file as it stands, with two lines of an override: the machine's own network, and a Discord on loopback. What is
not: an engine's own networks, pulling from a registry, SELinux, another architecture, and memory limits under
rootless Podman, which need systemd's delegation.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time

from tests.deploy.image import build, buildah, python_base
from tests.deploy.machine import Machine, entered, prepared
from tests.deploy.real_root import FOLDER, LIFE, QUESTION, ROOT
from tests.wire.bots import MONEY, club, reply_to
from tests.wire.members import text_of
from tests.wire.objects import TOKEN
from tests.wire.wire import Wire

PACKAGES = "docker.io docker-cli docker-compose podman podman-compose catatonit crun uidmap passt python3 ca-certificates"
INSTALL = (
    f"apt-get -qq update && apt-get -qq install -y --no-install-recommends {PACKAGES} >/dev/null && "
    "useradd --create-home --uid 1000 ada"
)
DAEMON = (
    "setsid dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=overlay2 "
    ">/tmp/dockerd.log 2>&1 & timeout 60 sh -c 'until docker info >/dev/null 2>&1; do sleep 0.2; done'"
)
OVERRIDE = """services:
  bot:
    network_mode: host
    environment: {CHIPBOT_DISCORD_URL: "%s", CHIPBOT_ENCODER: "off", CHIPBOT_WEB_PORT: "%d"}
"""
# No systemd runs there to make control groups for a user.
ROOTLESS = (
    '[containers]\ncgroups = "disabled"\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
)
# Podman's runtime takes control groups of one kind alone, and mounts that reach into its containers.
UNIFIED = (
    "mount --make-rshared / && umount --recursive --lazy /sys/fs/cgroup && "
    "mount -t cgroup2 none /sys/fs/cgroup"
)
ARCHIVE = "/srv/chipbot.tar"
FORM = "{{.State.Status}} {{.RestartCount}}"


class Stack:
    """A folder with compose.yaml as a user has it, and the commands that are typed in it."""

    def __init__(self, machine: Machine, wire: Wire, *, user: str, compose: str, port: int) -> None:
        self.machine, self.wire, self.user, self.compose = machine, wire, user, compose
        self.started = time.monotonic()
        inside = machine.root / ("root" if user == "root" else f"home/{user}") / "chipbot"
        shutil.rmtree(inside, ignore_errors=True)
        (inside / "data/seeds").mkdir(parents=True)
        shutil.copy(ROOT / "deploy/compose.yaml", inside)
        shutil.copy(next((ROOT / "seeds").glob("*.txt")), inside / "data/seeds")
        (inside / "compose.override.yaml").write_text(OVERRIDE % (wire.url, port), encoding="utf-8")
        self.inside = inside

    def say(self, text: str) -> None:
        print(f"  {time.monotonic() - self.started:6.1f} s  {text}", flush=True)

    async def do(self, command: str, *, ok: bool = True) -> str:
        """Type a command in the folder; returns what it prints."""
        runtime = "" if self.user == "root" else "export XDG_RUNTIME_DIR=/run/user/1000; "
        typed = f"{runtime}cd chipbot && {command}"
        done = await asyncio.to_thread(self.machine.run, typed, ok=ok, user=self.user)
        return done.stdout + done.stderr

    async def set(self, **variables: str) -> None:
        """Write .env, and bring the stack up with it."""
        text = "".join(
            f"{name}={value}\n" for name, value in {"CHIPBOT_IMAGE": "chipbot:engines", **variables}.items()
        )
        (self.inside / ".env").write_text(text, encoding="utf-8")
        await self.do(f"{self.compose} up --detach")

    async def log_has(self, text: str) -> None:
        """Wait until the bot's log says something."""
        async with asyncio.timeout(90):
            while text not in await self.do(f"{self.compose} logs bot", ok=False):  # noqa: ASYNC110  # engines have no event for it
                await asyncio.sleep(0.5)


async def life(stack: Stack, owner: str, **who: str) -> None:
    """No token, a refused one, the right one; an answer, its health, its files, a reload, an end."""
    engine = stack.compose.split("-")[0].split()[0]
    state = f"{engine} inspect --format '{FORM}' $({engine} ps --all --quiet)"
    await stack.set(**who)
    await stack.log_has("waiting for a token")
    stack.say("without a token it says so, and waits")
    await stack.set(CHIPBOT_TOKEN="not.the.one", **who)  # noqa: S106  # which is the point
    await stack.log_has("Discord refused the token")
    asked = stack.wire.rest.asked["GET /users/@me"]
    await asyncio.sleep(5)
    assert stack.wire.rest.asked["GET /users/@me"] == asked
    assert (await stack.do(state)).strip() == "running 0"
    stack.say("a refused token is asked about once, and starts nothing again")
    await stack.set(CHIPBOT_TOKEN=TOKEN, **who)
    await stack.log_has("connected as")
    assert MONEY in text_of(await reply_to(stack.wire, QUESTION))
    stack.say("with the right token it answers in Discord")
    assert "$500 million" in await stack.do(f"{stack.compose} exec bot chipbot ask '{QUESTION}'")
    assert TOKEN not in await stack.do(f"{stack.compose} logs bot")
    (stack.inside / "data/.env").write_text("CHIPBOT_COOLDOWN=7\n", encoding="utf-8")
    (stack.inside / "data/seeds/hours.md").write_text(
        "# Hours\n\nThe library opens at nine.\n", encoding="utf-8"
    )
    await stack.do(
        f"{stack.compose} kill --signal HUP bot" if engine == "docker" else f"{stack.compose} kill -s HUP bot"
    )
    await stack.log_has("changed: cooldown")
    assert "at nine" in await stack.do(f"{stack.compose} exec bot chipbot ask 'When does the library open?'")
    await stack.do(f"{stack.compose} exec bot chipbot backup b.zip")
    stack.say("ask, reload and backup work beside it")
    owners = {
        path.stat().st_uid
        for path in (stack.inside / "data").rglob("*")
        if path.name not in (".env", "hours.md")
    }
    assert owners == {int(owner)}, owners
    stack.say(f"every file in data/ belongs to the user {owner}")
    await healthy(stack, engine)
    await stack.do(f"{stack.compose} down")
    assert not (await stack.do(f"{engine} ps --all --quiet")).strip()
    assert (stack.inside / "data/b.zip").is_file()
    stack.say("down: nothing runs, and data/ is all that is left")


async def healthy(stack: Stack, engine: str) -> None:
    """The health check says so: Docker runs it by itself, Podman by systemd's timers, which are not there."""
    if engine == "podman":
        await stack.do("podman healthcheck run $(podman ps --quiet)")
    else:
        async with asyncio.timeout(120):
            health = "docker inspect --format '{{.State.Health.Status}}' $(docker ps --quiet)"
            while (await stack.do(health)).strip() != "healthy":  # noqa: ASYNC110  # the same
                await asyncio.sleep(1)
    stack.say("it is healthy")


async def docker(machine: Machine, wire: Wire) -> None:
    """Docker Engine and Compose 2, as a user with the id 1000 has them."""
    machine.run(DAEMON)
    print(
        "Docker",
        machine.says("docker version --format '{{.Server.Version}}'"),
        "and",
        machine.says("docker compose version"),
    )
    machine.run(f"docker load --input {ARCHIVE}")
    stack = Stack(machine, wire, user="root", compose="docker compose", port=18081)
    machine.run("chown -R 1000:1000 chipbot")
    await life(stack, "1000")


async def podman(machine: Machine, wire: Wire) -> None:
    """Podman without root, and podman-compose."""
    print(
        "rootless",
        machine.says("podman --version"),
        "and",
        machine.says("podman-compose --version 2>&1 | head -n 1"),
    )
    home = machine.root / "home/ada"
    (home / ".config/containers").mkdir(parents=True, exist_ok=True)
    (home / ".config/containers/containers.conf").write_text(ROOTLESS, encoding="utf-8")
    stack = Stack(machine, wire, user="ada", compose="podman-compose", port=18082)
    machine.run(UNIFIED)
    machine.run(
        "mkdir -p /run/user/1000 && chown -R ada:ada /run/user/1000 /home/ada && chmod 4755 /usr/bin/newuidmap /usr/bin/newgidmap"
    )
    await stack.do(f"podman load --quiet --input {ARCHIVE}")
    await life(stack, "1000", PUID="0", PGID="0")


async def main(names: list[str]) -> None:
    """Build the image, and live through it on each engine."""
    volumes = python_base()
    build("chipbot:engines", volumes)
    with entered(prepared("engines", "trixie", INSTALL, FOLDER)) as machine:
        archive = machine.root / ARCHIVE.lstrip("/")
        archive.unlink(missing_ok=True)
        buildah("push", "chipbot:engines", f"docker-archive:{archive}:chipbot:engines")
        for engine in (docker, podman):
            if not names or engine.__name__ in names:
                async with Wire([club()]).serving(LIFE) as wire:
                    await engine(machine, wire)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
