#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Many at once on one root: what each sees, and what is there afterwards.

bats_require_minimum_version 1.5.0
load ../lib/battery
load ../lib/battery-ground

setup() {
	ground
	unset PYVERN_REQUIRE_SIGNATURE
	mkdir "$T/said"
}

# crowd WHAT MANY TIMES
crowd() {
	run python3 "$PYVERN_TEST_SOURCE/tests/battery/crowd.py" "$@" "$T/said"
	echo "$output"
}

# The root is whole, and nobody has left anything.
whole_and_clean() {
	run versions_are_whole
	echo "$output"
	[ "$status" -eq 0 ]
	run pyvern gc --yes
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging" 2>/dev/null)" ]
	[ -z "$(find "$PYVERN_ROOT" -name '*.part*' -o -name '.pyvern-new-*' -o -name '.tmp-*' | head -n 5)" ]
}

@test "64 processes: install, uninstall, rehash, exec, venv, gc on one root" {
	rounds=$(share 50)
	crowd rounds 64 "$rounds"
	[ "$status" -eq 0 ]
	points "${lines[-1]}" 3200 "operations of 64 processes on one root"
	whole_and_clean
	# What was made last is right.
	run -0 pyvern install --force 9.9.1
	run -0 "$versions/9.9.1/bin/python" -V
	[ "$output" = "Python 9.9.1" ]
}

@test "a storm of rehashes: readers never miss a shim" {
	pyvern install -q 9.9.1
	pyvern global 9.9.1
	crowd storm "$(share 200)" 4
	[ "$status" -eq 0 ]
	[[ $output == *"read: status 0: "* ]]
	rehashes=$(sed -n 's/^rehash: status 0: //p' <<<"$output")
	points "$rehashes" 200 "rehash at once, beside $(sed -n 's/^read: status 0: //p' <<<"$output") starts of a shim"
	[ "$("$PYVERN_ROOT/shims/python" -V)" = "Python 9.9.1" ]
	whole_and_clean
}
