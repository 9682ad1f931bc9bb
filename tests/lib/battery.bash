# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Many points of one kind, counted: what `make check-battery` runs. PYVERN_BATTERY is how
# many per cent of them (100), taken evenly, so that a short run sees a bit of everything.
# Source it with `load ../lib/battery`.

: "${PYVERN_BATTERY:=100}"
if [[ ! $PYVERN_BATTERY =~ ^[1-9][0-9]{0,3}$ ]]; then
	echo "PYVERN_BATTERY is \"$PYVERN_BATTERY\", which is no percentage from 1" >&2
	exit 1
fi

# share N: how many of N points are to be run; 1 at least.
share() {
	echo $((($1 * PYVERN_BATTERY + 99) / 100))
}

# spread TOTAL N: N of the numbers 1 to TOTAL, evenly and in order; all of them where
# there are no more than N.
spread() {
	awk -v total="$1" -v n="$2" 'BEGIN {
		if (n > total)
			n = total
		for (i = 0; i < n; i++)
			print int((i + 0.5) * total / n) + 1
	}'
}

# points RAN PROMISED WHAT: say how many points ran; fails when they are fewer than the
# share of those that were promised. The line ends up in the summary of the target.
points() {
	echo "# $1 points of $3" >&3
	echo "$1 points of $3, $(share "$2") promised"
	[ "$1" -ge "$(share "$2")" ]
}
