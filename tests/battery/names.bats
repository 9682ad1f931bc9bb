#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Hostile names and hostile files as pins and project files, looked at from traces: nothing
# outside is touched, nothing of theirs is run, no control character and no secret is printed.

bats_require_minimum_version 1.5.0
load ../lib/battery
load ../lib/battery-ground

setup() {
	ground
	mkdir -p "$T/project" "$T/outside/evil/bin"
	echo TOPSECRET-6f1d >"$T/outside/secret"
	printf '#!/bin/sh\ntouch "%s/pwned"\n' "$T" >"$T/outside/evil/bin/python"
	chmod 755 "$T/outside/evil/bin/python"
	cp "$T/outside/evil/bin/python" "$T/outside/evil/bin/pip"
	pyvern install -q 9.9.1 2>/dev/null
	pyvern global 9.9.1
	cd "$T/project" || return
}

# hostile WHAT
hostile() {
	run python3 "$PYVERN_TEST_SOURCE/tests/battery/names.py" "$1" "$PYVERN_BATTERY" "$T"
	[ "$status" -ne 77 ] || skip "strace is absent or may not trace"
	echo "$output"
	[ "$status" -eq 0 ]
	runs=${lines[-1]}
	# It is all still there, and the same.
	[ "$(PYVERN_VERSION=9.9.1 "$PYVERN_ROOT/shims/python" -V)" = "Python 9.9.1" ]
	[ "$(find "$T/outside" -type f | wc -l)" -eq 3 ]
	PYVERN_VERSION=9.9.1 run -0 pyvern verify 9.9.1
}

@test "300 hostile names: pins, variables, words" {
	hostile names
	points "$runs" 2000 "hostile names in seven places"
}

@test "40 kinds of hostile files: pins, requirements, the global file" {
	hostile files
	points "$runs" 640 "hostile files, as four files, met by four commands"
}
