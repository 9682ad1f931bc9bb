#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The unpacker is shut in, and is fed early only then.

bats_require_minimum_version 1.5.0

setup() {
	T=$BATS_TEST_TMPDIR
	B=$PYVERN_TEST_BUILD/tests/faults
	mkdir -p "$T/into" "$T/top/dir"
	head -c 3000000 /dev/urandom >"$T/top/dir/noise"
	printf '#!/bin/sh\n' >"$T/top/run" && chmod 755 "$T/top/run"
	ln "$T/top/run" "$T/top/dir/hard"
	ln -s ../run "$T/top/dir/soft"
	[ "$(uname -s)" = Linux ] || skip "the sandbox is Linux's"
	case $(uname -m) in
	x86_64 | aarch64) ;;
	*) skip "the sandbox is for x86_64 and aarch64" ;;
	esac
}

pack() {
	bsdtar -C "$T" -cf "$T/a.tar.$1" "--$2" top
}

# sandboxed: does the kernel have all that it takes?
sandboxed() {
	mkdir -p "$T/probe"
	"$B/sandbox_try" "$T/probe" "$T/outside" | tail -n 1 >"$T/holds"
	grep -q '^holds ' "$T/holds" || skip "no sandbox here: $(cat "$T/holds")"
}

# unpack STATUS [PREFIX WORD...] -- WORD...
unpack() {
	run "-$1" "${@:2}"
	echo "$output"
}

whole() {
	cmp "$T/top/dir/noise" "$T/into/dir/noise"
	[ -x "$T/into/run" ] && [ "$(readlink "$T/into/dir/soft")" = ../run ]
	cmp "$T/into/run" "$T/into/dir/hard"
}

@test "what the sandbox lets through, and what not" {
	sandboxed
	run -0 "$B/sandbox_try" "$T/into" "$T/outside"
	echo "$output"
	for line in 'files inside: done' 'thread: done' 'read outside: refused' \
		'write outside: refused' 'climb out: refused' 'device: killed' 'socket: killed' \
		'program: killed' 'process: killed' 'signal: killed' 'remove: killed' 'setuid: killed' \
		'memory: refused'; do
		grep -qx "$line" <<<"$output"
	done
	[ ! -e "$T/outside" ] && [ ! -e "$T/escaped" ]
}

@test "each compression is unpacked while it arrives" {
	sandboxed
	for pair in 'gz gzip' 'xz xz' 'zst zstd' 'bz2 bzip2'; do
		# shellcheck disable=SC2086 # two words
		pack $pair
		rm -rf "${T:?}/into" && mkdir "$T/into"
		unpack 0 "$B/unpack_file" "$PYVERN_TEST_BUILD/plugins/install" "$T/a.tar.${pair% *}" "$T/into"
		[ "${lines[0]}" = "shut in yes" ] && [ "${lines[1]}" = "fed early yes" ]
		[ "${lines[2]%% *}" = ok ]
		whole
	done
}

@test "without Landlock, or without seccomp: only after it was verified" {
	pack gz gzip
	for missing in landlock seccomp; do
		rm -rf "${T:?}/into" && mkdir "$T/into"
		unpack 0 "$B/without_calls" "$missing" "$B/unpack_file" "$PYVERN_TEST_BUILD/plugins/install" \
			"$T/a.tar.gz" "$T/into"
		[ "${lines[0]}" = "shut in no" ] && [ "${lines[1]}" = "fed early no" ]
		whole
	done
}

@test "bytes that are not the verified ones make no tree" {
	pack gz gzip
	unpack 5 "$B/unpack_file" "$PYVERN_TEST_BUILD/plugins/install" "$T/a.tar.gz" "$T/into" wrong
	[[ "${lines[2]}" == "error check-failed what was unpacked is not what "* ]]
}

@test "a download that starts over is unpacked anew" {
	pack zst zstd
	unpack 0 "$B/unpack_file" "$PYVERN_TEST_BUILD/plugins/install" "$T/a.tar.zst" "$T/into" restart
	whole
}
