#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Removing, rehashing and setting on bad days: each call to the system fails once, and
# is the last one once. A version is whole or gone, what leads to it goes with it, and
# the next command finds nothing that it cannot put in order.
# shellcheck disable=SC2317 # sweep calls the functions

load ../lib/faults
load ../lib/versions

changes='mkdir|mkdirat|openat|symlinkat|linkat|write|renameat|renameat2|unlinkat|utimensat|fsync|rmdir'
looks="$changes|getdents64|newfstatat|fstat|readlinkat|fcntl|flock|faccessat2|read"

setup() {
	versions_setup
	fake_version 3.12.1 black
	fake_version 3.12.0
	fake_version 3.11.4
	fake_env 3.12.1 shop
	mkdir -p "$PYVERN_ROOT/versions/3.12.1/lib/a/b"
	echo whole >"$PYVERN_ROOT/versions/3.12.1/lib/a/b/last"
	pyvern rehash
	# This makes the aliases, too.
	pyvern uninstall --yes 3.12.0
	echo 3.11 >"$PYVERN_ROOT/version"
	cp -a "$PYVERN_ROOT" "$T/saved"
}

make_place() {
	rm -rf "$PYVERN_ROOT"
	cp -a "$T/saved" "$PYVERN_ROOT"
}

is_gone() {
	[ ! -e "$1" ] && [ ! -L "$1" ]
}

# What must hold after any fault, and after the next commands.
judge() {
	local root=$PYVERN_ROOT
	is "hangs" [ "$1" -ne 124 ] || return
	[ "$1" -eq 0 ] || [ "$1" -ge 128 ] || is "fails without a word" [ -s "$T/said" ] || return
	is "the other version" [ -x "$root/versions/3.11.4/bin/python" ] || return
	is "rehash" pyvern rehash || return
	is "uninstall" pyvern uninstall --yes 3.11 || return
	is "the staging folder" [ -z "$(ls -A "$root/.staging")" ] || return
	if [ -e "$root/versions/3.12.1" ]; then
		is "half a version" [ -e "$root/versions/3.12.1/lib/a/b/last" ] &&
			is "its alias" [ "$(readlink "$root/versions/3.12")" = 3.12.1 ] &&
			is "its shims" [ -e "$root/shims/black" ]
	else
		is "an alias to nothing" is_gone "$root/versions/3.12" &&
			is "shims of nothing" is_gone "$root/shims/black"
	fi
}

@test "each call fails: uninstall" {
	sweep error=EIO "$looks" uninstall --yes --force 3.12.1
}

@test "killed at each call: uninstall" {
	sweep signal=SIGKILL "$changes" uninstall --yes --force 3.12.1
}

# All shims are to be made anew.
with_new_shim_program() {
	shim_program another
	eval "usual_$(declare -f judge)"
	judge() {
		usual_judge "$1" && is "old shims" [ "$("$PYVERN_ROOT/shims/python")" = another ]
	}
}

@test "each call fails: rehash" {
	with_new_shim_program
	sweep error=ENOSPC "$looks" rehash
}

# A version whose bin could not be opened (no descriptors) lost its shims without a word.
@test "each call fails: rehash does it, or says so" {
	make_place
	pyvern rehash
	rm -rf "$T/saved"
	cp -a "$PYVERN_ROOT" "$T/saved"
	judge() {
		[ "$1" -ne 0 ] || grep -q '^! ' "$T/said" ||
			is "shims are gone" [ -e "$PYVERN_ROOT/shims/black" ] || return
		is "rehash" pyvern rehash && is "shims" [ -e "$PYVERN_ROOT/shims/black" ]
	}
	sweep error=EMFILE 'openat|getdents64' rehash
}

@test "killed at each call: rehash" {
	with_new_shim_program
	sweep signal=SIGKILL "$changes" rehash
}

# A rehash that ended between the program and the face left a root without a face for good.
@test "killed at each call: the first rehash of a root, and its face" {
	rm -rf "$T/saved/shims" "$T/saved/face" "$T/saved/.pyvern" "$T/saved/.rehashed"
	# Nor does the lock stay that pyenv would wait for, when all else is done.
	judge() {
		is "rehash" pyvern rehash && is "the face" grep -qx pyvern "$PYVERN_ROOT/face" &&
			is "its shims" [ -e "$PYVERN_ROOT/shims/black" ] &&
			is "a lock" is_gone "$PYVERN_ROOT/shims/.pyenv-shim"
	}
	sweep signal=SIGKILL "$changes" rehash
}

# The file PATH has the line OLD or the line NEW, and no third thing.
has_either() {
	content=$(cat "$1")
	[ "$content" = "$2" ] || [ "$content" = "$3" ]
}

@test "each call fails, and killed at each: a pin and a setting are the old or the new" {
	judge() {
		is "the global pin" has_either "$PYVERN_ROOT/version" 3.11 3.12 &&
			is "the setting" has_either "$PYVERN_ROOT/config" "jobs = 1" "jobs = 2"
	}
	echo "jobs = 1" >"$T/saved/config"
	for fault in error=ENOSPC signal=SIGKILL; do
		sweep "$fault" "$changes" global 3.12
		sweep "$fault" "$changes" config set jobs 2
	done
}
