"""The Dockerfile, compose.yaml, the systemd unit and the nginx example hold what they promise."""

import json
import os
import re
import shutil
import site
import socket
import subprocess
import sys
import time
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from build import ProjectBuilder
from packaging.specifiers import SpecifierSet
from test_packaging import PROJECT

from service.cli import cli
from service.commands.answers import GRACE
from service.config import Settings

ROOT = Path(__file__).parent.parent
UNIT = ROOT / "deploy" / "kzop.service"
NGINX = ROOT / "deploy" / "nginx.conf"
LINES = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "").splitlines()
INSTRUCTIONS = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in LINES
    if line.strip() and not line.startswith("#")
]


def instruction(name: str) -> str:
    """The arguments of an instruction that stands once in the last stage."""
    start = max(i for i, (word, _) in enumerate(INSTRUCTIONS) if word == "FROM")
    (found,) = [rest for word, rest in INSTRUCTIONS[start:] if word == name]
    return found


def copied() -> list[str]:
    """What the Dockerfile copies out of the project."""
    sources = [rest.split()[:-1] for word, rest in INSTRUCTIONS if word == "COPY"]
    return [name for names in sources if "--from=build" not in names for name in names]


def in_context(path: str) -> bool:
    """Whether .dockerignore lets a path into the build context: the last line that fits decides."""
    kept = True
    parts = path.split("/")
    ancestors = ["/".join(parts[: i + 1]) for i in range(len(parts))]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n"):
        pattern = line.lstrip("!")
        if not pattern or pattern.startswith("#"):
            continue
        anywhere = pattern.removeprefix("**/")
        names = parts if anywhere != pattern else ancestors
        if any(fnmatch(name, anywhere) for name in names):
            kept = line.startswith("!")
    return kept


def test_the_build_context_is_what_the_dockerfile_copies() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for source in copied():
        assert (ROOT / source).exists(), source
    context = {name for name in listed if in_context(name)}
    needed = {
        name
        for name in listed
        if any(name == source or name.startswith(f"{source}/") for source in copied())
    }
    assert context == needed
    assert not in_context("store/manifest.json")
    assert not in_context(".git/config")
    assert not in_context("graph/__pycache__/store.cpython-311.pyc")


def test_the_image_has_a_python_that_kzop_takes() -> None:
    bases = [rest.split()[0] for word, rest in INSTRUCTIONS if word == "FROM"]
    assert len(set(bases)) == 1
    match = re.fullmatch(r"python:(\d+\.\d+)-slim-\w+", bases[0])
    assert match
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{match[1]}.0")


def test_the_image_runs_a_command_of_kzop_as_nobody_in_particular() -> None:
    assert instruction("USER").isdecimal()
    assert json.loads(instruction("ENTRYPOINT")) == ["kzop"]
    name, *arguments = json.loads(instruction("CMD"))
    cli.commands[name].make_context(name, list(arguments))
    assert f"KZOP_STORE={instruction('VOLUME')}/store" in instruction("ENV")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel, made of no more than what the Dockerfile copies."""
    folder = tmp_path_factory.mktemp("image")
    source = folder / "src"
    source.mkdir()
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            shutil.copyfile(ROOT / name, source / name)
    wheel = ProjectBuilder(source).build("wheel", folder)
    run = [sys.executable, "-m", "venv", str(folder / "venv")]
    subprocess.run(run, check=True)
    pip = [str(folder / "venv" / "bin" / "pip"), "--quiet", "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, wheel], check=True)
    # What kzop needs is taken from the environment of the tests, without kzop itself.
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    for entry in Path(site.getsitepackages()[0]).iterdir():
        if "kzop" not in entry.name and not (packages / entry.name).exists():
            (packages / entry.name).symlink_to(entry)
    return folder


def without_rights(folder: Path) -> list[str]:
    """A prefix for commands of a user who may write only what is his; as root, another user."""
    if os.geteuid() != 0:
        return []
    other = ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups"]
    probe = [*other, str(folder / "venv" / "bin" / "python"), "-c", "import service.cli"]
    if subprocess.run(probe, check=False, capture_output=True).returncode == 0:
        return other
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]  # who may not even read the tests


def test_the_image_serves_with_a_read_only_root(installed: Path, tmp_path: Path) -> None:
    """What the image starts runs in a folder it may not write; its health check agrees."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store, root = tmp_path / "store", tmp_path / "root"
    for folder in (store, root):
        folder.mkdir()
    prefix = without_rights(installed)
    if "--reuid=10001" in prefix:
        os.chown(store, 10001, 10001)
        for folder in (tmp_path, *tmp_path.parents):
            if folder.owner() == "root" and folder.name.startswith(("pytest-", "test_")):
                folder.chmod(0o755)
    root.chmod(0o555)
    environment = {
        "PATH": f"{installed / 'venv' / 'bin'}:/usr/bin:/bin",
        "KZOP_STORE": str(store),
        "PYTHONDONTWRITEBYTECODE": "1",
        "KZOP_QUERY_WORKERS": "1",
    }
    program = str(installed / "venv" / "bin" / json.loads(instruction("ENTRYPOINT"))[0])
    command = [*prefix, program, *json.loads(instruction("CMD")), "--port", str(port)]
    command[command.index("0.0.0.0")] = "127.0.0.1"
    check = json.loads(instruction("HEALTHCHECK").split("CMD")[1])
    check = [word.replace(":8000/", f":{port}/") for word in check]
    check[0] = str(installed / "venv" / "bin" / check[0])
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while subprocess.run(check, capture_output=True, check=False).returncode:
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < deadline
                time.sleep(0.1)
            process.terminate()
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0
    assert list(root.iterdir()) == []


# compose


def test_compose_runs_the_image_without_rights() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["kzop"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [entry.split(":")[0] for entry in service["tmpfs"]] == ["/tmp"]
    assert service["volumes"] == [f"data:{instruction('VOLUME')}"]
    assert "data" in compose["volumes"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert [port.split(":")[-1] for port in service["ports"]] == [instruction("EXPOSE")]
    assert service["environment"].keys() <= setting_names()
    assert int(service["stop_grace_period"].removesuffix("s")) > GRACE
    defaults = {k: re.sub(r"\$\{\w+:-(.*)\}", r"\1", v) for k, v in service["environment"].items()}
    settings = Settings.from_environment(defaults)
    needed = settings.query_workers * settings.query_memory + settings.write_memory + 1024
    assert needed <= int(service["mem_limit"].removesuffix("g")) * 1024


def setting_names() -> set[str]:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `(KZOP_[A-Z_]+)`", page, re.MULTILINE))


# systemd and nginx


def test_the_unit_starts_a_command_that_there_is() -> None:
    unit = UNIT.read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=/opt/kzop/bin/kzop (.*)$", unit, re.MULTILINE)
    name, *arguments = line.split()
    cli.commands[name].make_context(name, arguments)
    for setting in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ReadWritePaths=/var/lib/kzop",
        "StateDirectory=kzop kzop/store",
        "Environment=KZOP_STORE=/var/lib/kzop/store",
        "Restart=on-failure",
        "User=kzop",
    ):
        assert f"\n{setting}\n" in unit
    assert "\nMemoryMax=" in unit
    assert set(re.findall(r"KZOP_[A-Z_]+[A-Z]", unit)) <= setting_names()
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert int(seconds) > GRACE


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="not installed: systemd")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = UNIT.read_text(encoding="utf-8").replace("/opt/kzop/bin/kzop", sys.executable)
    (tmp_path / UNIT.name).write_text(unit, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / UNIT.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_nginx_lets_through_what_the_service_takes() -> None:
    text = NGINX.read_text(encoding="utf-8")
    (size,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(size) << 20 == Settings().max_body_bytes
    for seconds in re.findall(r"proxy_read_timeout (\d+)s;", text):
        assert int(seconds) > Settings().query_timeout
    block = text[text.index("sparql|") :].split("}")[0]
    assert "proxy_buffering off;" in block
    assert "proxy_request_buffering off;" in block


@pytest.mark.skipif(shutil.which("nginx") is None, reason="not installed: nginx")
@pytest.mark.skipif(shutil.which("openssl") is None, reason="not installed: openssl")
def test_nginx_takes_its_example(tmp_path: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=law.example.kz", "-keyout", "privkey.pem", "-out", "fullchain.pem"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    text = NGINX.read_text(encoding="utf-8").replace("/etc/ssl/kzop", str(tmp_path))
    (tmp_path / "site.conf").write_text(text, encoding="utf-8")
    whole = f"events {{}} pid {tmp_path}/pid; error_log stderr; http {{ include site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    checked = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "[emerg]" not in checked.stderr
