# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2016,SC2046 # bats sets status and output; the other shell expands
# Something goes wrong at each call that a command makes to the system, one after the
# other. Source it with `load ../lib/faults`. Needs strace, and says so.

# A test defines two functions: make_place makes what a run starts from, and judge
# STATUS looks at what it left ($T/said has its words), prints what is wrong, and fails.
#
# sweep FAULT CALLS COMMAND...: for each system call in CALLS (a pattern), the first,
# the second, … time it is made by `pyvern COMMAND...`, have FAULT ("error=EIO",
# "signal=SIGKILL") happen there. SWEEP_STEP=N: at every Nth time only.
sweep() {
	[ -z "${PYVERN_TEST_SANITIZERS-}" ] || skip "leaks cannot be looked for under strace"
	strace -o "$T/trace" true 2>/dev/null || skip "strace is absent or may not trace"
	make_place
	strace -f -o "$T/trace" pyvern "${@:3}" >/dev/null 2>&1
	sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$T/trace" | sort | uniq -c |
		awk '{ print $2, $1 }' >"$T/calls"
	# One shell for all of it, because bats looks at each line of its own.
	export T
	export -f $(compgen -A function)
	run bash -c '
		set +eE
		runs=0
		exec 2>"$T/errors"
		while read -r call count; do
			[[ $call =~ ^($2)$ ]] || continue
			for ((k = 1; k <= count; k += ${SWEEP_STEP:-1})); do
				make_place
				status=0
				timeout 20 strace -o "$T/trace" -e "trace=$call" \
					-e "inject=$call:$1:when=$k" pyvern "${@:3}" >"$T/said" 2>&1 ||
					status=$?
				grep -q -e INJECTED -e "^--- SIG" -e "^+++ killed" "$T/trace" || continue
				runs=$((runs + 1))
				wrong=$(judge "$status") && continue
				echo "$call $k: status $status: $wrong"
				cat "$T/said" "$T/errors"
				exit 1
			done
		done <"$T/calls"
		echo "$runs runs"' bash "$@"
	echo "$output"
	[ "$status" -eq 0 ]
	# A sweep that meets nothing tests nothing.
	[ "${output% runs}" -ge 10 ]
}
