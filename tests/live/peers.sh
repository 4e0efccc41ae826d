#!/bin/sh
# What ipctop says, field by field, beside what lsipc(1) and ipcs(1) say of the same objects.
. "$TOP_SRCDIR/tests/live/lib.sh"
command -v jq > /dev/null || tap_skip_all 'jq is not installed'
live_enter 24 "$@"

tab=$(printf '\t')

# ours KIND JQ_LIST: from `ipctop list`, a line an object, ordered by id
ours() {
	"$IPCTOP" list "$1" --json -o \
		KEY,ID,OWNER,PERMS,MODE,UID,USER,GID,GROUP,CUID,CUSER,CGID,CGROUP,CTIME,$columns |
		jq -r ".$1[] | [$2] | map(tostring) | @tsv" | sort -t "$tab" -k 2n
}

# theirs OPTION ARRAY JQ_LIST: the same from lsipc
theirs() {
	lsipc "$1" --json --bytes --time-format=iso -o \
		KEY,ID,OWNER,PERMS,UID,USER,GID,CUID,CUSER,CTIME,$columns |
		jq -r ".$2[] | [$3] | map(tostring) | @tsv" | sort -t "$tab" -k 2n
}

# Which of ours lsipc has too. It says nothing of a name that there is not, and its CGID and
# CGROUP are those of the user: these are compared with ipcs.
common_ours='.key, .id, .owner, .perms, .uid, .user, .gid, .cuid, .cuser, .ctime'
common_theirs='.key, .id, .owner, .perms, .uid, (.user // .uid), .gid, .cuid,
	(.cuser // .cuid), .ctime'

compare() {
	ours "$1" "$common_ours, $4" > "$dir/ours"
	theirs "$2" "$3" "$common_theirs, $5" > "$dir/theirs"
	tap_same "$dir/ours" "$dir/theirs" "lsipc $2 says the same"
}

if command -v lsipc > /dev/null && lsipc --help | grep -q -- --json; then
	columns=USEDBYTES,MSGS,LSPID,LRPID,SEND,RECV
	fields='.usedbytes, .msgs, .lspid, .lrpid, .send, .recv'
	compare msg -q messages "$fields" "$fields"
	columns=NSEMS,OTIME
	compare sem -s semaphores '.nsems, .otime' '.nsems, .otime'
	columns=SIZE,NATTCH,STATUS,CPID,LPID,ATTACH,DETACH
	fields='.size, .nattch, .cpid, .lpid, .attach, .detach'
	# its words are separated by blanks
	compare shm -m sharedmemory "$fields, .status" \
		"$fields, ((.status // \"\") | gsub(\"^ +| +\$\"; \"\") | gsub(\" +\"; \",\"))"

	# what lsipc gives as a number of 20 digits is "as much as fits": no limit; how many
	# semaphores and pages are used it counts wrong, which ipcs does not
	"$IPCTOP" limits --json |
		jq -r '.limits[] | [.name, .limit,
			(if .name == "SEMMNS" or .name == "SHMALL" then "?" else .used end)] |
			map(tostring) | @tsv' > "$dir/ours"
	lsipc --global --json --bytes |
		jq -r 'def number: if . == null or . == "-" or length >= 20 then "null" else . end;
			.ipclimits[] | [.resource, (.limit | number),
				(if .resource == "SEMMNS" or .resource == "SHMALL" then "?"
				else .used | number end)] | @tsv' > "$dir/theirs"
	sort "$dir/ours" > "$dir/ours.sorted"
	sort "$dir/theirs" > "$dir/theirs.sorted"
	tap_same "$dir/ours.sorted" "$dir/theirs.sorted" 'lsipc --global has the same limits and use'
else
	tap_skip 'lsipc says the same' 'there is no lsipc with --json'
fi

if ! command -v ipcs > /dev/null; then
	tap_skip 'ipcs says the same' 'there is no ipcs'
	tap_end
fi

# ipcs_rows OPTION...: the rows of its table, blanks between the fields
ipcs_rows() {
	ipcs "$@" | awk '$1 ~ /^(0x)?[0-9a-f]+$/ { $1 = $1; print }'
}

# ours_as KIND JQ_LIST: likewise; names are cut as ipcs cuts them
ours_as() {
	"$IPCTOP" list "$1" --json -o +MODE,GROUP,CUSER,CGROUP |
		jq -r 'def mode: .[1:] | sub("^0+(?=.)"; ""); def cut: .[:10];
			.'"$1"'[] | ['"$2"'] | map(tostring) | join(" ") | sub(" +$"; "")'
}

check_ipcs() {
	ipcs_rows "$1" $2 > "$dir/theirs"
	ours_as "$3" "$4" > "$dir/ours"
	tap_same "$dir/ours" "$dir/theirs" "ipcs $1 $2 says the same"
}

owners='.id, (.mode | mode), (.cuser | cut), (.cgroup | cut), (.owner | cut), (.group | cut)'
check_ipcs -q '' msg '.key, .id, (.owner | cut), (.mode | mode), .usedbytes, .msgs'
check_ipcs -s '' sem '.key, .id, (.owner | cut), (.mode | mode), .nsems'
check_ipcs -m '' shm \
	'.key, .id, (.owner | cut), (.mode | mode), .size, .nattch, (.status | gsub(","; " "))'
check_ipcs -q -c msg "$owners"
check_ipcs -s -c sem "$owners"
check_ipcs -m -c shm "$owners"
check_ipcs -q -p msg '.id, (.owner | cut), .lspid, .lrpid'
check_ipcs -m -p shm '.id, (.owner | cut), .cpid, .lpid'

# ipcs counts the sizes of segments in kilobytes, which wrap around: not compared
cat > "$dir/words" << 'END'
MSGMNI max queues system wide
MSGMAX max size of message (bytes)
MSGMNB default max size of queue (bytes)
SHMMNI max number of segments
SHMMIN min seg size (bytes)
SEMMNI max number of arrays
SEMMSL max semaphores per array
SEMMNS max semaphores system wide
SEMOPM max ops per semop call
SEMVMX semaphore max value
END
ipcs -l > "$dir/limits"
while read -r name words; do
	printf '%s %s\n' "$name" "$(awk -F' = ' -v words="$words" '$1 == words { print $2 }' \
		"$dir/limits")"
done < "$dir/words" | sort > "$dir/theirs"
"$IPCTOP" limits --json |
	jq -r '.limits[] | select(.name != "SHMMAX" and .name != "SHMALL") |
		"\(.name) \(.limit)"' | sort > "$dir/ours"
tap_same "$dir/ours" "$dir/theirs" 'ipcs -l has the same limits'

# what is used, in the words of ipcs
cat > "$dir/words" << 'END'
MSGMNI allocated queues
SEMMNI used arrays
SEMMNS allocated semaphores
SHMALL pages allocated
SHMMNI segments allocated
END
ipcs -u | sed 's/ = / /' > "$dir/use"
while read -r name words; do
	printf '%s %s\n' "$name" "$(sed -n "s/^$words //p" "$dir/use")"
done < "$dir/words" > "$dir/theirs"
"$IPCTOP" limits --json | jq -r '.limits[] | select(.used != null) | "\(.name) \(.used)"' |
	sort > "$dir/ours"
tap_same "$dir/ours" "$dir/theirs" 'ipcs -u has the same use'
tap_end
