#!/bin/sh
# The entry of the desktop's menu, its icon, and the pictures in README.md: that they are valid, and
# that the pictures show the program as it is. $IPCTOP names it. Writes nothing but temporary files.
# shellcheck source=tests/live/lib.sh
. "$TOP_SRCDIR/tests/live/lib.sh"

assets=$TOP_SRCDIR/assets
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# checked_by TOOL NAME [ARGUMENT...]: the tool has nothing to say against it
checked_by() {
	tool=$1
	name=$2
	shift 2
	if ! command -v "$tool" > /dev/null; then
		tap_skip "$name" "$tool is not installed"
		return
	fi
	status=0
	"$tool" "$@" > "$dir/said" 2>&1 || status=$?
	[ ! -s "$dir/said" ] || status=1
	tap_ok "$status" "$name"
	sed 's/^/# /' "$dir/said"
}

# draws FILE WIDTH: it renders to something, which is not what nothing renders to
draws() {
	name="$(basename "$1") renders $2 pixels wide"
	if ! command -v rsvg-convert > /dev/null; then
		tap_skip "$name" 'rsvg-convert is not installed'
		return
	fi
	sed -n 's/\(<svg[^>]*\)>.*/\1\/>/p' "$1" > "$dir/nothing.svg" 2> /dev/null
	rm -f "$dir/some.png"
	rsvg-convert -w "$2" -o "$dir/nothing.png" "$dir/nothing.svg" 2> "$dir/said" &&
		rsvg-convert -w "$2" -o "$dir/some.png" "$1" 2>> "$dir/said" &&
		[ -s "$dir/some.png" ] && ! cmp -s "$dir/some.png" "$dir/nothing.png"
	tap_ok $? "$name"
	sed 's/^/# /' "$dir/said"
}

# The entry

# entry KEY: its value
entry() {
	sed -n "s/^$1=//p" "$assets/ipctop.desktop"
}

tap_is "$(sed 1q "$assets/ipctop.desktop")" '[Desktop Entry]' 'the entry begins as one'
while IFS='=' read -r key value; do
	tap_is "$(entry "$key")" "$value" "$key of the entry"
done << 'END'
Type=Application
Name=ipctop
Exec=ipctop
Icon=ipctop
Terminal=true
StartupNotify=false
Categories=System;Monitor;
END
tap_match "$(entry Comment)" '.+[^.]' 'it tells what the program does'
tap_match "$(entry Keywords)" '([^;]+;)+' 'and has words to find it by'
checked_by desktop-file-validate 'the entry is valid' "$assets/ipctop.desktop"

# The icon

icon=$assets/$(entry Icon).svg
tap_ok "$([ -s "$icon" ]; echo $?)" 'the icon of the entry is there'
checked_by xmllint 'the icon is well-formed' --noout "$icon"
for width in 16 48 128; do
	draws "$icon" "$width"
done

# The pictures

# said FILE: what a picture says, row by row, without objects, bars, and numbers that no letter
# stands before
said() {
	sed -nE '/^<g transform/ {
		s/<[^>]*>//g
		/0x[0-9a-f]{8} /d
		s/(^|[^0-9A-Za-z])[0-9][0-9.:]*[KMGTP%]?/\1#/g
		s/\|//g
		s/ +/ /g
		s/ \]/]/g
		/^ ?$/d
		p
	}' "$1"
}

# shows_program FILE: it says what the picture says that was made just now
shows_program() {
	name="$1 shows the program as it is"
	if [ "$made" -eq 77 ]; then
		tap_skip "$name" "$(sed -n '$s/^[^:]*: //p' "$dir/why")"
	elif [ ! -s "$dir/new/$1" ]; then
		tap_ok 1 "$name"
		echo '# picture.sh did not make it'
	else
		said "$assets/$1" > "$dir/old.txt"
		said "$dir/new/$1" > "$dir/new.txt"
		tap_same "$dir/old.txt" "$dir/new.txt" "$name"
		cmp -s "$dir/old.txt" "$dir/new.txt" ||
			echo "# 'make picture' takes the pictures anew: > is the old one"
	fi
}

mkdir "$dir/new"
made=0
sh "$assets/picture.sh" "$dir/new" > "$dir/screen" 2> "$dir/why" || made=$?
if [ "$made" -ne 0 ] && [ "$made" -ne 77 ]; then
	tap_ok 1 "pictures can be made (exit status $made)"
	sed 's/^/# /' "$dir/why" "$dir/screen"
fi

shown=$(sed -nE 's/.*!\[[^]]+\]\(assets\/([^)]+\.svg)\).*/\1/p' "$TOP_SRCDIR/README.md")
tap_ok "$(echo "$shown" | grep -qx screenshot.svg; echo $?)" \
	'README.md shows assets/screenshot.svg'
for picture in $( (echo "$shown" && ls "$dir/new" && echo screenshot.svg) | sort -u); do
	tap_ok "$([ -s "$assets/$picture" ]; echo $?)" "$picture is there"
	checked_by xmllint "$picture is well-formed" --noout "$assets/$picture"
	draws "$assets/$picture" 800
	shows_program "$picture"
done
tap_end
