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
    def prepare(say, *requirements):
        java, version = find_java()
        if not built():
            say("building Ferry")
            run("./mvnw", "-q", "-B", "package", "-DskipTests", seconds=BUILD_SECONDS)
        return Tools(java, version, python_with_packages(requirements or [REQUIREMENTS], say))

    def machine(self):
        """What the figures depend on, in words."""
        return {
            "processor": f"{os.cpu_count()} cores, {processor()}",
            "system": f"{platform.system()} {platform.release()}",
            "java": self._java_version,
            "python": run(self.python, "-V"),
            "ferry": revision(),
        }


def run(*command, seconds=60):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=seconds, text=True)
    return done.stdout.strip()


def revision():
    """Of the sources; a copy of them without their history has none."""
    try:
        return run("git", "describe", "--always", "--dirty", "--exclude=*")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def java_at(path):
    """A JDK of the caller's, whose word is taken for it that it is new enough."""
    java = Path(path).absolute()
    found = dict(re.findall(r'^(\w+)="(.*)"$', release(java), re.MULTILINE))
    version = found.get("JAVA_VERSION") or run(str(java), "--version").splitlines()[0]
    return str(java), f"{version} ({found['IMPLEMENTOR']})" if "IMPLEMENTOR" in found else version


def release(java):
    """What a JDK says of itself; links lead to where it is."""
    try:
        return (java.resolve().parents[1] / "release").read_text(encoding="utf-8")
    except OSError:
        return ""


def find_java():
    """The JDK that builds Ferry also runs it: ./mvnw knows where one is that is new enough."""
    told = run("./mvnw", "-v", seconds=INSTALL_SECONDS)
    found = re.search(r"Java version: ([^,]+), vendor: ([^,]+), runtime: (.+)", told)
    version, vendor, home = found.groups()
    return str(Path(home.strip()) / "bin/java"), f"{version} ({vendor})"


def built():
    return newer(ROOT / "target/quarkus-app/quarkus-run.jar", ROOT / "pom.xml", *(ROOT / "src/main").rglob("*"))


def newer(made, *sources):
    return made.exists() and made.stat().st_mtime > max(source.stat().st_mtime for source in sources)


def plain_quarkus(say):
    """The jar of the server that has Ferry's Quarkus and nothing of Ferry."""
    project = ROOT / "src/bench/plain-quarkus"
    jar = ROOT / "target/plain-quarkus/quarkus-app/quarkus-run.jar"
    pom = ROOT / "pom.xml"
    if not newer(jar, pom, project / "pom.xml", *(project / "src").rglob("*")):
        say("building the plain Quarkus")
        version = re.search(r"<quarkus.version>(.+?)</quarkus.version>", pom.read_text(encoding="utf-8")).group(1)
        command = ("./mvnw", "-q", "-B", "-f", str(project / "pom.xml"), f"-Dquarkus.version={version}", "package")
        run(*command, seconds=BUILD_SECONDS)
    return jar


def compiled(java, program):
    """The folder of the classes of a Java program: compiling it at each start would take the server's time."""
    folder = ROOT / "target/bench/classes"
    sources = ROOT / "src/bench/java"
    if not newer(folder / f"{program}.class", *sources.glob("*.java")):
        # An image that jlink made may have the compiler and no program for it.
        javac = (java, "-m", "jdk.compiler/com.sun.tools.javac.Main")
        run(*javac, "-d", str(folder), "-sourcepath", str(sources), str(sources / f"{program}.java"))
    return folder


def cache():
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ferry"


def python_with_packages(requirements, say):
    """A virtual environment in the user's cache, one for each state of the requirements."""
    folder = cache() / f"bench-{digest(*requirements)}"
    python = folder / "bin/python"
    complete = folder / "complete"
    if not complete.exists():
        names = ", ".join(str(file.relative_to(ROOT)) for file in requirements)
        say(f"installing {names} into {folder}")
        venv.create(folder, clear=True, with_pip=True)
        pip = ("-m", "pip", "install", "-qq", "--retries", "0", "--disable-pip-version-check")
        files = [part for file in requirements for part in ("-r", str(file))]
        run(str(python), *pip, *files, seconds=INSTALL_SECONDS)
        complete.touch()
    return str(python)


def digest(*files):
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


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
