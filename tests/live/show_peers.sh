#!/bin/sh
# What `ipctop show` says of one object, field by field, beside what ipcs(1) and lsipc(1) say of it
# alone: of every object of a world of random ones. Each says it in lines "ID FIELD VALUE".
. "$TOP_SRCDIR/tests/live/lib.sh"
command -v jq > /dev/null || tap_skip_all 'jq is not installed'
live_enter 50 "$@"

# A plain user may make objects that he can't read; the peers then leave fields out.
readable='id>=0'
[ -n "${LIVE_USERS-}" ] || readable='perms~^r'

has_ipcs=false
command -v ipcs > /dev/null && has_ipcs=true
has_lsipc=false
command -v lsipc > /dev/null && has_lsipc=true

# all_of KIND OPTION: what each of the three knows of each object, in files; those that
# `ipctop show` fails on are in "failed"
all_of() {
	list=$("$IPCTOP" list "$1" --raw --noheadings -o ID -f "$readable")
	for id in $list; do
		! $has_ipcs || ipcs "$2" -i "$id"
	done > "$dir/ipcs.text" &
	for id in $list; do
		! $has_lsipc || lsipc "$2" -i "$id" --bytes --time-format=iso
	done > "$dir/lsipc.text" &
	: > "$dir/failed"
	for id in $list; do
		"$IPCTOP" show "$1" "$id" --json || echo "$id" >> "$dir/failed"
	done > "$dir/ours.json" 2> "$dir/err"
	wait
}

# ipcs: names and values around "=", several to a line, but times; semaphores in columns.
ipcs_lines() {
	awk '
	function put(name, value) {
		gsub(/^[ \t]+|[ \t]+$/, "", value)
		print id, name, value
	}
	/(msq|sem|shm)id=/ { id = $0; sub(/.*=/, "", id); next }
	/^[a-z_]*time ?=/ {
		name = value = $0
		sub(/ ?=.*/, "", name)
		sub(/[^=]*=/, "", value)
		put(name, value)
		next
	}
	/^nsems = / { put("nsems", $3); next }
	/^[0-9]+ / { put("semaphore", $1 " " $2 " " $3 " " $4 " " $5); next }
	{
		for (i = 1; i <= NF; i++)
			if (split($i, part, "=") == 2)
				put(part[1], part[2] == "" ? "-" : part[2])
	}' "$dir/ipcs.text" | sed 's/,$//' | grep -v ' access_perms ' | sort
}

# lsipc: a name, a colon, blanks and a value to a line; it has the creator's group wrong, but ipcs
# has it right.
lsipc_lines() {
	awk '
	/^Key: / { key = $2; next }
	/^ID: / { id = $2; print id, "Key", key; next }
	/^(Elements|Creator GID|Creator group|Creator command): ?/ { next }
	/^ *[0-9]+ / { print id, "semaphore", $1, $2, $3, $4, $5; next }
	/^[A-Z][A-Za-z ]*: / {
		value = $0
		sub(/^[^:]*: +/, "", value)
		sub(/ +$/, "", value)
		name = $0
		sub(/:.*/, "", name)
		if (name == "Status")
			gsub(/ +/, ",", value) # some versions separate its words by blanks
		print id, name, value
	}' "$dir/lsipc.text" | sort
}

prelude='
	def octal: sub("^0+(?=.)"; "") | if . == "0" then . else "0" + . end;
	def ctime: if . == null then "Not set" else
		sub("[+]00:00$"; "Z") | fromdateiso8601 | strftime("%a %b %e %H:%M:%S %Y") end;
	def elements: (.semaphores // [])[] |
		"semaphore \(.semnum) \(.value) \(.ncount) \(.zcount) \(.pid)";
	def some(name; value): value | if . == null then empty else [name, .] end;
	def named(name; value; id): some(name; value | select(. != (id | tostring)));
	. as $top | .object | .id as $id |'

# ours JQ_FIELDS: the fields, each a pair of name and value, in lines as above
ours() {
	jq -r "$prelude (($1 | \"\\(.[0]) \\(.[1])\"), (\$top | elements)) | \"\\(\$id) \\(.)\"" \
		"$dir/ours.json" | sort
}

ids='["uid", .uid], ["gid", .gid], ["cuid", .cuid], ["cgid", .cgid], ["mode", (.mode | octal)]'
common='["Key", .key], ["Owner", .owner], ["Permissions", .perms], ["Creator UID", .cuid],
	["UID", .uid], ["GID", .gid], ["Last change", .ctime],
	named("Creator user"; .cuser; $top.object.cuid),
	named("User name"; .user; $top.object.uid),
	named("Group name"; .group; $top.object.gid)'

# compare KIND OPTION FIELDS_OF_IPCS FIELDS_OF_LSIPC
compare() {
	all_of "$1" "$2"
	tap_is "$(cat "$dir/failed")" '' "show $1 succeeds for each"
	if [ -n "${LIVE_USERS-}" ]; then
		tap_is "$(grep -c '^{"time"' "$dir/ours.json")" 50 "and each is a whole answer"
	fi
	if $has_ipcs; then
		ours "($ids, $3)" > "$dir/ours"
		ipcs_lines > "$dir/theirs"
		tap_same "$dir/ours" "$dir/theirs" "ipcs -i $2 says the same"
	else
		tap_skip "ipcs -i $2 says the same" 'there is no ipcs'
	fi
	if $has_lsipc; then
		ours "($common, $4)" > "$dir/ours"
		lsipc_lines > "$dir/theirs"
		tap_same "$dir/ours" "$dir/theirs" "lsipc -i $2 says the same"
	else
		tap_skip "lsipc -i $2 says the same" 'there is no lsipc'
	fi
}

compare msg -q \
	'["cbytes", .usedbytes], ["qbytes", .qbytes], ["qnum", .msgs], ["lspid", .lspid],
	["lrpid", .lrpid], ["send_time", (.send | ctime)], ["rcv_time", (.recv | ctime)],
	["change_time", (.ctime | ctime)]' \
	'["Bytes used", .usedbytes], ["Messages", .msgs], ["Msg sender", .lspid],
	["Msg receiver", .lrpid], some("Msg sent"; .send),
	some("Msg received"; .recv)'
tap_is "$(jq -s 'map(.messages | length) == map(.object.msgs) and
	(map(.object.usedbytes) == map([.messages[].size] | add // 0)) and
	(map(.object.msgs) | add > 0)' "$dir/ours.json")" true \
	'the messages are as many and as large'

compare sem -s '["nsems", .nsems], ["otime", (.otime | ctime)], ["ctime", (.ctime | ctime)]' \
	'["Semaphores", .nsems], some("Last operation"; .otime)'
tap_is "$(jq -s 'map(.semaphores | length) == map(.object.nsems) and
	([.[].semaphores[].pid] | max > 0)' "$dir/ours.json")" true 'the semaphores are as many'

compare shm -m \
	'["bytes", .size], ["lpid", .lpid], ["cpid", .cpid], ["nattch", .nattch],
	["att_time", (.attach | ctime)], ["det_time", (.detach | ctime)],
	["change_time", (.ctime | ctime)]' \
	'["Segment size", .size], ["Attached processes", .nattch], ["Creator PID", .cpid],
	["Last user PID", .lpid], some("Attach time"; .attach),
	some("Detach time"; .detach), ["Status", .status]'
# of those that a plain user may read there may be none
keys=$(jq -s '[.[].object | select(.status | contains("dest")) | .key] | unique' -c "$dir/ours.json")
[ -n "${LIVE_USERS-}" ] || [ "$keys" != '[]' ] || keys='["0x00000000"]'
tap_is "$keys" '["0x00000000"]' 'some segments are marked dest'
tap_end
