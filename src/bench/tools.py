"""What a run needs first: a JDK, Ferry built, a Python with the packages; and what the machine is."""

import hashlib
import os
import platform
import re
import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "src/bench/python/requirements.txt"
EXPORT_REQUIREMENTS = ROOT / "src/main/python/requirements-export.txt"
BUILD_SECONDS = 1800
INSTALL_SECONDS = 600


class Tools:
    """Paths of the programs, as texts: `java`, and a `python` that has FastAPI."""

    def __init__(self, java, java_version, python):
        self.java = java
        self.python = python
        self._java_version = java_version

    @staticmethod
    def prepare(say, requirements=REQUIREMENTS):
        java, version = find_java()
        if not built():
            say("building Ferry")
            run("./mvnw", "-q", "-B", "package", "-DskipTests", seconds=BUILD_SECONDS)
        return Tools(java, version, python_with_packages(requirements, say))

    def machine(self):
        """What the figures depend on, in words."""
        return {
            "processor": f"{os.cpu_count()} cores, {processor()}",
            "system": f"{platform.system()} {platform.release()}",
            "java": self._java_version,
            "python": run(self.python, "-V"),
            "ferry": run("git", "describe", "--always", "--dirty", "--exclude=*"),
        }


def run(*command, seconds=60):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=seconds, text=True)
    return done.stdout.strip()


def find_java():
    """The JDK that builds Ferry also runs it: ./mvnw knows where one is that is new enough."""
    told = run("./mvnw", "-v", seconds=INSTALL_SECONDS)
    found = re.search(r"Java version: ([^,]+), vendor: ([^,]+), runtime: (.+)", told)
    version, vendor, home = found.groups()
    return str(Path(home.strip()) / "bin/java"), f"{version} ({vendor})"


def built():
    jar = ROOT / "target/quarkus-app/quarkus-run.jar"
    if not jar.exists():
        return False
    sources = [ROOT / "pom.xml", *(ROOT / "src/main").rglob("*")]
    return jar.stat().st_mtime > max(source.stat().st_mtime for source in sources)


def cache():
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ferry"


def python_with_packages(requirements, say):
    """A virtual environment in the user's cache, one for each state of the requirements."""
    folder = cache() / f"bench-{digest(requirements)}"
    python = folder / "bin/python"
    complete = folder / "complete"
    if not complete.exists():
        say(f"installing {requirements.relative_to(ROOT)} into {folder}")
        venv.create(folder, clear=True, with_pip=True)
        pip = ("-m", "pip", "install", "-qq", "--retries", "0", "--disable-pip-version-check")
        run(str(python), *pip, "-r", str(requirements), seconds=INSTALL_SECONDS)
        complete.touch()
    return str(python)


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def packages():
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))
    return ", ".join(f"{name} {pinned[name]}" for name in ("fastapi", "uvicorn", "uvloop"))


def processor():
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"model name\s*: (.+)", told)
    return found.group(1) if found else platform.machine()
