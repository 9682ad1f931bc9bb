#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# One allocation of a command fails, and it ends as one that is killed may: with a word, with
# nothing half made, and the next one does its work. What a program starts that is not ours
# has all the memory it wants.
# shellcheck disable=SC2317 # fault_points calls the functions

load ../lib/battery
load ../lib/battery-ground
load ../lib/battery-commands

setup() {
	library=$PYVERN_TEST_BUILD/tests/battery/no_memory.so
	[ -e "$library" ] || skip "allocations cannot be made to fail with this C library"
	export library
	ground
}

# In place of the one that looks for calls to the system: fault_at OPTION... REPORT COMMAND...
fault_at() {
	local at=0 report status=0
	while [[ $1 == -* ]]; do
		[ "$1" != -n ] || {
			at=$2
			shift
		}
		shift
	done
	report=$1
	rm -f "$report" "$T/shared"
	# What it leaves running has this lock, too.
	{
		flock 9
		LD_PRELOAD=$library NO_MEMORY_SHARED=$T/shared NO_MEMORY_AT=$at NO_MEMORY_REPORT=$report \
			"${@:2}" >"$T/said" 2>&1 || status=$?
	} 9>"$T/alive"
	[ "$at" -eq 0 ] || tail -c +65 "$T/shared" | tr -d '\0' >"$report"
	return "$status"
}

vary() {
	:
}

judge() {
	is "ended by a signal" [ "$1" -lt 128 ] || return
	[ "$1" -eq 0 ] || is "fails without a word" grep -q . "$T/said" || return
	is_sound && again && is_sound && is "not done" is_done && nothing_is_left
}

# memory_points N NAME WHAT
memory_points() {
	begin "$2"
	hits=0
	fault_points "$1" "" "${command[@]}"
	points "$hits" "$1" "allocations that fail: $3"
}

@test "install of a standalone build" {
	memory_points 600 prebuilt "install of a standalone build"
}

@test "uninstall" {
	memory_points 250 uninstall "uninstall"
}

@test "upgrade" {
	memory_points 250 upgrade "upgrade"
}

@test "rehash" {
	memory_points 300 rehash "rehash"
}

@test "venv" {
	memory_points 250 venv "venv"
}

@test "gc" {
	memory_points 300 gc "gc"
}

@test "local" {
	memory_points 60 pin "local"
}

@test "config set" {
	memory_points 60 setting "config set"
}
