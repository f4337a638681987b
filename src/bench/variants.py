"""The settings of the JVM and of Quarkus that are measured: each is one change against the default."""

from dataclasses import dataclass, field

DEFAULT = "default"


@dataclass(frozen=True)
class Variant:
    """`options` are the JVM's, `settings` Quarkus's; `title` says it in words."""

    title: str
    options: tuple = ()
    settings: dict = field(default_factory=dict)

    @property
    def told(self):
        """As it is written on the command line."""
        return " ".join([*self.options, *(f"-D{key}={value}" for key, value in self.settings.items())])


def collector(name, title=""):
    return Variant(title or name, (f"-XX:+Use{name}GC",))


def event_loops(count):
    # Quarkus has one for each core.
    return Variant(in_words(count, "event loop"), settings={"quarkus.vertx.event-loops-pool-size": count})


def carriers(count):
    # The JDK has one for each core.
    return Variant(in_words(count, "carrier"), (f"-Djdk.virtualThreadScheduler.parallelism={count}",))


def in_words(count, name):
    return f"{count} {name}{'' if count == 1 else 's'}"


VARIANTS = {
    DEFAULT: Variant("default: G1, an event loop and a carrier for each core, epoll"),
    "zgc": collector("Z", "ZGC, generational"),
    "serial": collector("Serial"),
    "parallel": collector("Parallel"),
    "compact-headers": Variant("compact object headers", ("-XX:+UseCompactObjectHeaders",)),
    "loops-1": event_loops(1),
    "loops-4": event_loops(4),
    "carriers-1": carriers(1),
    "carriers-4": carriers(4),
    "selector": Variant("Java's selector", settings={"quarkus.vertx.prefer-native-transport": "false"}),
}
