#!/bin/sh
# picture.sh FOLDER: pictures of the program itself, $IPCTOP, for README.md; `make picture` runs it.
# Each is taken in private namespaces, on a host of its own that picture_world.c makes up. Exits
# with 77 and the reason where that is not allowed here.
set -eu

# Each picture: its file | a text that is there once the program can take keys | the keys, see
# picture.c | a text that then stands on the screen.
pictures='
screenshot.svg | sorted by | 3 Home Down Down Space | 1 tagged
details.svg | sorted by | 1 Home Enter PgDn Up Up Up Up Up Up Up Up Up | Messages:
'

say() {
	echo "picture.sh: $1" >&2
	exit "$2"
}

# apart COMMAND...: run it on the host db01. Without processes of its own no pid would be the same
# twice.
apart() {
	unshare "$namespaces" --mount-proc sh -c 'hostname db01 && exec "$@"' sh "$@"
}

[ -d "${1-}" ] || say 'usage: picture.sh FOLDER' 2
[ -x "${IPCTOP-}" ] || say 'IPCTOP does not name the program' 2
tools=$(dirname "$IPCTOP")/assets
[ -x "$tools/picture" ] || say 'the tools were not built: that needs libvterm and cmocka' 77
PICTURE_HOST=$(readlink /proc/self/ns/ipc) || say 'there are no IPC namespaces here' 77
XDG_CONFIG_HOME=/nonexistent # the program as it is for everybody
export PICTURE_HOST XDG_CONFIG_HOME

namespaces=-iupf # as root, and for a plain user the root of a user namespace
apart true 2> /dev/null || namespaces=-Uriupf
apart true 2> /dev/null || say 'no private IPC, UTS and PID namespaces can be made here' 77

echo "$pictures" | sed 's/ *| */|/g' | while IFS='|' read -r file ready keys seen; do
	[ -n "$file" ] || continue
	# shellcheck disable=SC2086 # keys are words
	apart "$tools/picture_world" "$tools/picture" -r "$ready" -s "$seen" "$1/$file" $keys \
		< /dev/null
done
