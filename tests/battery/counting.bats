#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The battery's own arithmetic: a share is spread evenly, and too few points fail.

bats_require_minimum_version 1.5.0
load ../lib/battery

@test "a share is rounded up, and never nothing" {
	export PYVERN_BATTERY=100
	[ "$(share 200)" -eq 200 ]
	PYVERN_BATTERY=5
	[ "$(share 200)" -eq 10 ]
	[ "$(share 201)" -eq 11 ]
	[ "$(share 1)" -eq 1 ]
}

@test "points are spread evenly, and none is taken twice" {
	[ "$(spread 10 5 | tr '\n' ' ')" = '2 4 6 8 10 ' ]
	[ "$(spread 3 200 | tr '\n' ' ')" = '1 2 3 ' ]
	[ "$(spread 1000 200 | sort -un | wc -l)" -eq 200 ]
	[ "$(spread 1000 1)" = 501 ]
	[ -z "$(spread 0 5)" ]
}

@test "fewer points than promised are a failure, and say so" {
	export PYVERN_BATTERY=100
	points 3 3 "counting" 3>"$BATS_TEST_TMPDIR/said"
	[ "$(cat "$BATS_TEST_TMPDIR/said")" = '# 3 points of counting' ]
	run ! points 2 3 "counting" 3>/dev/null
	PYVERN_BATTERY=50
	points 2 3 "counting" 3>/dev/null
	run ! points 0 3 "counting" 3>/dev/null
}

@test "a share that is no number is refused" {
	for share in 0 -1 x 5%; do
		run env PYVERN_BATTERY="$share" bash "$PYVERN_TEST_SOURCE/tests/lib/battery.bash"
		[ "$status" -eq 1 ]
		[[ $output == *"which is no percentage"* ]]
	done
}
