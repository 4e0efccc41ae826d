#!/bin/sh
# run.sh SECONDS TARGET...: fuzz each target so long, two at a time. What is found goes to the build
# folder: inputs that reach something new to found/, those that fail beside the log.
set -u
seconds=$1
shift
status=0

# fuzz TARGET: its last line tells how it ended.
fuzz() {
	name=${1##*/fuzz_}
	log=tests/fuzz/$name.log
	mkdir -p "tests/fuzz/found/$name"
	if "./$1" -max_total_time="$seconds" -timeout=20 -max_len=4096 -print_final_stats=1 \
		-artifact_prefix="tests/fuzz/$name-" "tests/fuzz/found/$name" \
		"$TOP_SRCDIR/tests/fuzz/corpus/$name" >"$log" 2>&1; then
		echo "ok fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs"
	else
		tail -n 40 "$log"
		echo "not ok fuzz_$name: the input is tests/fuzz/$name-*; ./$1 FILE runs it again"
		return 1
	fi
}

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
