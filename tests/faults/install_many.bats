#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets output and status
# Several versions at once, on bad days.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'standalone 9.1.1 noise=20' 'standalone 9.2.1 noise=20' \
		'standalone 9.3.1 noise=20' 'cpython 9.8.1'
}

setup() {
	own_root
}

teardown() {
	kill_child
}

make_root() {
	rm -rf "${T:?}/root"
	mkdir -p "$PYVERN_ROOT/catalog"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
}

# Every version that is there works.
versions_are_whole() {
	local folder
	for folder in "$PYVERN_ROOT"/versions/9.*.*; do
		[ -e "$folder" ] || continue
		[ "$("$folder/bin/python" --version)" = "Python ${folder##*/}" ] || return 1
		[ -s "$folder/.pyvern/facts" ] || return 1
	done
}

# What the next one makes of it: all versions, all shims, no stage, no temporary.
the_next_one_mends() {
	local left
	if ! pyvern install -q 9.1 9.2 9.3 >"$T/said" 2>&1; then
		cat "$T/said"
		return 1
	fi
	for minor in 1 2 3; do
		for file in "versions/9.$minor.1/bin/python" "shims/python9.$minor"; do
			[ -x "$PYVERN_ROOT/$file" ] || echo "no $file" >>"$T/wrong"
		done
	done
	# Stages are swept by what makes one.
	pyvern install -q --force 9.1 >"$T/said" 2>&1
	left=$(ls -A "$PYVERN_ROOT/.staging")
	[ -z "$left" ] || echo "left: $left" >>"$T/wrong"
	[ ! -e "$T/wrong" ] || cat "$T/wrong"
	[ ! -e "$T/wrong" ]
}

@test "killed outright in the middle of all: the next install clears up and succeeds" {
	cat >"$T/spy" <<-END
		: >>"$T/waiting"
		while [ ! -e "$T/go" ]; do sleep 0.05; done
	END
	FAKE_SPY=$T/spy pyvern install 9.1 9.2 9.3 9.8.1 >"$T/said" 2>&1 3>&- &
	child=$!
	for ((i = 0; i < 200; i++)); do
		[ ! -e "$T/waiting" ] || break
		sleep 0.05
	done
	[ -e "$T/waiting" ]
	kill -KILL "$child"
	wait "$child" || true
	child=
	touch "$T/go"
	[ -n "$(ls -A "$PYVERN_ROOT/.staging")" ]
	versions_are_whole
	the_next_one_mends
}

@test "killed at each rename and link, in whatever thread" {
	[ -z "${PYVERN_TEST_SANITIZERS-}" ] || skip "leaks cannot be looked for under strace"
	strace -o "$T/trace" true 2>/dev/null || skip "strace is absent or may not trace"
	runs=0
	for call in renameat,renameat2,rename linkat symlinkat,symlink; do
		for ((k = 1; k <= 60; k += 1 + k / 8)); do
			make_root
			strace -f -o "$T/trace" -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$k" \
				pyvern install 9.1 9.2 9.3 >"$T/said" 2>&1 && break
			runs=$((runs + 1))
			echo "$call $k"
			cat "$T/said"
			versions_are_whole
			the_next_one_mends
		done
	done
	[ "$runs" -ge 10 ]
}

@test "threads that cannot be started: fewer do as well, none is an error" {
	[ -z "${PYVERN_TEST_SANITIZERS-}" ] || skip "leaks cannot be looked for under strace"
	strace -o "$T/trace" true 2>/dev/null || skip "strace is absent or may not trace"
	strace -o "$T/trace" -e trace=clone3,clone pyvern install -q 9.1 9.2 9.3
	made=$(grep -c 'CLONE_THREAD' "$T/trace")
	[ "$made" -ge 3 ]
	# All but the first that installs.
	make_root
	call=$(sed -n 's/^\(clone3*\)(.*CLONE_THREAD.*/\1/p' "$T/trace" | head -n 1)
	run strace -o "$T/trace" -e "trace=$call" -e "inject=$call:error=EAGAIN:when=$((made - 1))+" \
		pyvern install 9.1 9.2 9.3
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *'+ 3 versions'* ]]
	make_root
	run strace -o "$T/trace" -e "trace=$call" -e "inject=$call:error=EAGAIN:when=$((made - 2))+" \
		pyvern install 9.1 9.2 9.3
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *'cannot start a thread'* ]]
	[ ! -e "$PYVERN_ROOT/versions/9.1.1" ]
}

@test "a full disk stops those that do not fit, and nobody's files stay" {
	unshare -m true 2>/dev/null || skip "mount is refused here"
	run unshare -m sh -c '
		mount -t tmpfs -o size=3m none "$PYVERN_ROOT" || exit 99
		mkdir "$PYVERN_ROOT/catalog"
		cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
		for i in 1 2 3 4 5 6 7 8; do
			dd if=/dev/zero of="$PYVERN_ROOT/fill$i" bs=256k count=1 2>/dev/null
		done
		pyvern install 9.1 9.2 9.3
		echo "status $?"
		ls -A "$PYVERN_ROOT/.staging"
		for folder in "$PYVERN_ROOT"/versions/9.*.*; do
			[ -e "$folder" ] || continue
			"$folder/bin/python" --version
		done
		rm "$PYVERN_ROOT"/fill*
		pyvern install -q 9.1 9.2 9.3 2>/dev/null
		echo "then $?"'
	[ "$status" -ne 99 ] || skip "mount is refused here"
	echo "$output"
	[[ $output == *'then 0' ]]
}
