#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern which
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "the first pinned version that has the command" {
	pin 3.13 3.12
	run pyvern which
	[ "$status" -eq 0 ]
	is_output "$PYVERN_ROOT/versions/3.13.5/bin/python"
	run pyvern which black
	is_output "$PYVERN_ROOT/versions/3.12.1/bin/black"
}

@test "system is PATH without shims, however often they are there" {
	PATH=$PYVERN_ROOT/shims:$PYVERN_ROOT/shims/:$PATH
	run pyvern which
	is_output "$T/system/python"
	run -127 pyvern which --nosystem python
}

@test "a command that is elsewhere is named with where" {
	pin 3.13
	run -127 pyvern which black
	is_output "pyvern: black is not in 3.13.5" \
		"  asked by  $T/project/.python-version" \
		"  is in     3.12.1" \
		"  to fix    PYVERN_VERSION=3.12.1 black"
	[ "$(PYVERN_VERSION=3.12.1 black)" = 3.12.1 ]
	run -127 pyvern which --skip-advice black
	is_output "pyvern: black is not in 3.13.5" \
		"  asked by  $T/project/.python-version" \
		"  to fix    pip install PACKAGE, the one that has black"
}

@test "nothing is asked for, and the system has none" {
	PATH=$PYVERN_ROOT/shims:$T/prefix/bin run -127 pyvern which
	is_output "pyvern: python is not in PATH (without shims)" \
		"  because  no version is chosen here, so it is the system's" \
		"  is in    3.12.1, 3.13.5" \
		"  to fix   pyvern global 3.13.5"
}

@test "the system has python3 and no python, as many do: it is named" {
	pin system
	mv "$T/system/python" "$T/system/python3"
	PATH=$PYVERN_ROOT/shims:$T/prefix/bin:$T/system run -127 pyvern which
	is_output "pyvern: python is not in PATH (without shims)" \
		"  asked by  $T/project/.python-version" \
		"  there is  python3, $T/system/python3" \
		"  is in     3.12.1, 3.13.5" \
		"  to fix    pyvern use 3.13.5"
	rm -r "$PYVERN_ROOT/versions"
	PATH=$PYVERN_ROOT/shims:$T/prefix/bin run -127 pyvern which python3
	[ "${lines[2]}" = "  to fix    pyvern use VERSION" ]
}

# It had no `to fix` line.
@test "a command that nothing has: what could make it" {
	run -127 pyvern which nope
	is_output "pyvern: nope is not in PATH (without shims)" \
		"  because  no version is chosen here, so it is the system's" \
		"  to fix   install what has it, or pyvern use VERSION"
	pin 3.13 system
	run -127 pyvern which nope
	is_output "pyvern: nope is not in 3.13.5, nor in PATH" \
		"  asked by  $T/project/.python-version" \
		"  to fix    pip install PACKAGE, the one that has nope"
}

@test "a command is one word" {
	run pyvern which a b
	[ "$status" -eq 2 ]
	pin 3.13
	run -127 pyvern which ../python
	is_output "pyvern: ../python is no name of a command" "  to fix   pyvern which python"
	run -127 pyvern which ""
	[ "${lines[0]}" = 'pyvern: "" is no name of a command' ]
}

@test "lines that are no versions are passed over, and named" {
	pin ../../etc 3.12
	run --separate-stderr pyvern which
	[ "$status" -eq 0 ]
	is_output "$PYVERN_ROOT/versions/3.12.1/bin/python"
	[[ $stderr == *"$T/project/.python-version:1 is passed over: "* ]]
}
