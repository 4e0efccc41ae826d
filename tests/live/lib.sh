# tests/live/lib.sh: what the scripts of the live suite share. A script begins with
#
#	. "$TOP_SRCDIR/tests/live/lib.sh"
#	live_enter COUNT "$@"
#
# which runs it anew inside a private IPC namespace with COUNT objects of random shape of each
# kind, and ends with tap_end. "$dir" is a folder for its files.

tap_count=0
tap_failed=0

# tap_ok STATUS NAME
tap_ok() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failed=$((tap_failed + 1))
	fi
}

# tap_skip NAME REASON
tap_skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# tap_is ACTUAL EXPECTED NAME
tap_is() {
	if [ "$1" = "$2" ]; then
		tap_ok 0 "$3"
	else
		tap_ok 1 "$3"
		printf '%s\n' "$2" | sed 's/^/# expected: /'
		printf '%s\n' "$1" | sed 's/^/# got:      /'
	fi
}

# tap_same FILE EXPECTED_FILE NAME; a file without a line proves nothing
tap_same() {
	if [ -s "$2" ] && diff "$2" "$1" > "$dir/diff"; then
		tap_ok 0 "$3"
	else
		tap_ok 1 "$3"
		[ -s "$2" ] || echo '# nothing was expected'
		sed 's/^/# /' "$dir/diff"
	fi
}

# tap_match TEXT PATTERN NAME: an extended regular expression for the whole text
tap_match() {
	if printf '%s\n' "$1" | grep -Eqx -- "$2"; then
		tap_ok 0 "$3"
	else
		tap_ok 1 "$3"
		printf '# %s\n' "expected: $2" "got:      $1"
	fi
}

# tap_skip_all REASON
tap_skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

tap_end() {
	echo "1..$tap_count"
	exit "$((tap_failed > 0))"
}

live_enter() {
	count=$1
	shift
	if [ -z "${LIVE_HOST-}" ]; then
		LIVE_HOST=$(readlink /proc/self/ns/ipc)
		export LIVE_HOST
		exec "$(dirname "$IPCTOP")/tests/live/objects" "$count" sh "$0" "$@"
	fi
	if [ "$(readlink /proc/self/ns/ipc)" = "$LIVE_HOST" ]; then
		echo 'Bail out! this is the namespace of the host'
		exit 1
	fi
	dir=$(mktemp -d)
	trap 'rm -rf "$dir"' EXIT
	# so that all programs write times alike
	TZ=UTC
	export TZ
}

# run ARGUMENT...: the program under test; "$status", and the files out and err in "$dir"
run() {
	status=0
	"$IPCTOP" "$@" > "$dir/out" 2> "$dir/err" < /dev/null || status=$?
}
