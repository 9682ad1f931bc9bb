#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern prefix

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "the folders of what is chosen, or named" {
	pin 3.13 3.12
	run pyvern prefix
	is_output "$PYVERN_ROOT/versions/3.13.5:$PYVERN_ROOT/versions/3.12.1"
	run pyvern prefix 3.12
	is_output "$PYVERN_ROOT/versions/3.12.1"
	run pyvern prefix 3.11
	[ "$status" -eq 3 ]
}

@test "the system's is the folder above bin" {
	mkdir "$T/usr" "$T/usr/bin"
	mv "$T/system/python" "$T/usr/bin/python3"
	PATH=$PYVERN_ROOT/shims:$T/prefix/bin:$T/usr/bin run pyvern prefix
	is_output "$T/usr"
	PATH=$PYVERN_ROOT/shims:$T/prefix/bin run pyvern prefix system
	[ "$status" -eq 1 ]
	is_output "pyvern: the system has no Python in PATH" "  to fix   pyvern use VERSION"
}

@test "what is not installed, and what never can be" {
	refuses 3 "3.11 is not installed" pyvern prefix 3.11
	[[ $stderr == *"to fix   pyvern install 3.11" ]]
	refuses 3 "nope is not installed" pyvern prefix nope
	[[ $stderr == *"to fix   pyvern versions" ]]
	refuses 2 "../x is no version" pyvern prefix ../x
}

@test "pyenv.md 2: names joined with colons are one word" {
	run pyvern prefix 3.12:3.13.5
	[ "$status" -eq 0 ]
	[ "$output" = "$PYVERN_ROOT/versions/3.12.1:$PYVERN_ROOT/versions/3.13.5" ]
}
