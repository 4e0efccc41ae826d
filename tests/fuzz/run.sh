#!/bin/sh
# run.sh FOLDER SECONDS TARGET...: fuzz each target for so long, two at a time. What comes of it goes
# to FOLDER/NAME: the log, inputs that reach something new (corpus/), and those that fail (crash-*).
set -u
out=$1 seconds=$2
shift 2
# reports belong into the log, wherever those of other programs are sent
unset ASAN_OPTIONS LSAN_OPTIONS
export UBSAN_OPTIONS=print_stacktrace=1

# fuzz TARGET: its last line tells how it ended.
fuzz() {
	name=${1##*/fuzz_}
	place=$out/$name
	mkdir -p "$place/corpus"
	if "./$1" -max_total_time="$seconds" -timeout=20 -max_len=4096 -print_final_stats=1 \
		-artifact_prefix="$place/" "$place/corpus" \
		"$TOP_SRCDIR/tests/fuzz/corpus/$name" >"$place/log" 2>&1; then
		echo "ok fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' \
			"$place/log") inputs"
	else
		tail -n 60 "$place/log"
		echo "not ok fuzz_$name: './$1 $place/FILE' runs the input again"
		return 1
	fi
}

status=0
while [ $# -gt 0 ]; do
	fuzz "$1" &
	first=$!
	shift
	if [ $# -gt 0 ]; then
		fuzz "$1" || status=1
		shift
	fi
	wait $first || status=1
done
exit $status
