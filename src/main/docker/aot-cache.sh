#!/bin/sh
# Makes the AOT cache of a packaged Ferry, which halves the time until it is ready:
#
#     src/main/docker/aot-cache.sh target/quarkus-app
#     java -XX:AOTCache=target/quarkus-app/ferry.aot -jar target/quarkus-app/quarkus-run.jar
#
# The cache is written by a training run: the model is loaded and warmed up, each protocol answers, SIGTERM ends it. It is
# good for this very Java, these very jars and the JVM's options that are in JAVA_TOOL_OPTIONS now; where they differ later,
# Java says so and starts without. Needs curl. JAVA is the command, when it is not "java"; FERRY_* are settings as always.
set -eu

app=${1:?"usage: $0 folder-of-quarkus-run.jar [cache]"}
cache=${2:-$app/ferry.aot}
java=${JAVA:-java}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

fail() {
    echo "$1" >&2
    cat "$log" >&2
    kill "$server" 2>/dev/null || true
    exit 1
}

rm -f "$cache"
"$java" -XX:AOTCacheOutput="$cache" -Xlog:aot*=error \
    -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=0 -Dquarkus.management.port=0 -Dferry.grpc.port=0 \
    -Dferry.shutdown.grace=0ms -jar "$app/quarkus-run.jar" >"$log" 2>&1 &
server=$!

listening='s/.*Listening on: http:\/\/[^:]*:\([0-9]*\)\. Management interface listening on http:\/\/[^:]*:\([0-9]*\)\..*'
tries=0
until port=$(sed -n "$listening/\1/p" "$log") && management=$(sed -n "$listening/\2/p" "$log") && [ -n "$port" ] &&
    curl -sf -o /dev/null --noproxy '*' "http://127.0.0.1:$management/q/health/ready"; do
    kill -0 "$server" 2>/dev/null || fail "the training run ended before it was ready:"
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || fail "the training run was not ready after two minutes:"
    sleep 0.2
done

post() {
    curl -s -o /dev/null --noproxy '*' -H 'Content-Type: application/json' -d "$2" "http://127.0.0.1:$port$1"
}

# As many as make the compiler look, so that the cache also knows which methods are hot.
text='Wo fährt der Zug nach Bremen ab?'
for _ in $(seq 20); do
    post /process "{\"input\":\"$text\"}"
    post /process "{\"input\":[\"$text\",\"Le train part dans dix minutes.\"]}"
    post /predict "{\"inputs\":\"$text\"}"
    post /v1/embeddings "{\"input\":\"$text\",\"model\":\"any\"}"
    post /v2/models/language-id/infer \
        "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"$text\"]}]}"
done
curl -s -o /dev/null --noproxy '*' "http://127.0.0.1:$management/q/metrics"

kill "$server"
# 143 is the exit code of a server that SIGTERM has ended in order.
wait "$server" || [ $? -eq 143 ] || fail "the training run ended in disorder:"
[ -s "$cache" ] || fail "the training run left no cache:"
echo "$cache"
