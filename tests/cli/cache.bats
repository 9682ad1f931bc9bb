#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern cache: the downloads, looked after; and a cache that roots share.
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	C=$PYVERN_ROOT/cache
	mkdir -p "$C"
	unset PYTHON_BUILD_CACHE_PATH
	put 1 Python-9.8.7.tar.xz aaaa
	put 2 cpython-9.9.1+20310102-x-install_only.tar.gz bbbbbbbb
	printf 'ccc' >"$C/$(digest_of 3).part"
	printf 'https://x/y\n' >"$C/$(digest_of 3).part.from"
	printf 'dd' >"$C/Python-3.1.4.tar.gz"
	mkdir -p "$C/.locks"
	: >"$C/.locks/x"
}

digest_of() {
	printf '%064d' "$1"
}

# A file with its true digest in its name; N is only for the order.
put() {
	local digest
	digest=$(printf %s "$3" | sha256sum | cut -d' ' -f1)
	printf %s "$3" >"$C/$digest-$2"
	eval "file$1=\$C/\$digest-\$2"
}

@test "list: what it is, how large, how old" {
	touch -d '3 days ago' "$file2"
	for words in cache 'cache list'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr pyvern $words
		echo "$output"
		[ "$status" -eq 0 ]
		grep -qE '^9\.8\.7 +4 bytes +today' <<<"$output"
		grep -qE '^9\.9\.1 +8 bytes +3 days' <<<"$output"
		grep -qE '^000000000000\.\.\. +3 bytes +today +unfinished' <<<"$output"
		grep -qE "^3\\.1\\.4 +2 bytes +today +pyenv's" <<<"$output"
		[ "${#lines[@]}" -eq 4 ]
		[[ "$stderr" == *"4 files, 17 bytes"* ]]
	done
	run -0 pyvern cache list --json
	python3 - "$output" <<-'PYTHON'
		import json, sys
		files = {f["name"]: f for f in json.loads(sys.argv[1])["files"]}
		assert files["9.8.7"]["state"] == "whole" and files["9.8.7"]["size"] == 4
		assert files["3.1.4"]["sha256"] is None and len(files) == 4
	PYTHON
}

@test "verify: a file that is not what its name says" {
	run -0 pyvern cache verify
	[ "$(grep -c 'sha256 holds' <<<"$output")" -eq 2 ]
	printf x >>"$file1"
	run -5 pyvern cache verify
	echo "$output"
	grep -q '^! 9\.8\.7 .*is not what its name says' <<<"$output"
	eval "$(sed -n 's/.*to fix *\(rm [^(]*\)(.*/\1/p' <<<"$output")"
	[ ! -e "$file1" ]
	run -0 pyvern cache verify --json
	[[ "$output" == *'"result": "holds"'* ]]
}

@test "prune: everything but what is pyenv's or under way" {
	run -0 pyvern cache prune --dry-run
	echo "$output"
	[[ "$output" == *"15 bytes would be freed"* ]]
	[ -e "$file1" ]
	run -0 pyvern cache prune
	echo "$output"
	[[ "$output" == *"15 bytes freed"* ]]
	[ "$(ls "$C")" = Python-3.1.4.tar.gz ]
	put 1 Python-9.8.7.tar.xz aaaa
	flock "$C/.locks/$(basename "$file1" | cut -c1-64)" true
	run -0 pyvern cache prune --json
	[[ "$output" == *'"result": "removed"'* ]]
}

@test "prune: by age, by size, only what was cut off" {
	touch -d '10 days ago' "$file2"
	run -0 pyvern cache prune --unfinished
	[ ! -e "$C/$(digest_of 3).part" ] && [ ! -e "$C/$(digest_of 3).part.from" ]
	[ -e "$file1" ] && [ -e "$file2" ]
	run -0 pyvern cache prune --max-size 1
	[ -e "$file1" ] && [ -e "$file2" ]
	run -0 pyvern cache prune --older-than 9
	[ -e "$file1" ] && [ ! -e "$file2" ]
	put 2 b bb
	touch -d '2 days ago' "$file2"
	run -0 pyvern cache prune --max-size 0
	[ ! -e "$file1" ] && [ ! -e "$file2" ]
	for words in 'prune --older-than x' 'list --dry-run' 'nope' 'prune verify' 'verify --unfinished'; do
		# shellcheck disable=SC2086 # words
		run -2 pyvern cache $words
	done
}

@test "a cache that roots share" {
	mkdir -p "$PYVERN_ROOT/catalog" "$BATS_TEST_TMPDIR/pkg"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.7 "$BATS_TEST_TMPDIR/pkg"
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	mkdir -p "$BATS_TEST_TMPDIR/other"
	cp -r "$PYVERN_ROOT/catalog" "$BATS_TEST_TMPDIR/other/"
	export PYVERN_CACHE=$BATS_TEST_TMPDIR/shared/cache
	run -0 pyvern install 9.9.7
	[ -n "$(ls "$PYVERN_CACHE")" ]
	run -0 pyvern cache
	grep -q '^9\.9\.7' <<<"$output"
	rm -r "$BATS_TEST_TMPDIR/pkg"
	PYVERN_ROOT=$BATS_TEST_TMPDIR/other run -0 pyvern install --offline 9.9.7
	[[ "$output" == *"from the cache"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/other/cache" ]
	PYVERN_CACHE=relative run -2 pyvern cache
	[[ "$output" == *"relative in \`cache\` is no absolute path"* ]]
}
