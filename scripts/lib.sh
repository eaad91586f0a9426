# shellcheck shell=bash
# What the scripts share. Sourced, not run.
repository=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
distribution=$repository/server/target/catena
catena=$distribution/bin/catena

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

need() { # need COMMAND PACKAGE: installs a Debian package when the command is missing
    command -v "$1" >/dev/null 2>&1 && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "${0##*/}: installing $2" >&2
        { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "$2"; } \
            >/dev/null 2>&1 || fail "could not install the Debian package $2, which gives $1"
    else
        fail "$1 is missing: install the Debian package $2"
    fi
}

need_java() {
    compgen -G '/usr/lib/jvm/*25*/bin/java' >/dev/null || [ -n "${CATENA_JAVA:-}" ] \
        || fail "no JDK 25 under /usr/lib/jvm: install one beside the default JDK"
    command -v mvn >/dev/null 2>&1 || fail "mvn is missing: install Maven 3.8 or newer"
}

build() { # builds the distribution when sources are newer than it
    if [ -f "$distribution/.built" ] && [ -z "$(find "$repository" -path '*/target' -prune -o \
        \( -path '*/src/main/*' -o -name pom.xml \) -newer "$distribution/.built" -print -quit)" ]; then
        return
    fi
    need_java
    echo "building (a first time takes a few minutes) ..." >&2
    (cd "$repository" && mvn -q -B -T1C -DskipTests package) >&2 || fail "the build failed"
    train
}

train() { # makes the AOT cache from a first start: a server then starts with half the work
    local dir port
    dir=$(mktemp -d)
    # At random, so that two builds on one machine do not meet; below the ephemeral ports.
    port=$((22000 + 10 * (RANDOM % 1000)))
    rm -f "$distribution/catena.aot"
    "$catena" cluster create --dir "$dir" --servers 1 --port "$port"
    CATENA_JVM_FLAGS="-XX:AOTCacheOutput=$distribution/catena.aot" launch "$dir" 1
    wait_for 120 cluster "$dir/server-1" \
        || { tail -n 5 "$dir/server-1/server.log" >&2; fail "the server does not start"; }
    stop "$dir/server-1"
    rm -rf "$dir"
    touch "$distribution/.built"
}

server_home() { echo "$1/server-$2"; }

setting() { # setting HOME KEY: a setting from a server's file
    sed -n "s/^$2: \"\(.*\)\"$/\1/p" "$1/settings.yaml"
}

is_running() { # is_running HOME
    [ -f "$1/server.pid" ] && kill -0 "$(cat "$1/server.pid")" 2>/dev/null
}

health_url() { # health_url HOME CHECK
    echo "https://$(setting "$1" host):$(setting "$1" health-port)/health/$2"
}

launch() { # launch DIR K: starts the process of a server, as a child of this one
    local home level=()
    home=$(server_home "$1" "$2")
    [ -f "$home/settings.yaml" ] || fail "there is no server $2 in $1"
    is_running "$home" && return
    [ -n "${log_level:-}" ] && level=(--log-level "$log_level")
    setsid "$catena" server --config "$home/settings.yaml" "${level[@]}" \
        >>"$home/server.log" 2>&1 </dev/null &
    echo $! >"$home/server.pid"
}

wait_for() { # wait_for SECONDS CHECK HOME...: until the health checks of these servers are green
    local seconds=$1 check=$2 urls=() home
    shift 2
    for home in "$@"; do urls+=("$(health_url "$home" "$check")"); done
    "$catena" cluster wait --ca "$(dirname "$1")/ca/ca.pem" --seconds "$seconds" \
        --url "$(IFS=,; echo "${urls[*]}")"
}

stop() { # stop HOME: graceful; waits until the process is gone
    is_running "$1" || { rm -f "$1/server.pid"; return; }
    local pid
    pid=$(cat "$1/server.pid")
    kill -CONT "$pid" 2>/dev/null || true
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 300); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -0 "$pid" 2>/dev/null && kill -KILL "$pid"
    rm -f "$1/server.pid"
}
