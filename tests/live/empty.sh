#!/bin/sh
# A namespace without objects: nothing to see is no failure.
. "$TOP_SRCDIR/tests/live/lib.sh"
live_enter 0 "$@"

run list
tap_is "$status:$(cat "$dir/err")" '0:' 'list'
tap_is "$(grep -Ec '^(Queues|Semaphores|Segments) \(0\)$' "$dir/out")" 3 'three empty tables'
run list shm
tap_is "$(cat "$dir/out")" 'KEY ID OWNER PERMS SIZE RSS NATTCH STATUS CPID LPID' 'the headings'
run list shm --noheadings
tap_is "$status:$(cat "$dir/out")" '0:' '--noheadings'
run list shm --export
tap_is "$status:$(cat "$dir/out")" '0:' '--export'
run list shm --raw
tap_is "$status:$(wc -l < "$dir/out")" '0:1' '--raw'
run list --json
if command -v jq > /dev/null; then
	tap_is "$status:$(jq -c '[.msg, .sem, .shm, has("errors")]' "$dir/out")" '0:[[],[],[],false]' \
		'--json has empty arrays'
else
	tap_skip '--json has empty arrays' 'jq is not installed'
fi
run limits
tap_is "$status:$(cat "$dir/err")" '0:' 'limits'
tap_match "$(grep SHMMNI "$dir/out" | tr -s ' ')" \
	'SHMMNI .* [0-9]+ 0 0\.0% - - shmget: ENOSPC [-0] sysctl kernel.shmmni=[0-9]+' \
	'nothing is used'
run rm shm 0 --yes
tap_is "$status:$(cat "$dir/err")" '1:ipctop: shm 0: no such id' 'rm of an id'
run rm --filter size '>0' --yes
tap_is "$status" 2 'rm of a filter in two words'
run rm --filter 'size>0' --yes
tap_is "$status:$(cat "$dir/err")" '0:' 'rm of a filter that nothing matches'
run rm --filter 'size>0' --dry-run
tap_is "$status:$(cat "$dir/out")" '0:nothing matches' 'the same with --dry-run'
tap_end
