#!/bin/sh
# `ipctop key --explain`: the parts of a key, what is below folders, and what can't be looked at.
. "$TOP_SRCDIR/tests/live/lib.sh"
command -v jq > /dev/null || tap_skip_all 'jq is not installed'
live_enter 0 "$@"

# is FILTER NAME: the filter holds for the last output
is() {
	tap_ok "$(jq -e "$1" "$dir/out" > "$dir/jq" 2>&1; echo $?)" "$2"
}

tree=$dir/tree
mkdir -p "$tree/deep/deeper" "$tree/with blank"
: > "$tree/deep/deeper/file"
: > "$tree/with blank/a b"
: > "$tree/other"
ln -s deep/deeper/file "$tree/link"
ln -s deep "$tree/link-to-folder"
ln -s nothing "$tree/broken"
ln "$tree/other" "$tree/deep/hard"

# candidates: those of the last JSON, path and tie, below the tree
candidates() {
	jq -r '.candidates[] | "\(.path) \(.tie) \(.pid)"' "$dir/out" | sed "s:^$tree:T:" |
		LC_ALL=C sort | tr '\n' ';'
}

# what is below folders

key=$("$IPCTOP" key "$tree/deep/deeper/file" R)
run key --explain "$key" "$tree" --json
tap_is "$status:$(cat "$dir/err"):$(jq -s length "$dir/out")" '0::1' '--explain --json'
is 'keys_unsorted == ["time", "host", "namespace", "key", "objects", "ftok", "candidates"]' \
	'its members'
is ".key == \"$key\" and .objects == [] and .ftok.project == 82" 'the key and its parts'
is ".ftok.inode == $(stat -c %i "$tree/deep/deeper/file") % 65536 and
	.ftok.device == $(stat -c %d "$tree/deep") % 256" 'are those of the file'
tap_is "$(candidates)" 'T/deep/deeper/file below null;T/link below null;' \
	'a file below a folder, also through a link'
run key --explain "$("$IPCTOP" key "$tree/other" 1)" "$tree" --json
tap_is "$(candidates)" 'T/deep/hard below null;T/other below null;' 'all names of a file'
run key --explain "$("$IPCTOP" key "$tree/deep" 1)" "$tree" --json
tap_is "$(candidates)" 'T/deep below null;T/link-to-folder below null;' \
	'a folder, which links are not followed into'
run key --explain "$("$IPCTOP" key "$tree" 1)" "$tree" --json
tap_is "$(candidates)" 'T below null;' 'the folder that is given itself'
run key --explain "$("$IPCTOP" key "$tree/deep" 1)" "$tree/link-to-folder" --json
tap_is "$(candidates)" 'T/link-to-folder below null;' 'a link that is given is looked at'
run key --explain "$key" "$tree/link-to-folder" --json
tap_is "$(candidates)" 'T/link-to-folder/deeper/file below null;' 'and followed'
run key --explain "$key" "$tree/other" --json
tap_is "$status:$(candidates)" '0:' 'a file that is given is looked at'
run key --explain "$key" "$tree/deep/deeper/file" --json
tap_is "$(candidates)" 'T/deep/deeper/file below null;' 'and may be it'
run key --explain "$key" "$tree/deep" "$tree" "$tree/deep/deeper" --json
tap_is "$(candidates)" 'T/deep/deeper/file below null;T/link below null;' \
	'several folders; each path once'
run key --explain "$key" --json
tap_is "$status:$(candidates)" '0:' 'without a folder and an object there is no candidate'
run key --explain "$("$IPCTOP" key "$tree/other" 255)" "$tree" --json
is '.ftok.project == 255 and (.candidates | length == 2)' 'whatever the project id'

# what the kernel makes up is no file of a program's

if [ -n "${LIVE_USERS-}" ] && unshare -m true 2> "$dir/err"; then
	mkdir "$tree/proc"
	unshare -m sh -c 'mount -t proc proc "$2/proc" && made=$("$1" key "$2/proc/version") &&
		"$1" key --explain "$made" "$2" --json' sh "$IPCTOP" "$tree" > "$dir/out"
	tap_is "$(jq -c .candidates "$dir/out")" '[]' 'a mount of /proc is not walked'
	rmdir "$tree/proc"
else
	tap_skip 'a mount of /proc is not walked' 'nothing can be mounted here'
fi

# modes

run key --explain "$key" "$tree"
tap_is "$(sed -n '/^Candidates$/,$p' "$dir/out" | sed "s:$tree:T:" | tr '\n' ';')" \
	'Candidates;  candidate: T/deep/deeper/file  (below);  candidate: T/link  (below);' \
	'as text'
tap_is "$(grep -c '^[A-Z]' "$dir/out"):$(grep -c "Project id 82 ('R')" "$dir/out")" 3:1 \
	'with titles, and the parts'
tap_is "$(sed -n '/^Objects$/{n; p;}' "$dir/out")" '  None has it now.' 'no object has it'
run key --explain "$key" "$tree" --noheadings
tap_is "$(grep -c '^[^ ]' "$dir/out"):$(grep -c 'candidate: ' "$dir/out")" 0:2 \
	'--noheadings leaves out titles'
run key --explain "$("$IPCTOP" key "$tree/with blank/a b")" "$tree" --raw
tap_is "$(sed "s:$tree:T:" "$dir/out" | sed -n '3,$p' | tr '\n' ';')" \
	';FILE TIE PID;T/with\x20blank/a\x20b below 0;' '--raw'
tap_is "$(sed -n 1p "$dir/out"):$(grep -c '^$' "$dir/out")" 'KEY PROJECT DEVICE INODE:1' \
	'--raw has the parts first'
run key --explain "$key" "$tree/deep" --export
tap_is "$(sed "s:$tree:T:" "$dir/out" | sed -n 3p)" \
	'FILE="T/deep/deeper/file" TIE="below" PID="0"' '--export'
tap_match "$(sed 1q "$dir/out")" \
	"KEY=\"$key\" PROJECT=\"82\" DEVICE=\"[0-9]+\" INODE=\"[0-9]+\"" 'and its parts'

# objects that have the key

if command -v ipcmk > /dev/null && command -v ipcs > /dev/null; then
	id=$(ipcmk -S 2 | sed 's/.*: *//')
	own=$("$IPCTOP" list sem --raw --noheadings -o KEY)
	run key --explain "$own" --json
	is ".objects == [{\"kind\": \"sem\", \"id\": $id}]" 'the object that has the key'
	run key --explain "$own"
	tap_ok "$(sed -n '/^Objects$/{n; p;}' "$dir/out" | grep -q " ${id}[, ]"; echo $?)" \
		'also as text'
	run key --explain "$own" --raw
	tap_ok "$(grep -qx "sem $id" "$dir/out"; echo $?)" 'and as a table'
	decimal=$(printf '%d' "$own")
	run key --explain "$decimal" --json
	is ".key == \"$own\" and (.objects | length == 1)" 'a key in decimal'
fi

# how keys are written

for word in -17973521 4276993775 0xfeedbeef 0xFEEDBEEF; do
	run key --explain "$word" --json
	is '.key == "0xfeedbeef" and .ftok == {"project": 254, "device": 237, "inode": 48879}' \
		"key $word"
done
run key --explain=-1 --json
is '.key == "0xffffffff"' 'key -1'
for word in '' x 0x 0x1ffffffff 4294967296 -2147483649 '1 ' 1x; do
	run key --explain "$word"
	tap_is "$status:$(wc -c < "$dir/out"):$(wc -l < "$dir/err")" 2:0:1 "'$word' is no key"
done
run key --explain "$key" --filter id=1
tap_is "$status" 2 'an option of another command'

# key 0

for word in 0 0x0 0x00000000; do
	run key --explain "$word"
	tap_is "$status:$(sed 1d "$dir/out" | cut -c 1-24)" '0:  Private (IPC_PRIVATE),' \
		"key $word is none"
	tap_is "$(grep -Ec 'Objects|andidate' "$dir/out")" 0 'and nothing has it or made it'
done
run key --explain 0 "$tree" --json
is '.key == "0x00000000" and .objects == [] and .candidates == []' 'key 0 as JSON'

# what can't be looked at is told, and the rest is done

run key --explain "$key" "$tree/nothing" "$tree" --json
tap_is "$status:$(cat "$dir/err")" "1:ipctop: '$tree/nothing': No such file or directory" \
	'a folder that does not exist'
tap_is "$(candidates)" 'T/deep/deeper/file below null;T/link below null;' 'the rest is told'
run key --explain "$key" ''
tap_is "$status:$(cat "$dir/err")" "1:ipctop: '': No such file or directory" 'a folder without name'

# without capabilities, so that modes count
as_plain() {
	if [ -z "${LIVE_USERS-}" ]; then
		run "$@"
		return
	fi
	status=0
	setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/program" "$@" \
		> "$dir/out" 2> "$dir/err" < /dev/null || status=$?
}

if [ -n "${LIVE_USERS-}" ] && ! command -v setpriv > /dev/null; then
	tap_skip 'a folder that is not ours to read' 'there is no setpriv'
else
	cp "$IPCTOP" "$dir/program"
	chmod 755 "$dir" "$dir/program"
	mkdir "$dir/closed"
	: > "$dir/closed/file"
	closed=$("$IPCTOP" key "$dir/closed/file" R)
	chmod 000 "$dir/closed"
	as_plain key --explain "$key" "$dir/closed" "$tree" --json
	tap_is "$status:$(cat "$dir/err")" "1:ipctop: '$dir/closed': Permission denied" \
		'a folder that is not ours to read'
	tap_is "$(candidates)" 'T/deep/deeper/file below null;T/link below null;' \
		'and the rest is told too'
	as_plain key --explain "$("$IPCTOP" key "$dir/closed")" "$dir/closed" --json
	tap_is "$status:$(jq -c '[.candidates[].tie]' "$dir/out")" '1:["below"]' \
		'it may be it, nevertheless'
	as_plain key --explain "$closed" "$dir/closed/file"
	tap_is "$status:$(cat "$dir/err")" "1:ipctop: '$dir/closed/file': Permission denied" \
		'nor is what is below'
	as_plain key "$dir/closed/file"
	tap_is "$status:$(wc -c < "$dir/out"):$(cat "$dir/err")" \
		"1:0:ipctop: '$dir/closed/file': Permission denied" 'and it has no key for us'
	chmod 700 "$dir/closed"
fi
tap_end
