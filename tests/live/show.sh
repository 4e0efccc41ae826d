#!/bin/sh
# `ipctop show`: what it prints in each mode, and what it refuses, of objects of random shape.
. "$TOP_SRCDIR/tests/live/lib.sh"
command -v jq > /dev/null || tap_skip_all 'jq is not installed'
live_enter 12 "$@"

# is FILTER NAME: the filter holds for the last output
is() {
	tap_ok "$(jq -e "$1" "$dir/out" > "$dir/jq" 2>&1; echo $?)" "$2"
}

# errors: what was said, but that some processes do not let everybody see their files and waits
errors() {
	sed "/: candidates can't be read: /d; /: processes: .* hidden from you/d
		/: processes: processes outside of this pid namespace /d" "$dir/err"
}

# id_of KIND FILTER: of one that matches, and that we may read
readable=
[ -n "${LIVE_USERS-}" ] || readable='perms~^r'
id_of() {
	"$IPCTOP" list "$1" --raw --noheadings -o ID -f "$2 $readable" | sed 1q
}

# names KIND ID: of all columns, a line each
names() {
	"$IPCTOP" show "$1" "$2" --export 2> "$dir/ignored" |
		sed 's/="[^"]*"//g; q' | tr ' ' '\n' | sort
}

msg=$(id_of msg 'msgs>0')
sem=$(id_of sem 'otime>@0')
shm=$(id_of shm '')
if [ -z "$msg" ] || [ -z "$sem" ] || [ -z "$shm" ]; then
	# a plain user can't read all that it makes
	tap_skip 'all' 'this world has nothing that we may read'
	tap_end
fi

parts='"ftok", "candidates"'
for kind in msg sem shm; do
	eval "id=\$$kind"

	# as text
	run show "$kind" "$id"
	tap_is "$status:$(errors)" '0:' "$kind: it is shown"
	tap_match "$(sed 1q "$dir/out")" "(Queue|Semaphore set|Segment) $id, of .+" "$kind: its title"
	tap_is "$(sed -n '2,/^$/p; /^Further fields$/,$p' "$dir/out" |
		sed -n 's/^  \([A-Z0-9%]*\) .*/\1/p' | sort)" \
		"$(names "$kind" "$id")" "$kind: a line a column"
	tap_is "$(grep -c '^Key 0x[0-9a-f]\{8\}$' "$dir/out"):$(grep -c '^Limits$' "$dir/out")" \
		1:1 "$kind: key and limits"
	run show "$kind" "$id" --noheadings
	tap_is "$status:$(grep -c '^[^ ]' "$dir/out"):$(grep -c '^$' "$dir/out")" 0:0:0 \
		"$kind: --noheadings leaves out titles"
	run show "$kind" "$id" --time-format=iso
	tap_ok "$(grep -Eq '^  CTIME  *[-0-9]{10}T[0-9:]{8}\+00:00 \(@[0-9]+\) ' "$dir/out"
		echo $?)" \
		"$kind: --time-format=iso"
	run show "$kind" "$id" --time-format=short
	full='[A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} [0-9]{4}'
	tap_ok "$(grep -Eq "^  CTIME  *$full \(@" "$dir/out"; echo $?)" \
		"$kind: a time is never short"

	# raw and export
	run show "$kind" "$id" --raw
	tap_is "$status:$(sed -n 1p "$dir/out" | wc -w):$(sed -n 2p "$dir/out" | wc -w)" \
		"0:$(names "$kind" "$id" | wc -l):$(names "$kind" "$id" | wc -l)" \
		"$kind: --raw has a field a column"
	run show "$kind" "$id" --raw --noheadings
	tap_is "$status:$(grep -Ec '^(KEY|SEMNUM|NUMBER|PATH) ' "$dir/out")" 0:0 \
		"$kind: --raw --noheadings"
	run show "$kind" "$id" --export
	tap_is "$status:$(grep -Evc '^(([A-Z0-9%]+="[^"]*"( |$))+|)$' "$dir/out")" 0:0 \
		"$kind: --export is NAME=\"value\""
	tap_match "$(sed 1q "$dir/out")" "KEY=\"0x[0-9a-f]{8}\" ID=\"$id\" .*" \
		"$kind: the object comes first"

	# JSON
	run show "$kind" "$id" --json
	tap_is "$status:$(errors):$(jq -s length "$dir/out")" '0::1' "$kind: --json"
	own='"waiters", '
	[ "$kind" != shm ] || own='"holders", '
	[ "$kind" != msg ] || own="$own"'"messages", '
	[ "$kind" != sem ] || own="$own"'"semaphores", '
	is "del(.errors) | keys_unsorted ==
		[\"time\", \"host\", \"namespace\", \"kind\", \"object\", \"verdicts\", $own$parts]" \
		"$kind: the members"
	is ".kind == \"$kind\" and .object.id == $id" "$kind: the kind and the object"
	tap_is "$(jq -r '.object | keys[] | select(endswith("_alive") | not)' "$dir/out" |
		tr '[:lower:]' '[:upper:]' | sort)" \
		"$(names "$kind" "$id" | tr -d % | sort)" "$kind: a member a column"
	is '.ftok | (.project * 16777216 + .device * 65536 + .inode) as $n |
		(["0","1","2","3","4","5","6","7","8","9","a","b","c","d","e","f"]) as $d |
		[range(8) as $i | $d[($n / pow(16; 7 - $i) | floor) % 16]] | "0x" + add' \
		"$kind: the parts of the key"
	tap_is "$(tr -d '"' < "$dir/jq")" "$(jq -r .object.key "$dir/out")" \
		"$kind: and they make the key"

	# the kind by its letter
	letter=$(echo "$kind" | sed 's/msg/-q/; s/sem/-s/; s/shm/-m/')
	same='del(.time, .object.age, .object.idle)
		| .errors[]?.reason |= sub("^[0-9]+ process(es are| is) "; "some are ")'
	jq "$same" "$dir/out" > "$dir/word"
	run show "$letter" "$id" --json
	jq "$same" "$dir/out" > "$dir/letter"
	tap_same "$dir/letter" "$dir/word" "$kind: $letter does the same"

	# what is not there
	run show "$kind" 2147483647
	tap_is "$status:$(wc -c < "$dir/out"):$(errors)" \
		"1:0:ipctop: $kind 2147483647: no such id" "$kind: an id that does not exist"
	run show "$kind" 2147483647 --json
	tap_is "$status:$(wc -c < "$dir/out")" 1:0 "$kind: nor in JSON"
done

# sizes and ids

run show shm "$shm" --bytes
tap_is "$(awk '$1 == "SIZE" { print $2, $3 }' "$dir/out")" \
	"$("$IPCTOP" list shm --raw --noheadings -b -o SIZE -f "id=$shm") bytes" \
	'--bytes gives digits'
run show shm "$shm" --raw --noheadings -b
tap_is "$(awk 'NR == 1 { print $5 }' "$dir/out")" \
	"$("$IPCTOP" list shm --raw --noheadings -b -o SIZE -f "id=$shm")" 'also with --raw'
if command -v ipcmk > /dev/null && command -v ipcrm > /dev/null; then
	id=$(ipcmk -Q | sed 's/.*: *//')
	run show msg "$id"
	tap_is "$status" 0 'an object that was just made'
	ipcrm -q "$id"
	run show msg "$id"
	tap_is "$status:$(errors)" "1:ipctop: msg $id: no such id" 'and just removed'
fi

# wrong usage

while read -r arguments; do
	# shellcheck disable=SC2086 # a list of words
	run show $arguments
	tap_is "$status:$(wc -c < "$dir/out"):$(wc -l < "$dir/err")" 2:0:1 "show $arguments"
done << END

msg
3
msg 3 4
msg x
msg 0x3
msg -1
msg 2147483648
msg 99999999999999999999
limits 3
queues 3
-q -s 3
-q sem 3
-q
msg $msg --messages
msg $msg --messages x
msg $msg --messages -1
msg $msg --filter id=3
msg $msg --json --raw
msg $msg --time-format long
END

# IPC_PRIVATE, and what is marked for destruction

id=$(id_of msg 'key=0')
if [ -n "$id" ]; then
	run show msg "$id"
	tap_is "$(sed -n '/^Key /{N; s/\n/ /; p;}' "$dir/out" | cut -c 1-36)" \
		'Key 0x00000000   Private (IPC_PRIVAT' 'a private object has no key'
	tap_is "$(grep -ci candidate "$dir/out")" 0 'and no candidates'
	run show msg "$id" --json
	is '.ftok == {"project": 0, "device": 0, "inode": 0} and .candidates == []' 'nor in JSON'
else
	tap_skip 'a private object' 'there is none'
fi
id=$("$IPCTOP" list shm --raw --noheadings -o ID -f 'status=dest' | sed 1q)
run show shm "$id" --json
tap_is "$status" 0 'a segment that is dest'
is '.object | .key == "0x00000000" and (.status | contains("dest")) and
	(.mode[0:1] | tonumber % 2 == 1)' 'its status, mode and key'

# where it is written to

run show sem "$sem"
LC_ALL=C "$IPCTOP" show sem "$sem" > "$dir/ascii" 2> "$dir/ignored"
tap_is "$(LC_ALL=C tr -d '\n -~' < "$dir/ascii" | wc -c)" 0 'ASCII, where the locale has no more'
status=0
"$IPCTOP" show sem "$sem" > /dev/full 2> "$dir/err" || status=$?
tap_is "$status:$(errors)" '1:ipctop: standard output: No space left on device' \
	'a full disk is told'
mkfifo "$dir/pipe"
exec 3<> "$dir/pipe" 4> "$dir/pipe" 3>&- # nobody reads
for mode in '' --json --raw; do
	(
		trap '' PIPE
		"$IPCTOP" show sem "$sem" $mode >&4 2> "$dir/err"
		echo $? > "$dir/status"
	)
	tap_is "$(cat "$dir/status"):$(errors)" 1: "a closed pipe ends it quietly $mode"
done
exec 4>&-
if command -v script > /dev/null; then
	script -qec "stty cols 40; '$IPCTOP' show shm $shm 2> '$dir/err'" /dev/null \
		< /dev/null > "$dir/out"
	tap_is "$(tr -d '\r' < "$dir/out" | awk 'length > 40' | LC_ALL=C sed 1q)" '' \
		'lines keep to the width of a terminal'
fi

# texts of another system

fixture=$TOP_SRCDIR/tests/fixtures/linux-6.18
for kind in msg sem shm; do
	id=$(IPCTOP_PROC=$fixture "$IPCTOP" list "$kind" --raw --noheadings -o ID | sed 1q)
	status=0
	IPCTOP_PROC=$fixture "$IPCTOP" show "$kind" "$id" --json > "$dir/out" 2> "$dir/err" ||
		status=$?
	case $kind in
	msg) expected="1:msg: messages can't be read: only a running kernel tells of them" ;;
	sem) expected="1:sem: semaphores can't be read: only a running kernel tells of them" ;;
	shm) expected=0: ;;
	esac
	tap_is "$status:$(errors | sed '/: processes: /d; s/^ipctop: //')" \
		"$expected" "$kind of texts: what they lack is told"
	is '.errors | any(.reason | contains("only known of a running system"))' \
		"$kind of texts: and that relations are"
	is ".object.id == $id and .messages == null and .semaphores == null" \
		"$kind of texts: and the rest is there"
done
tap_end
