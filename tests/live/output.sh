#!/bin/sh
# Tables, raw, export: what `ipctop list` prints, and how, of objects of random shape.
. "$TOP_SRCDIR/tests/live/lib.sh"
live_enter 9 "$@"

defaults='KEY ID OWNER PERMS'
msg="$defaults USE% USEDBYTES QBYTES MSGS LSPID LRPID"
sem="$defaults NSEMS OTIME"
shm="$defaults SIZE RSS NATTCH STATUS CPID LPID"

# fields FILE: how many fields, separated by single blanks, its lines have
fields() {
	awk -F'[ ]' '{ print NF }' "$1" | sort -u
}

# tables

for kind in msg sem shm; do
	eval "columns=\$$kind"
	run list "$kind"
	tap_is "$status:$(wc -l < "$dir/out"):$(cat "$dir/err")" '0:10:' \
		"$kind: a line an object below the headings"
	tap_is "$(sed 1q "$dir/out" | tr -s ' ')" "$columns" "$kind: the headings"
	run list "$kind" --noheadings
	tap_is "$(wc -l < "$dir/out")" 9 "$kind: --noheadings"
	run list "$kind" --raw
	tap_is "$(sed 1q "$dir/out")" "$columns" "$kind: --raw has the headings"
	tap_is "$(fields "$dir/out")" "$(echo "$columns" | wc -w)" "$kind: --raw has all fields"
	run list "$kind" --raw --noheadings
	tap_is "$(wc -l < "$dir/out")" 9 "$kind: --raw --noheadings"
done

run list msg shm
tap_is "$(grep -c '^KEY ' "$dir/out"):$(grep -E '\([0-9]+\)$' "$dir/out" | tr '\n' ' ')" \
	'2:Queues (9) Segments (9) ' 'two of the kinds'
cp "$dir/out" "$dir/words"
run list -m -q
tap_ok "$(cmp -s "$dir/out" "$dir/words"; echo $?)" 'letters choose the same'
run list
tap_is "$(grep -E '\([0-9]+\)$' "$dir/out" | tr '\n' ' ')" \
	'Queues (9) Semaphores (9) Segments (9) ' 'all kinds by default'
run list shm shm -m
tap_is "$(grep -c '^KEY ' "$dir/out")" 1 'a kind that is named twice is shown once'

# export

run list shm --export
tap_is "$(grep -Evc '^([A-Z%]+="[^"]*"( |$))+$' "$dir/out"):$(wc -l < "$dir/out")" '0:9' \
	'--export is NAME="value"'
tap_is "$(sed 's/="[^"]*"//g' "$dir/out" | sort -u)" "$shm" '--export names all columns'
tap_is "$(eval "$(sed -n 's/.*\(ID="[0-9]*" OWNER\).*/\1=x; ids="$ids $ID"/; s/" /"; /p' \
	"$dir/out")"; echo "$ids")" \
	" $("$IPCTOP" list shm --raw --noheadings -o ID | tr '\n' ' ' | sed 's/ $//')" \
	'--export can be read by a shell, and has the same ids'

# sizes

run list shm -b --raw --noheadings -o SIZE,RSS,SWAP
tap_is "$(grep -Evc '^[0-9]+ [0-9]+ [0-9]+$' "$dir/out")" 0 '-b gives digits'
run list shm --raw --noheadings -o SIZE
tap_is "$(grep -Evc '^[0-9]+(\.[0-9])?[KMG]?$' "$dir/out")" 0 'sizes have units otherwise'
tap_ok "$(grep -q '[KM]' "$dir/out"; echo $?)" 'and large ones have them here'

# times: the world was made a moment ago

run list sem --raw --noheadings -o CTIME
tap_is "$(grep -Evc '^[0-2][0-9]:[0-5][0-9]$' "$dir/out")" 0 'times are short by default'
run list sem --raw --noheadings -o CTIME --time-format=short
tap_is "$(grep -Evc '^[0-2][0-9]:[0-5][0-9]$' "$dir/out")" 0 '--time-format=short'
run list sem --export -o CTIME --time-format=full
tap_is "$(grep -Evc '^CTIME="[A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} [0-9]{4}"$' \
	"$dir/out")" 0 '--time-format=full'
run list sem --raw --noheadings -o CTIME --time-format iso
tap_is "$(grep -Evc '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\+00:00$' "$dir/out")" 0 \
	'--time-format=iso'
run list sem --time-format=long
tap_is "$status" 2 'another --time-format'

# columns

run list shm --raw -o SIZE,id
tap_is "$(sed 1q "$dir/out")" 'SIZE ID' '-o chooses, in any case, and orders'
run list shm --raw -o +SEQ,CUID
tap_is "$(sed 1q "$dir/out")" "$shm SEQ CUID" '-o +COL adds to the default'
run list shm --raw -o ID,SIZE,ID,size
tap_is "$(sed 1q "$dir/out")" 'ID SIZE' 'repeats count once'
run list shm --raw -o +SIZE
tap_is "$(sed 1q "$dir/out")" "$shm" 'a default one that is added counts once'
run list msg shm --raw -o ID,NATTCH
tap_is "$(grep ID "$dir/out" | tr '\n' ':')" 'ID:ID NATTCH:' \
	'a column of one kind is left out of the other'
run list msg sem --raw -o NSEMS
tap_is "$status:$(sed 1q "$dir/out"):$(wc -l < "$dir/out")" '0:NSEMS:10' \
	'a kind without any of the columns is left out'
run list msg -o ID,NATTCH
tap_is "$status:$(wc -l < "$dir/err")" '2:1' 'a column that no kind asked for has'
tap_ok "$(grep -q "'NATTCH'" "$dir/err"; echo $?)" 'is named'
for wrong in '' , ID, ,ID +; do
	run list msg -o "$wrong"
	tap_is "$status:$(wc -l < "$dir/err")" '2:1' "-o '$wrong'"
done

# ASCII and UTF-8: the process that made these is gone

ipcmk -M 100 > /dev/null 2>&1 && ipcmk -Q > /dev/null
LC_ALL=C
export LC_ALL
run list
tap_is "$(LC_ALL=C tr -d '\n -~' < "$dir/out" | wc -c)" 0 'LC_ALL=C gives ASCII only'
tap_is "$(run list shm --noheadings -o CPID; grep -c '!$' "$dir/out")" 1 \
	'a dead creator has its mark in ASCII'
LC_ALL=C.UTF-8
run list shm --noheadings -o CPID
if [ "$(locale charmap 2> /dev/null)" = UTF-8 ]; then
	tap_is "$(grep -c '†$' "$dir/out")" 1 'and in UTF-8'
else
	tap_skip 'and in UTF-8' 'there is no C.UTF-8 locale'
fi
unset LC_ALL

# where the output goes

"$IPCTOP" list --watch -d 0.1 2> "$dir/err" | sed 1q > /dev/null
tap_is "$(cat "$dir/err")" '' 'a closed pipe ends the program quietly'
"$IPCTOP" list --json --watch -d 0.1 2> "$dir/err" | sed 1q > /dev/null
tap_is "$(cat "$dir/err")" '' 'and so it does with JSON'
# where the shell ignores SIGPIPE its children do too, and get EPIPE instead
all=KEY,ID,OWNER,PERMS,MODE,UID,USER,GID,GROUP,CUID,CUSER,CGID,CGROUP,SEQ,CTIME,AGE,IDLE
for columns in ID "+$all"; do
	for mode in --noheadings --export --json; do
		(
			trap '' PIPE
			exec "$IPCTOP" list "$mode" -o "$columns" --watch -d 0.1 2> "$dir/err"
		) | sed 1q > /dev/null
		tap_is "$(cat "$dir/err")" '' "and where SIGPIPE is ignored ($mode, ${#columns})"
	done
done
for mode in --noheadings --raw --export --json; do
	status=0
	"$IPCTOP" list "$mode" > /dev/full 2> "$dir/err" || status=$?
	tap_match "$status:$(cat "$dir/err")" '1:ipctop: .*No space left on device' \
		"a full disk is told ($mode)"
done
status=0
"$IPCTOP" limits > /dev/full 2> "$dir/err" || status=$?
tap_match "$status:$(cat "$dir/err")" '1:ipctop: .*No space left on device' \
	'a full disk is told by limits'
status=0
"$IPCTOP" list --help > /dev/full 2> "$dir/err" || status=$?
tap_match "$status:$(cat "$dir/err")" '1:ipctop: .*No space left on device' \
	'a full disk is told by --help'

# times in the future: one segment of the year 2286, and two

IPCTOP_PROC=$dir/texts
export IPCTOP_PROC
mkdir -p "$IPCTOP_PROC/sysvipc"
grep -E 'ctime| 9999999999 ' "$TOP_SRCDIR/tests/fixtures/linux-6.18/sysvipc/shm" \
	> "$IPCTOP_PROC/sysvipc/shm"
doubt="times in the future: ages can't be told from them"
run leaks shm
tap_is "$(grep -F 'future' "$dir/err")" "ipctop: shm: 1 segment has $doubt" 'of one it is told'
sed -i '$p; $s/ 4 / 5 /' "$IPCTOP_PROC/sysvipc/shm"
run leaks shm
tap_is "$(grep -F 'future' "$dir/err")" "ipctop: shm: 2 segments have $doubt" 'and of two'
tap_end
