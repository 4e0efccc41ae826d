#!/bin/sh
# Job control in a real shell: ^Z, fg, a window that was resized meanwhile, and the terminal after
# the end. Only here, because only a shell with job control stops and continues a program.
# $IPCTOP names the program. Runs in a private IPC namespace, on a tmux server of its own.

say_plan()
{
	echo "1..$1"
}

skip_all()
{
	say_plan "0 # SKIP $1"
	exit 0
}

if test "$1" != inside; then
	command -v tmux > /dev/null || skip_all 'tmux is not installed'
	test -x "$IPCTOP" || skip_all 'IPCTOP does not name the program'
	test -e /dev/pts/ptmx || skip_all 'there are no pseudo-terminals'
	command -v unshare > /dev/null || skip_all 'unshare is not installed'
	if unshare -i true 2> /dev/null; then
		exec unshare -i sh "$0" inside
	elif unshare -Uri true 2> /dev/null; then
		exec unshare -Uri sh "$0" inside
	fi
	skip_all 'no private IPC namespace can be made here'
fi

server=ipctop-test-$$
dir=$(mktemp -d) || exit 1
log=$dir/screen
deadline=${IPCTOP_TEST_DEADLINE:-10} # seconds
number=0
failed=0

# The server is ours alone, and no configuration of a developer's takes part.
in_tmux()
{
	env -u TMUX TMUX_TMPDIR="$dir" LC_ALL=C.UTF-8 tmux -u -L "$server" -f /dev/null "$@"
}

clean_up()
{
	in_tmux kill-server 2> /dev/null
	rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

keys()
{
	in_tmux send-keys -t main "$@"
}

screen_has()
{
	in_tmux capture-pane -p -t main > "$log" && grep -q -e "$1" "$log"
}

screen_lacks()
{
	! screen_has "$1"
}

is()
{
	test "$(in_tmux display-message -p -t main "#{$1}")" = "$2"
}

# until_true CONDITION…: poll till it holds or the deadline is over.
until_true()
{
	end=$(($(date +%s) + deadline))
	until "$@"; do
		test "$(date +%s)" -le "$end" || return 1
		sleep 0.05
	done
}

# check NAME CONDITION…: one TAP line. A part that fails makes the ones after it pointless, but
# they are told apart by their own lines.
check()
{
	name=$1
	shift
	number=$((number + 1))
	if until_true "$@"; then
		echo "ok $number - $name"
		return
	fi
	failed=1
	echo "not ok $number - $name"
	in_tmux capture-pane -p -t main | sed 's/^/# |/'
}

last_line_has()
{
	in_tmux capture-pane -p -t main | tail -n 1 | grep -q "$1"
}

say_plan 14
ipcmk -M 4096 > /dev/null
in_tmux new-session -d -s main -x 80 -y 24 "env -u ENV TZ=UTC HOME=$dir PS1='ready> ' sh -i"
check 'the shell is there' screen_has 'ready>'
keys "stty -a > '$dir/before'; clear" Enter
check 'the modes before were noted' test -s "$dir/before"
keys "'$IPCTOP' -m" Enter
check 'it starts in tmux' screen_has 'F10Quit'
check 'on the alternate screen' is alternate_on 1

keys C-z
check '^Z stops it' screen_has 'Stopped\|Suspended'
check 'and gives the screen back' is alternate_on 0
keys "stty -a > '$dir/stopped'" Enter
check 'with the modes it found' cmp -s "$dir/before" "$dir/stopped"

keys 'clear; fg' Enter
check 'fg brings it back' screen_has 'F10Quit'
keys 1
check 'and keys work' screen_has '\[1 Queues\]'

keys C-z
until_true is alternate_on 0
in_tmux resize-window -t main -x 100 -y 30
keys 'clear; fg' Enter
check 'resized while it was stopped, it fits' last_line_has 'F10Quit'

keys q
check 'q ends it' is alternate_on 0
check 'the cursor is visible' is cursor_flag 1
keys "echo status=\$?; stty rows 24 cols 80; stty -a > '$dir/after'" Enter
check 'with exit status 0' screen_has 'status=0'
check 'and the modes are those before' cmp -s "$dir/before" "$dir/after"
exit $failed
