# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2154,SC2016,SC2046 # the tests have the lists; bats sets status and output; the other shell expands
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

# Calls that make something, and those that look, too: for sweeps of what installs.
makes='mkdirat|openat|symlinkat|linkat|write|pwrite64|renameat2|renameat|unlinkat|fsync|syncfs|fchmod'
looks="$makes|getdents64|newfstatat|fstat|readlinkat|fcntl|flock|read|pipe2|pread64|ftruncate"

# For judges. is TEXT COMMAND...: the command succeeds, or TEXT is what is wrong.
is() {
	"${@:2}" >"$T/after" 2>&1 || {
		echo "$1: $(cat "$T/after")"
		return 1
	}
}

# The version runs, and its receipt and manifest are with it.
version_is_whole() {
	local version=$PYVERN_ROOT/versions/$1
	is "half a version" [ "$("$version/bin/python" -V 2>&1)" = "Python $1" ] &&
		is "no receipt" [ -s "$version/.pyvern/receipt.json" ] &&
		is "no manifest" [ -s "$version/.pyvern/manifest.mtree" ]
}
