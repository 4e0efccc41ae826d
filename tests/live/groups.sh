#!/bin/sh
# `ipctop list --by`: the groups are those that the objects make, and how they grow is told.
. "$TOP_SRCDIR/tests/live/lib.sh"
command -v jq > /dev/null || tap_skip_all 'jq is not installed'
live_enter 9 "$@"

# is FILTER NAME: the filter holds for the last output
is() {
	tap_ok "$(jq -se "$1" "$dir/out" > "$dir/jq" 2>&1; echo $?)" "$2"
}

# gathered WHAT KIND MEMBER [BYTES]: groups of a kind are what jq makes of its objects
gathered() {
	run list "$2" --by "$1" --json -o group,objects,bytes
	jq -S '[.groups[]] | sort_by(.group)' "$dir/out" > "$dir/groups"
	"$IPCTOP" list "$2" --json -o "$3${4:+,$4}" | jq -S "[.$2 | group_by(.$3)[] |
		{group: .[0].$3, objects: length, bytes: (map(.${4:-none} // 0) | add)}] |
		sort_by(.group)" > "$dir/objects"
	tap_same "$dir/groups" "$dir/objects" "$2 by $1"
}

gathered owner shm owner size
gathered owner msg owner usedbytes
gathered owner sem owner
gathered key shm key size
gathered key sem key
gathered command shm command size

run list --by owner --json
tap_is "$status:$(cat "$dir/err")" '0:' '--by owner --json'
is '.[0] | keys_unsorted == ["time", "host", "namespace", "groups"]' 'its members'
is '[.[0].groups[] | keys_unsorted] | unique == [["kind", "group", "objects", "bytes", "growth",
	"bytegrowth", "added", "trend"]]' 'the members of groups'
is '[.[0].groups[] | .growth, .bytegrowth, .added, .trend] | unique == [null]' \
	'one look tells of no growth'
is '[.[0].groups[].objects] | add == 27' 'all objects are in a group'

run list --by size --json -b
is '[.[0].groups[] | .kind] | unique == ["shm"]' 'only segments have a size'
run list --by key --json -f 'kind=msg objects>=1'
is '[.[0].groups[] | .kind] | unique == ["msg"]' 'a filter looks at groups'
run list shm --by key --json -k objects
is '[.[0].groups[].objects] | . == sort' 'and an order'
run list --by owner -u 4242424 --json
is '.[0].groups == []' 'of nobody there is none'

ipcmk -M 12345 > /dev/null
(sleep 1.2; ipcmk -M 12345 > /dev/null) &
run list shm --by size -J -n 4 -d 0.7 -f group=12K
wait
tap_is "$status:$(cat "$dir/err")" '0:' 'four looks'
is 'length == 4 and .[0].groups[0].growth == null' 'the first tells of no growth'
is '.[3].groups[0] | .objects == 2 and .added == 1 and .growth > 20 and .bytegrowth > 100000' \
	'what came is told'
is '.[3].groups[0].trend | first == 1 and last == 2' 'and in what order'
run list shm -J -n 3 -d 0.7 -o growth,trend
is '[.[2].shm[].growth] | unique == [0]' 'objects that stay do not grow'
is '[.[0].shm[].growth] | unique == [null]' 'but the first look does not know that'

tap_end
