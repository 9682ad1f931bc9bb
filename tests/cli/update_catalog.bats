#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern update: newer lists of what can be installed, from files. Servers are asked in
# tests/real/update.bats.

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYVERN_CATALOG_LISTS
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1
	mkdir -p "$HOME" "$PYVERN_ROOT"
	# A copy of the installation, with a small catalogue of its own.
	cp -R "$PYVERN_TEST_STAGE" "$T/prefix"
	SHARE=$T/prefix/share/pyvern/catalog
	rm "$SHARE"/*
	A=$(printf 'a%.0s' $(seq 64))
	B=$(printf 'b%.0s' $(seq 64))
	FTP=https://www.python.org/ftp/python
	{
		echo '# pyvern catalogue 1'
		row 9.9.1 "$A"
		row 9.9.2 "$A"
	} >"$SHARE/cpython.tsv"
	export PATH=$T/prefix/bin:/usr/bin:/bin
	cd "$HOME" || return
}

row() {
	printf 'cpython\t%s\t\tsource\t\t\t\t\t\t%s/%s/Python-%s.tgz\t%s\t9\n' "$1" "$FTP" "$1" "$1" "$2"
}

# json VERSION DIGEST...: python.org's list of release files.
json() {
	local comma=
	echo '['
	while [ $# -gt 0 ]; do
		printf '%s{"url": "%s/%s/Python-%s.tgz", "is_source": true, "filesize": 9, "sha256_sum": "%s"}\n' \
			"$comma" "$FTP" "$1" "$1" "$2"
		comma=,
		shift 2
	done
	echo ']'
}

run_pyvern() {
	run "-$1" pyvern "${@:2}"
	echo "$output"
}

has() {
	[[ $output == *"$1"* ]]
}

nothing_written() {
	[ -z "$(ls -A "$PYVERN_ROOT/catalog" 2>/dev/null)" ]
}

@test "a new release is known, in the root's own file, which has nothing else" {
	json 9.9.1 "$A" 9.9.2 "$A" 9.9.3 "$B" >"$T/list.json"
	run_pyvern 0 update --from "$T/list.json"
	[ "$output" = "+ catalogue   $T/list.json has 1 new file: 9.9.3" ]
	{
		echo '# pyvern catalogue 1'
		row 9.9.3 "$B"
	} | diff - "$PYVERN_ROOT/catalog/cpython.tsv"
	run_pyvern 0 install --list
	has '  9.9.3'
	has '  9.9.1'
	run_pyvern 0 update --from "$T/list.json"
	[ "$output" = "= catalogue   $T/list.json has nothing new" ]
	run_pyvern 0 update --quiet --from "$T/list.json"
	[ "$output" = '' ]
	# A package that has it, too: the root needs no file any more.
	row 9.9.3 "$B" >>"$SHARE/cpython.tsv"
	run_pyvern 0 update --from "$T/list.json"
	[ ! -e "$PYVERN_ROOT/catalog/cpython.tsv" ]
}

@test "--dry-run shows and writes nothing" {
	json 9.9.1 "$A" 9.9.2 "$A" 9.9.3 "$B" >"$T/list.json"
	run_pyvern 0 update --dry-run --from "$T/list.json"
	has '1 new file: 9.9.3'
	nothing_written
}

@test "a list that changes a known digest is refused, and says which" {
	json 9.9.1 "$A" 9.9.2 "$B" 9.9.3 "$B" >"$T/list.json"
	run_pyvern 5 update --from "$T/list.json"
	has "changes a digest that is known: $FTP/9.9.2/Python-9.9.2.tgz"
	has "known is  $A"
	has "it says   $B"
	nothing_written
	run_pyvern 5 update --force --from "$T/list.json"
	nothing_written
}

@test "what the root has learnt is known, too" {
	json 9.9.1 "$A" 9.9.2 "$A" 9.9.3 "$B" >"$T/list.json"
	run_pyvern 0 update --from "$T/list.json"
	json 9.9.1 "$A" 9.9.2 "$A" 9.9.3 "$A" >"$T/list.json"
	run_pyvern 5 update --from "$T/list.json"
	has 'Python-9.9.3.tgz'
	grep -q "$B" "$PYVERN_ROOT/catalog/cpython.tsv"
}

@test "a list that lacks known versions is refused; with --force they stay" {
	json 9.9.3 "$B" >"$T/list.json"
	run_pyvern 5 update --from "$T/list.json"
	has 'has lost 2 versions that are known: 9.9.1, 9.9.2'
	has 'pyvern update --force'
	nothing_written
	run_pyvern 0 update --force --from "$T/list.json"
	run_pyvern 0 install --list
	[ "$(grep -c '  9.9.[123]$' <<<"$output")" = 3 ]
}

@test "uv's list: a known build that has lost its digest is refused; new builds come beside" {
	local url=https://github.com/astral-sh/python-build-standalone/releases/download
	build() {
		printf '"cpython-9.9.1-linux-x86_64-gnu": {"name": "cpython", "arch": {"family": "x86_64", "variant": null}, "os": "linux", "libc": "gnu", "major": 9, "minor": 9, "patch": 1, "prerelease": "", "url": "%s/%s/cpython-9.9.1%%2B%s-x86_64-unknown-linux-gnu-install_only.tar.gz", "sha256": %s, "variant": null, "build": "%s"}' \
			"$url" "$1" "$1" "$2" "$1"
	}
	other() {
		build "$1" "$2" | sed 's/9\.9\.1/9.9.2/g; s/"patch": 1/"patch": 2/'
	}
	echo "{$(build 20260101 "\"$A\"")}" >"$T/list.json"
	run_pyvern 0 update --from "$T/list.json"
	has '1 new file: 9.9.1'
	file=$PYVERN_ROOT/catalog/cpython-linux-x86_64-gnu.tsv
	[ "$(grep -c standalone "$file")" = 1 ]
	echo "{$(build 20260101 null), $(other 20260101 "\"$B\"")}" >"$T/list.json"
	run_pyvern 5 update --from "$T/list.json"
	has 'has lost a digest that is known'
	echo "{$(build 20260202 "\"$B\"")}" >"$T/list.json"
	run_pyvern 0 update --from "$T/list.json"
	has '1 new file of known versions'
	[ "$(grep -c standalone "$file")" = 2 ]
}

@test "what is no list is refused" {
	echo '{"a": ' >"$T/list.json"
	run_pyvern 5 update --from "$T/list.json"
	has 'is no JSON'
	echo 'hello' >"$T/list"
	run_pyvern 5 update --from "$T/list"
	has 'has nothing that can be installed'
	run_pyvern 1 update --from "$T/none"
	run_pyvern 2 update --from ''
	nothing_written
}

@test "several lists: one that cannot be had does not keep the others out" {
	json 9.9.1 "$A" 9.9.2 "$A" 9.9.3 "$B" >"$T/list.json"
	export PYVERN_CATALOG_LISTS="https://127.0.0.1:9/list $T/list.json"
	run_pyvern 4 update
	has '127.0.0.1 cannot be reached'
	has 'to fix   the same with another network'
	has '1 new file: 9.9.3'
	grep -q 9.9.3 "$PYVERN_ROOT/catalog/cpython.tsv"
	PYVERN_CATALOG_LISTS=none run_pyvern 0 update
	has 'neither it nor a plugin is a git checkout'
	[[ $output != *catalogue* ]]
}

@test "a root that is not ours to write, or that everybody can write" {
	json 9.9.1 "$A" 9.9.2 "$A" 9.9.3 "$B" >"$T/list.json"
	chmod 777 "$PYVERN_ROOT"
	run_pyvern 6 update --from "$T/list.json"
	nothing_written
}
