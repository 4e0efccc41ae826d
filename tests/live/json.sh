#!/bin/sh
# `ipctop list --json`: its members, their types and their forms, as they are promised.
. "$TOP_SRCDIR/tests/live/lib.sh"
command -v jq > /dev/null || tap_skip_all 'jq is not installed'
live_enter 9 "$@"

# is FILTER NAME: the filter holds for the last output
is() {
	tap_ok "$(jq -e "$1" "$dir/out" > "$dir/jq" 2>&1; echo $?)" "$2"
}

instant='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\\\.[0-9]+)?[+-][0-9]{2}:[0-9]{2}$'
instant=$(printf '%s' "$instant" | sed 's/\\\\\\\\/\\\\/')

run list --json
tap_is "$status:$(cat "$dir/err")" '0:' '--json'
tap_is "$(jq -s length "$dir/out")" 1 'one object'
is 'keys_unsorted == ["time", "host", "namespace", "msg", "sem", "shm"]' 'its members'
is ".time | test(\"$instant\")" 'the time is RFC 3339 with offset'
is ".host == \"$(uname -n)\"" 'the host'
is ".namespace == $(stat -L -c %i /proc/self/ns/ipc)" 'the namespace'
is '[.msg, .sem, .shm] | map(length) == [9, 9, 9]' 'all objects are there'

common='"key", "id", "owner", "perms"'
is "[.msg[] | keys_unsorted] | unique == [[$common, \"use\", \"usedbytes\", \"qbytes\", \"msgs\",
	\"lspid\", \"lspid_alive\", \"lrpid\", \"lrpid_alive\"]]" 'the members of queues'
is "[.sem[] | keys_unsorted] | unique == [[$common, \"nsems\", \"otime\"]]" 'the members of sets'
is "[.shm[] | keys_unsorted] | unique == [[$common, \"size\", \"rss\", \"nattch\", \"status\",
	\"cpid\", \"cpid_alive\", \"lpid\", \"lpid_alive\"]]" 'the members of segments'
is '[.msg[], .sem[], .shm[] | .key | test("^0x[0-9a-f]{8}$")] | all' 'keys'
is '[.msg[], .sem[], .shm[] | .perms | test("^([r-][w-][x-]){3}$")] | all' 'permissions'
is '[.msg[] | .id, .use, .usedbytes, .qbytes, .msgs, .lspid, .lrpid | type] |
	unique == ["number"]' 'numbers of queues are numbers'
is '[.shm[] | .id, .size, .rss, .nattch, .cpid, .lpid | type] | unique == ["number"]' \
	'numbers of segments are numbers'
is '[.shm[] | .status | . == "" or . == "dest" or . == "locked" or . == "dest,locked"] | all' \
	'the status'
is '[.shm[] | .cpid_alive] | unique == [true]' 'the creator is alive'
is '[.msg[] | (.lspid == 0) == (.lspid_alive == null)] | all' \
	'of no process it is not known whether it is alive'
is "[.sem[] | .otime | . == null or test(\"$instant\")] | all" 'times, or null for never'

columns=KEY,ID,OWNER,PERMS,MODE,UID,USER,GID,GROUP,CUID,CUSER,CGID,CGROUP,SEQ,CTIME,AGE,IDLE
columns=$columns,USE%,USEDBYTES,QBYTES,MSGS,LSPID,LRPID,SEND,RECV,SENDER,RECEIVER,NSEMS,OTIME
columns=$columns,SIZE,RSS,SWAP,NATTCH,STATUS,CPID,LPID,ATTACH,DETACH,COMMAND
run list --json -o "$columns"
tap_is "$status:$(cat "$dir/err")" '0:' 'all columns of the contract'
is '[.msg[], .sem[], .shm[] | .mode | test("^[0-7]{4}$")] | all' 'the mode'
is '[.msg[], .sem[], .shm[] | .uid, .gid, .cuid, .cgid, .seq, .age, .idle | type] |
	unique == ["number"]' 'ids and ages are numbers'
is '[.shm[] | .command] | unique == ["objects"]' 'the command of the creator'
is '[.shm[] | .swap] | unique == [0]' 'nothing is swapped'
is "[.shm[] | .attach, .detach | . == null or test(\"$instant\")] | all" 'attach and detach'
is '[.shm[] | .attach == null] | any' 'and some never were'
is "[.msg[], .sem[], .shm[] | .ctime | test(\"$instant\")] | all" 'ctime'
is '[.msg[] | select(.lspid == 0) | .sender] | unique | . == [null] or . == []' \
	'nobody has no command'
is '[.shm[] | (.mode[0:1] | tonumber) as $m |
	(.status | contains("dest")) == ($m % 2 == 1) and
	(.status | contains("locked")) == ($m >= 2)] | all' 'status and mode agree'
is '[.shm[] | select(.status | contains("dest")) | .key] | unique == ["0x00000000"]' \
	'the key of a segment that is dest is free'
is '[.shm[] | .id % 32768 + .seq * 32768 == .id] | all' 'seq is part of the id'

run list --json -k SIZE:desc shm
is '[.shm[].size] == ([.shm[].size] | sort | reverse)' 'the order holds'
run list --json msg
is 'has("shm") or has("sem") | not' 'only the kind that was asked for'
run list --json -f 'id<0x' msg
tap_is "$status:$(wc -c < "$dir/out")" '2:0' 'nothing is printed of a wrong command line'

run list --watch -n 3 -d 0.1 --json
tap_is "$status:$(wc -l < "$dir/out"):$(jq -s length "$dir/out")" '0:3:3' \
	'--watch: one object a line'
tap_ok "$(while read -r line; do
	printf '%s' "$line" | jq -e '.shm | length == 9' || exit 1
done < "$dir/out" > "$dir/jq"; echo $?)" 'each a whole one'
tap_ok "$(jq -s -e 'map(.time) | . == sort and (unique | length) == 3' "$dir/out" > "$dir/jq"
	echo $?)" 'each with its time'
start=$(date +%s%N)
run list -n 3 -d 0.2 --json sem
taken=$((($(date +%s%N) - start) / 1000000))
tap_is "$(wc -l < "$dir/out")" 3 '-n repeats by itself'
tap_ok "$((taken < 400))" 'with the delay between them, and none behind the last'
run list --watch -n 2 -d 0.1 msg
tap_is "$(grep -c '^KEY ' "$dir/out")" 2 '--watch repeats the table'

run limits --json
is 'keys_unsorted - ["errors"] == ["time", "host", "namespace", "limits"]' 'limits: the members'
is '[.limits[] | keys_unsorted] | unique == [["name", "description", "limit", "used", "use",
	"most", "mostused", "fails", "freeable", "advice"]]' 'limits: those of each'
is '[.limits[] | .mostused, .freeable | type] - ["null", "number"] == []' 'limits: more numbers'
is '[.limits[] | .most, .fails, .advice | type] - ["null", "string"] == []' 'limits: texts'
is '[.limits[] | .limit, .used, .use | type] | unique == ["null", "number"]' 'limits: numbers'
is '[.limits[] | select(.name == "MSGMNI" or .name == "SEMMNI" or .name == "SHMMNI") | .used] ==
	[9, 9, 9]' 'limits: what is used'
is '[.limits[] | select(.limit != null and .used != null) |
	(.use - 100 * .used / .limit | fabs) <= 0.0001] | all' 'limits: the part that is used'

IPCTOP_PROC=$TOP_SRCDIR/tests/fixtures/linux-6.18
export IPCTOP_PROC
run list --json
is '[.host, .namespace] == [null, null]' 'texts do not tell where they are from'
tap_end
