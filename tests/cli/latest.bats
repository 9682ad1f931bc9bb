#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern latest, pyvern whence

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	fake_version 3.12.11 black
}

@test "the newest installed version that a prefix stands for" {
	run pyvern latest 3.12
	is_output 3.12.11
	run pyvern latest 3
	is_output 3.13.5
	run pyvern latest 3.12.1
	is_output 3.12.1
}

@test "what matches nothing: the answer is no, or PREFIX itself" {
	refuses 3 "no installed version matches 3.11" pyvern latest 3.11
	[[ $stderr == *"to fix   pyvern install 3.11" ]]
	refuses 3 "no installed version matches nope" pyvern latest nope
	[[ $stderr == *"to fix   pyvern versions" ]]
	run pyvern latest --bypass 3.11
	[ "$status" -eq 1 ]
	is_output 3.11
	run pyvern latest --force 3.11
	[ "$status" -eq 0 ]
	is_output 3.11
	refuses 2 "latest takes one prefix" pyvern latest
	refuses 2 "latest takes one prefix" pyvern latest ""
}

@test "--known looks at all that can be installed" {
	run pyvern latest --known 2.7
	is_output 2.7.18
	refuses 3 "no known version matches 3.999" pyvern latest --known 3.999
	[[ $stderr == *"to fix   pyvern install --list" ]]
}

@test "whence: the versions that have a command, or its paths" {
	run pyvern whence black
	is_output 3.12.1 3.12.11
	run pyvern whence --path pip
	is_output "$PYVERN_ROOT/versions/3.13.5/bin/pip"
	run pyvern whence nope
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	run pyvern whence ../bin/python
	[ "$status" -eq 1 ]
	refuses 2 "whence takes one command" pyvern whence
}
