# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # bats sets output and lines
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

# What follows lets something go wrong in a command, at points that are spread over the
# calls to the system that it and all that it starts make (tests/battery/fault_at.c). A test
# defines make_place, which makes what a run starts from; vary N, which prints what the Nth
# point has of its own for fault_at; and judge STATUS, which looks at what was left ($T/said
# has the command's words, $T/hit the program and its call), prints what is wrong, and fails.

# So many points may be wrong before the rest is not tried.
WRONG_MAX=5

# fault_at OPTION... REPORT COMMAND...
fault_at() {
	# What it leaves running has this lock, too.
	{
		flock 9
		"$PYVERN_TEST_BUILD/tests/battery/fault_at" "$@" >"$T/said" 2>&1
	} 9>"$T/alive"
}

# Wait for what a killed command has left running.
wait_for_orphans() {
	flock -w 60 "$T/alive" true
}

# How many calls there are; of two runs the fewer, because no two are quite alike.
count_calls() {
	local least='' count
	for _ in 1 2; do
		make_place
		# shellcheck disable=SC2086 # options are words
		fault_at $1 "$T/hit" "${@:2}" || return
		count=$(cat "$T/hit")
		if [ -z "$least" ] || [ "$count" -lt "$least" ]; then least=$count; fi
	done
	echo "$least"
}

# Say what is wrong at a point.
tell_wrong() {
	echo "call $1 ($(cat "$T/hit")), $2, status $3: $4"
	tail -n 20 "$T/said"
}

# try_points N OPTIONS COMMAND...: the last line is how many points were hit.
try_points() {
	local total number options status wrong hit=0 bad=0
	cd "$T" || return
	total=$(count_calls "${@:2}") || {
		echo "it fails without a fault, status $?"
		cat "$T/said"
		return 1
	}
	for number in $(spread "$total" "$1"); do
		options="$2 $(vary "$hit")"
		# No two runs are quite alike: one of the last may not be there this time.
		for ((; number > 0; number -= 10)); do
			make_place
			status=0
			# shellcheck disable=SC2086 # options are words
			fault_at $options -n "$number" "$T/hit" "${@:3}" || status=$?
			[ ! -s "$T/hit" ] || break
		done
		[ -s "$T/hit" ] || continue
		hit=$((hit + 1))
		wrong=$(judge "$status") && continue
		tell_wrong "$number of $total" "$options" "$status" "$wrong"
		bad=$((bad + 1))
		[ "$bad" -lt "$WRONG_MAX" ] || break
	done
	echo "$hit"
	[ "$bad" -eq 0 ]
}

# fault_points N OPTIONS COMMAND...: the share of N points; adds what was hit to `hits`.
fault_points() {
	[ -z "${PYVERN_TEST_SANITIZERS-}" ] || skip "leaks cannot be looked for by who is traced"
	export T PYVERN_TEST_BUILD WRONG_MAX
	# shellcheck disable=SC2046 # names
	export -f $(compgen -A function)
	# In another shell, because bats looks at each line of its own.
	run bash -c 'set +eE; try_points "$@" 2>&1' bash "$(share "$1")" "${@:2}"
	echo "$output"
	[[ $output != *"status 77"* ]] || skip "nothing can be traced here"
	[ "$status" -eq 0 ]
	hits=$((${hits-0} + ${lines[-1]}))
}
