#!/bin/sh
# An include points only downwards, and only the terminal's rooms know curses.
cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" || exit 99

includes() {
	grep -rE '^[[:blank:]]*#[[:blank:]]*include' src include
}

# Prints those lines of includes that name a room which is not below their own. Rooms of one
# floor do not know each other; src/main.c is in no room and sees all.
upward() {
	sed -nE 's#^(src|include/ipctop)/([a-z]+)/[^:]*:.*"ipctop/([a-z]+)/.*#\2 \3 &#p' | awk '
	BEGIN {
		n = split("base 1 model 2 history 3 collect 3 act 4 watch 5 cli 6 tui 6", word)
		for (i = 1; i < n; i += 2)
			floor[word[i]] = word[i + 1] + 0
	}
	$1 != $2 && !($2 in floor && floor[$2] < floor[$1]) { print $3, $4 }'
}

# verdict NUMBER NAME FINDINGS
verdict() {
	if [ -z "$3" ]; then
		echo "ok $1 - $2"
	else
		echo "not ok $1 - $2"
		echo "$3" | sed 's/^/# /'
	fi
}

[ -n "$(includes)" ] || exit 99
echo 1..3
verdict 1 'includes point only downwards' "$(includes | upward)"
verdict 2 'only the tui includes curses' "$(includes |
	grep -E '<([^>]*/)?(n?curses|panel|term)\.h>' | grep -vE '^(src|include/ipctop)/tui/')"
for include in 'base/a.c:#include "ipctop/model/b.h"' 'cli/a.c:#include "ipctop/tui/b.h"'; do
	echo "src/$include" | upward | grep -q . || missed="$missed src/$include"
done
verdict 3 'an include upwards or sideways is found' "$missed"
