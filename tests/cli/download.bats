#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern download: what install would install, into the cache or elsewhere.
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup_file() {
	export PKG=$BATS_FILE_TMPDIR/pkg
	mkdir -p "$PKG"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.1 "$PKG" noise=20
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.2 "$PKG" arch=riscv64 noise=20
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$PKG"
	} >"$PKG/fake.tsv"
}

setup() {
	selection_setup
	unset PYTHON_BUILD_CACHE_PATH PYTHON_CONFIGURE_OPTS PYTHON_BUILD_MIRROR_URL
	mkdir -p "$PYVERN_ROOT/catalog"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
}

@test "into the cache, from which install takes it offline" {
	run -0 --separate-stderr pyvern download 9.9.1
	echo "$output $stderr"
	[[ "$output" == "$PYVERN_ROOT/cache/"*"-standalone-9.9.1"* ]]
	[[ "$stderr" == *"+ 9.9.1"*"standalone build"* ]]
	[[ "$stderr" == *"checked  sha256 $(sha256sum "$output" | cut -d' ' -f1)"* ]]
	run -0 pyvern install --offline 9.9.1
	[[ "$output" == *"from the cache"* ]]
}

@test "--require-signature: what nobody signs is not had" {
	run -5 --separate-stderr pyvern download --require-signature --directory there --prebuilt 9.9.1
	[[ "$stderr" == *"9.9.1 has no signature"* ]]
	[ -z "$output" ]
	[ ! -e there ]
}

@test "to another place, under its own name" {
	mkdir work && cd work
	run -0 --separate-stderr pyvern download -q --directory there/new --build 9.9.1
	[ -z "$stderr" ]
	[ "$output" = "$PWD/there/new/Python-9.9.1.tar.gz" ]
	cmp "$output" "$PKG/Python-9.9.1.tar.gz"
	[ "$(ls -A there/new)" = Python-9.9.1.tar.gz ]
	run -0 --separate-stderr pyvern download --prebuilt -d there 9.9.1
	[[ "$output" == "$PWD/there/standalone-9.9.1"*.tar.gz ]]
}

# It was named twice: "9.9.1: 9.9.1: 127.0.0.1 cannot be reached".
@test "what cannot be had is named once" {
	sed -i 's,file://,https://127.0.0.1:9,' "$PYVERN_ROOT/catalog/fake.tsv"
	for words in 'download -q 9.9.1' "bundle create -q 9.9.1 -o $T/b.tar"; do
		# shellcheck disable=SC2086 # words
		run -4 --separate-stderr pyvern $words
		echo "$stderr"
		[[ $stderr == 'pyvern: 9.9.1: 127.0.0.1 cannot be reached: '*'to fix '* ]]
	done
}

@test "for another machine" {
	libc=$(awk -F'\t' '$6 == "riscv64" { print $7 }' "$PKG/fake.tsv")
	run -3 pyvern download --prebuilt 9.9.2
	run -0 --separate-stderr pyvern download --platform "linux-riscv64-$libc" 9.9
	[[ "$output" == *"-standalone-9.9.2"* ]]
	for platform in linux linux-x86_64 a-b-c-d -x- linux--gnu; do
		run -2 pyvern download --platform="$platform" 9.9.1
	done
	run -2 pyvern download
	run -2 pyvern download --build --prebuilt 9.9.1
	run -3 pyvern download 9.8
}
