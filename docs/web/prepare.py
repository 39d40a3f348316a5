"""Puts the networks and ONNX Runtime Web beside the page of docs/web: `make web`, or `python docs/web/prepare.py`.

ONNX Runtime Web comes from the npm registry, through npm, and its files are checked by their hashes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

PAGE = Path(__file__).parent
STANDARD_TARGET = PAGE / "files"
"""Where the page looks for them."""
VERSION = "1.30.0"
PACKAGE = f"onnxruntime-web@{VERSION}"
MODULE, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
RUNTIME = {
    MODULE: "11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90",
    WASM: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
}
"""The files of the package that the page needs, and their SHA-256."""

FACES, POSE = "face-detector.onnx", "head-pose.onnx"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--archive", type=Path, metavar="FILE", help=f"the archive that “npm pack {PACKAGE}” writes")
    parser.add_argument("--snapshot", metavar="NAME|FILE", help="the snapshot to use (default: the bundled one)")
    parser.add_argument("--target", type=Path, default=STANDARD_TARGET, metavar="DIR", help="default: docs/web/files")
    arguments = parser.parse_args()
    target: Path = arguments.target
    try:
        # All files are made elsewhere first: a failure leaves the target as it was. The networks, because a wrong
        # snapshot is found out at once, come before what is fetched.
        with TemporaryDirectory() as name:
            made = Path(name)
            add_networks(made, arguments.snapshot)
            for file in RUNTIME:
                if (target / file).is_file():
                    shutil.copyfile(target / file, made / file)
            add_runtime(made, arguments.archive)
            target.mkdir(parents=True, exist_ok=True)
            for path in made.iterdir():
                shutil.copyfile(path, target / path.name)
    except subprocess.CalledProcessError as error:
        if error.cmd[0] != sys.executable:  # The program has said itself what is wrong.
            print(f"{PACKAGE} cannot be fetched: npm failed. Check the network connection.", file=sys.stderr)
        return 1
    except (OSError, tarfile.TarError, KeyError) as error:
        print(error, file=sys.stderr)
        return 1
    print(_what_now(target))
    return 0


def _what_now(target: Path) -> str:
    if target.resolve() == STANDARD_TARGET.resolve():
        return f"The page is ready. Serve it with: python -m http.server --directory {shlex.quote(str(PAGE))}"
    return (
        f"The files are in {target}. The page needs them beside it, in a folder named “{STANDARD_TARGET.name}”: copy "
        f"the other files of {PAGE} to a folder, these to “{STANDARD_TARGET.name}” in it, and serve that folder."
    )


def add_runtime(target: Path, archive: Path | None) -> None:
    """Copies ONNX Runtime Web, unless it is there. Raises OSError if it cannot be fetched, or is not what it should."""
    if all((target / name).is_file() and _sha256((target / name).read_bytes()) == RUNTIME[name] for name in RUNTIME):
        return
    with TemporaryDirectory() as folder:
        packed = archive or _fetched(Path(folder))
        with tarfile.open(packed) as package:
            for name, sha256 in RUNTIME.items():
                file = package.extractfile(f"package/dist/{name}")
                content = b"" if file is None else file.read()
                if _sha256(content) != sha256:
                    raise OSError(f"{packed.name} is not {PACKAGE}: {name} has another hash.")
                (target / name).write_bytes(content)


def add_networks(target: Path, snapshot: str | None) -> None:
    """Writes both networks, and what the page must know about them."""
    root = PAGE.parents[1]
    chosen = [] if snapshot is None else ["--snapshot", snapshot]
    for words in (
        [*chosen, "--with-decoding", "--precision", "fp16", "-o", target / POSE],
        ["--detector", "mediapipe", "-o", target / FACES],
    ):
        command = [sys.executable, root / "main.py", "export-model", "--format", "onnx", "--force", *words]
        subprocess.run([*map(str, command)], check=True)
    facts = {
        "runtime": {"module": MODULE, "wasm": WASM, "version": VERSION},
        "faces": {"file": FACES, "interface": _interface(target / FACES)},
        "pose": {"file": POSE, "interface": _interface(target / POSE)},
    }
    (target / "models.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")


def _fetched(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise OSError(f"npm is not installed. Install it, or name the archive of “npm pack {PACKAGE}” with --archive.")
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def _interface(path: Path) -> object:
    import onnx

    metadata = {one.key: one.value for one in onnx.load(path).metadata_props}
    return json.loads(metadata["hopenet_interface"])


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
