#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Killed at 200 points of each command, spread over all that it and what it starts ask of the
# system: the one that asks alone, or all at once, as when the power goes. What is there is
# whole, the same command does its work the next time, and then gc leaves no more behind than
# there would be without the kill.
# shellcheck disable=SC2317 # fault_points calls the functions

load ../lib/battery
load ../lib/battery-ground
load ../lib/battery-commands

setup() {
	ground
}

# Every second time all are killed.
vary() {
	[ $(($1 % 2)) -eq 0 ] || echo -a
}

judge() {
	ended_well "$1" && is_sound && again && is_sound && is "not done" is_done && nothing_is_left
}

# kill_points NAME WHAT: half the points are of pyvern's own calls.
kill_points() {
	begin "$1"
	hits=0
	fault_points 100 "" "${command[@]}"
	fault_points 100 -o "${command[@]}"
	points "$hits" 200 "SIGKILL: $2"
}

@test "install of a standalone build" {
	kill_points prebuilt "install of a standalone build"
}

@test "install from source" {
	kill_points source "install from source"
}

@test "uninstall" {
	kill_points uninstall "uninstall"
}

@test "upgrade" {
	kill_points upgrade "upgrade"
}

@test "rollback" {
	kill_points rollback "rollback"
}

@test "rehash" {
	kill_points rehash "rehash"
}

@test "venv" {
	kill_points venv "venv"
}

@test "gc" {
	kill_points gc "gc"
}
