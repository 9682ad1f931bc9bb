#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# At more than 700 places one call to the system fails: no room, a quota, a broken or read-only
# disk, no right, no descriptor left, or interrupted. What a command says of it has the reason,
# or it has done its work all the same; there is the old state or the new one, the same command
# does its work the next time, and then gc leaves nothing more behind.
# shellcheck disable=SC2317 # fault_points calls the functions

load ../lib/battery
load ../lib/battery-ground
load ../lib/battery-commands

errors=(ENOSPC EIO EDQUOT EMFILE EINTR EACCES EROFS)
calls=openat,open,write,pwrite64,fsync,syncfs,rename,renameat,renameat2,mkdir,mkdirat,link,linkat
calls+=,symlink,symlinkat,unlink,unlinkat,rmdir,close,ftruncate,fchmod,fchmodat,utimensat
calls+=,sendfile,copy_file_range,getdents64,read

setup() {
	ground
	export errors_words="${errors[*]}"
}

# The errors take turns.
vary() {
	local errors
	read -ra errors <<<"$errors_words"
	echo "-e ${errors[$1 % ${#errors[@]}]}"
}

# It failed and says what, or it is done; what could be left undone is told by a line with "!".
says_or_did() {
	if [ "$1" -ne 0 ]; then
		is "fails without a word" says_why
	else
		is_done || is "says that it did, and did not" grep -q '^! ' "$T/said"
	fi
}

judge() {
	ended_well "$1" && says_or_did "$1" && is_sound && again && is_sound && is "not done" is_done &&
		nothing_is_left
}

# error_points NAME WHAT ALL OWN: ALL points of what it and all that it starts ask, and OWN
# of pyvern's alone.
error_points() {
	begin "$1"
	hits=0
	[ "$3" -eq 0 ] || fault_points "$3" "-c $calls" "${command[@]}"
	fault_points "$4" "-o -c $calls" "${command[@]}"
	points "$hits" $(($3 + $4)) "ENOSPC, EIO, EDQUOT, EMFILE, EINTR, EACCES and EROFS: $2"
}

@test "install of a standalone build" {
	error_points prebuilt "install of a standalone build" 70 70
}

@test "install from source" {
	error_points source "install from source" 35 70
}

@test "uninstall" {
	error_points uninstall "uninstall" 0 84
}

@test "upgrade" {
	error_points upgrade "upgrade" 49 70
}

@test "rollback" {
	error_points rollback "rollback" 0 70
}

@test "rehash" {
	error_points rehash "rehash" 0 70
}

@test "venv" {
	error_points venv "venv" 0 105
}

@test "gc" {
	error_points gc "gc" 0 70
}

@test "local" {
	error_points pin "local" 0 35
}

@test "config set" {
	error_points setting "config set" 0 35
}
