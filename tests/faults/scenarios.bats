#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Scenarios in which a server goes wrong, each with several seeds (scenarios.py has
# them): only the right bytes get a name, and every download ends.

bats_require_minimum_version 1.5.0

# SCENARIO_SEEDS tries more.
: "${SCENARIO_SEEDS:=3}"

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home
	mkdir -p "$HOME" "$T/roots"
	command -v python3 >/dev/null || skip "python3 is the server"
	command -v openssl >/dev/null || skip "openssl makes the certificates"
}

@test "scenarios by the dozen: HTTP/1 and HTTP/2 servers, redirects, ranges, lengths" {
	run -0 python3 "$PYVERN_TEST_SOURCE/tests/faults/scenarios.py" \
		"$PYVERN_TEST_BUILD/tests/faults/fetch_file" "$T/roots" "$SCENARIO_SEEDS"
	echo "$output"
	echo "# ${lines[-1]}" >&3
	[[ ${lines[-1]} == *" scenarios with $SCENARIO_SEEDS seeds: "*", 0 wrong; "* ]]
	[ "${lines[-1]%% *}" -ge 50 ]
}
