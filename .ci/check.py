"""Every check of the code, then the tests: what ``./run check`` starts, in the environment that it made."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHECKS = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "import contracts": ["-c", "import importlinter.cli; importlinter.cli.lint_imports_command()"],
    "dependencies": ["-m", "deptry", "."],
    "dead code": ["-m", "vulture"],
}
"""What each check is called, and what Python is given to run it."""

LOCKS = {
    "requirements.lock": ["--no-dev"],
    "requirements-dev.lock": [],
    "requirements-package.lock": ["--only-group", "package"],
}
"""The exported lock files, and the options of ``uv export`` that make them."""

SYSTEMS = {
    "Windows x64": "x86_64-pc-windows-msvc",
    "macOS 14 arm64": "aarch64-apple-darwin",
    "Linux x64 (glibc 2.34)": "x86_64-manylinux_2_34",
    "Linux arm64 (glibc 2.39)": "aarch64-manylinux_2_39",
}
"""The systems that users have, as uv calls them: for each there has to be a wheel of every dependency."""
VERSIONS = ("3.11", "3.12", "3.13")


def main(pytest_arguments: list[str]) -> int:
    """Run everything whatever fails on the way; return 0 when all are content."""
    os.chdir(ROOT)
    failed = [name for name, arguments in CHECKS.items() if not passes(name, arguments)]
    if shutil.which("uv"):
        failed += [lock for lock, options in LOCKS.items() if not is_fresh(lock, options)]
        failed += [f"wheels for {name}" for name, system in SYSTEMS.items() if not has_wheels(name, system)]
    else:
        print("--    lock files and wheels of other systems: uv is not installed", flush=True)
    tests = subprocess.call([sys.executable, "-P", "-m", "pytest", *pytest_arguments])
    if failed:
        print(f"Not in order: {', '.join(failed)}; see above the tests.", flush=True)
    return tests or bool(failed)


def passes(name: str, arguments: list[str]) -> bool:
    """Run one check; show what it prints only when it is not content."""
    started = time.monotonic()
    command = [sys.executable, "-P", *arguments]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return report(f"{name} ({time.monotonic() - started:.1f} s)", "" if done.returncode == 0 else done.stdout)


def is_fresh(lock: str, options: list[str]) -> bool:
    """Say whether a lock file pins what ``uv.lock`` does, and that is what ``pyproject.toml`` asks for."""
    command = ["uv", "export", "--quiet", "--locked", "--no-emit-project", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        return report(lock, done.stderr)
    same = pins(done.stdout) == pins((ROOT / lock).read_text(encoding="utf-8"))
    return report(lock, "" if same else f"Stale. Make it anew: {shlex.join(command)} --output-file {lock}")


def has_wheels(name: str, system: str) -> bool:
    """Say whether everything that users need can be installed on a system without a compiler, on every Python."""
    started = time.monotonic()
    complaints = []
    for version in VERSIONS:
        options = [
            "--only-binary",
            ":all:",
            "--require-hashes",
            "--python-platform",
            system,
            "--python-version",
            version,
        ]
        command = ["uv", "pip", "install", "--dry-run", "--target", "build/wheels", *options, "-r", "requirements.lock"]
        environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"}
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            complaints.append(f"Python {version}: {done.stderr}")
    return report(f"wheels for {name} ({time.monotonic() - started:.1f} s)", "\n".join(complaints))


def pins(text: str) -> list[str]:
    """Return the lines of a requirements file without its comments."""
    return [line.rstrip() for line in text.splitlines() if not line.lstrip().startswith("#")]


def report(name: str, complaint: str) -> bool:
    """Print one line, and the complaint when there is one; return whether there is none."""
    print(f"FAIL  {name}\n{complaint}" if complaint else f"ok    {name}", flush=True)
    return not complaint


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
