#!/bin/sh
# Wrong command lines: one line on standard error that names what is wrong, and exit status 2.
. "$TOP_SRCDIR/tests/live/lib.sh"
live_enter 3 "$@"

# wrong NAMED ARGUMENT...
wrong() {
	named=$1
	shift
	run "$@"
	ok=0
	[ "$status" -eq 2 ] && [ "$(wc -l < "$dir/err")" -eq 1 ] && [ ! -s "$dir/out" ] &&
		grep -q '^ipctop: ' "$dir/err" && grep -qF -- "$named" "$dir/err" || ok=1
	tap_ok "$ok" "ipctop $*"
	[ "$ok" -eq 0 ] || sed "s/^/# exit status $status: /" "$dir/err"
}

wrong "'frobnicate'" frobnicate
wrong "'lis'" lis
wrong "''" ''
wrong --frobnicate --frobnicate
wrong -x -x

for command in list limits rm; do
	wrong --frobnicate "$command" --frobnicate
	wrong -Z "$command" -Z
	wrong --help=now "$command" --help=now
done
wrong "'frobs'" list frobs
wrong "'frobs'" list shm frobs
wrong "'SHM'" list SHM
wrong "'shm'" limits shm
wrong "'frobs'" rm frobs 3
wrong "''" rm '' 3
wrong "'limits'" rm limits 3

wrong "'FROB'" list -o FROB
wrong "'FROB'" list -o +FROB
wrong "'FROB'" list -o ID,FROB,KEY
wrong "'NATTCH'" list sem -o NATTCH
wrong "'FROB'" list -k FROB
wrong "'SIZE:down'" list shm -k SIZE:down
wrong "'NSEMS'" list shm -k NSEMS
wrong "'0.05'" list -d 0.05
wrong "'86401'" list --watch -d 86401
wrong "'-1'" list -d -1
wrong "'soon'" list --delay soon
wrong "'nan'" list --delay nan
wrong "'0'" list -n 0
wrong "'-3'" list -n -3
wrong "'3x'" list -n 3x
wrong "'long'" list --time-format=long
wrong "'frob'" list --by frob
wrong 'owner, command, key, size and verdict' list --by ''
wrong 'segments only' list msg sem --by size
wrong "'SIZE'" list --by owner -o SIZE
wrong "'LSPID'" list msg --by owner -k LSPID
wrong "'no-such-user-here'" list -u no-such-user-here
wrong "'-1'" list -u -1
wrong "'4294967296'" list -u 4294967296
for option in -d -f -u -k -o -n --delay --filter --user --sort --output --iterations; do
	wrong "option $option " list "$option"
done

wrong 'at 1:' list -f 'frob=3'
wrong 'at 8:' list shm -f 'size>0 frob=3'
wrong 'SIZE takes' list shm -f 'size>big'
wrong 'NATTCH' list shm -f 'nattch=-1'
wrong 'OWNER takes one of' list shm -f 'owner<root'
wrong 'AGE takes' list shm -f 'age>2y'
wrong '"' list shm -f 'owner="root'
wrong '(' list shm -f 'owner~('
wrong 'frob' rm shm -f 'frob=3' --yes

for id in -1 -0 0x10 1x x 1.0 ' 1' '1 ' +1 '' 2147483648 99999999999999999999 1,2; do
	# what begins with a dash is no option after --
	wrong "'$id'" rm shm --yes -- "$id"
done
wrong "'two'" rm shm 1 two 3 --yes
for key in 0x frob 0x1g 4294967296 -2147483649 '' ' 1' 1.5; do
	wrong "'$key'" rm shm --key="$key" --yes
done
wrong 'key 0' rm shm --key 0 --yes
wrong kind rm 1 --yes
wrong kind rm --key 42 --yes
wrong kind rm -q -m 1 --yes

# hostile words come out harmless
wrong '\x1b' "$(printf '\033[31m')"
wrong '\x1b' list "$(printf '\033]0;title\007')"

run list --raw
tap_is "$status:$(wc -l < "$dir/out")" '0:14' 'all objects are still there'

# --help and --version

for command in '' list limits rm; do
	run $command --help
	tap_is "$status:$(cat "$dir/err")" '0:' "ipctop $command --help"
	tap_ok "$(($(wc -l < "$dir/out") > 24))" 'at most 24 lines'
	tap_is "$(awk 'length > 80' "$dir/out")" '' 'of at most 80 columns'
	tap_match "$(sed 1q "$dir/out")" "Usage: ipctop ?$command.*\[OPTIONS\]" 'with the usage'
	cp "$dir/out" "$dir/long"
	run $command -h
	tap_ok "$(cmp -s "$dir/out" "$dir/long"; echo $?)" "ipctop $command -h"
	run $command --version
	tap_match "$status:$(cat "$dir/out" "$dir/err")" '0:ipctop [0-9.]+' \
		"ipctop $command --version"
	run $command -V
	tap_match "$status:$(cat "$dir/out" "$dir/err")" '0:ipctop [0-9.]+' "ipctop $command -V"
done

# without a terminal the UI says in one line what serves instead
wrong 'ipctop list'
wrong 'ipctop list' -m --readonly
tap_end
