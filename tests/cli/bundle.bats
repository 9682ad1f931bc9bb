#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern bundle: one file for a machine without a network.
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup_file() {
	export PKG=$BATS_FILE_TMPDIR/pkg
	mkdir -p "$PKG"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.8.7 "$PKG" noise=20
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.1 "$PKG" noise=20
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.1 "$PKG" noise=20 \
			variant=freethreaded
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.2 "$PKG" arch=riscv64 noise=20
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.7.1 "$PKG"
	} >"$PKG/fake.tsv"
}

setup() {
	selection_setup
	unset PYTHON_BUILD_CACHE_PATH PYTHON_CONFIGURE_OPTS PYTHON_BUILD_MIRROR_URL
	mkdir -p "$PYVERN_ROOT/catalog"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	mkdir work && cd work || return
}

# inside: from here on, another machine: no network, nothing downloaded, and no list that
# knows these versions.
inside() {
	mv "$PKG" "$PKG.away"
	rm -rf "$PYVERN_ROOT"
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
}

teardown() {
	[ ! -e "$PKG.away" ] || mv "$PKG.away" "$PKG"
}

# Nothing half-made is left of a try.
nothing_left() {
	[ -z "$(ls -A "$PYVERN_ROOT/versions" 2>/dev/null)" ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging" 2>/dev/null)" ]
	[ -z "$(find "$PYVERN_ROOT/cache" -type f ! -path '*/.locks/*' 2>/dev/null)" ]
}

@test "two versions go into one file, and come out of it where there is no network" {
	run -0 pyvern bundle create 9.8 9.9.1 -o pythons.tar
	echo "$output"
	[[ "$output" == *"+ 9.8.7"*"standalone build"*"sha256"* ]]
	[[ "$output" == *"pythons.tar"*"sha256 $(sha256sum pythons.tar | cut -d' ' -f1)"* ]]
	[ "$(tar -tf pythons.tar | head -n 2)" = $'pyvern-bundle/manifest\npyvern-bundle/catalog.tsv' ]
	inside
	run -3 pyvern install --offline 9.8
	run -0 pyvern install --from pythons.tar 9.8 9.9
	echo "$output"
	[[ "$output" == *"+ 9.8.7"*"from pythons.tar"* && "$output" == *"+ 9.9.1"*"from pythons.tar"* ]]
	[ "$("$PYVERN_ROOT/versions/9.9.1/bin/python" -V)" = 'Python 9.9.1' ]
	grep -q '"source": "pythons.tar"' "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
	# They came into the cache now, whatever time a tar archive has for them.
	run -0 pyvern cache prune --older-than 90
	[[ "$output" == *"0 bytes freed"* ]]
	run -0 pyvern install --force --offline --from pythons.tar 9.8
	run -0 pyvern install --from pythons.tar 9.8
	[[ "$output" == *"= 9.8.7"*installed* ]]
}

@test "without a word: all that it has for this machine" {
	libc=$(awk -F'\t' '$6 == "riscv64" { print $7 }' "$PKG/fake.tsv")
	here=linux-$(uname -m)-$libc
	pyvern bundle create -q --platform "$here" 9.8 9.9.1t -o some.tar
	pyvern bundle create -q --platform "$here,linux-riscv64-$libc" --force -o some.tar 9.9
	run -0 pyvern bundle list some.tar
	echo "$output"
	[[ "$output" == *9.9.1*"$(uname -m)"* && "$output" == *9.9.2*riscv64* ]]
	pyvern bundle create -q 9.8 9.9.1t -o here.tar
	pyvern bundle create -q --platform "linux-riscv64-$libc" 9.9 -o there.tar
	inside
	run -0 pyvern install --from here.tar
	echo "$output"
	[ -x "$PYVERN_ROOT/versions/9.8.7/bin/python" ] && [ ! -e "$PYVERN_ROOT/versions/9.9.1" ]
	[ -x "$PYVERN_ROOT/versions/9.9.1t/bin/python" ]
	run -3 pyvern install --from there.tar
	[[ "$output" == *"there.tar has nothing for this machine"* ]]
	[[ "$output" == *"it has "*"9.9.2 (linux-riscv64-$libc)"* ]]
	run -3 pyvern install --from here.tar 9.5
	echo "$output"
	[[ "$output" == *"here.tar: no Python matches 9.5"* ]]
	[[ "$output" == *"it has "*"9.8.7 ($here), 9.9.1t ($here)"* ]]
	# Several words: what it has is installed, what it lacks is said.
	run -3 pyvern install --force --from here.tar 9.8 9.5
	[[ "$output" == *"~ 9.8.7"* && "$output" == *"1 installed, 1 failed: 9.5"* ]]
}

@test "platforms: each that is named, once more or in a list; a CPU's level only by name" {
	libc=$(awk -F'\t' '$6 == "riscv64" { print $7 }' "$PKG/fake.tsv")
	here=linux-$(uname -m)-$libc
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.2 "$PKG" noise=20 >>"$PYVERN_ROOT/catalog/fake.tsv"
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.2 "$PKG" cpu=v2 noise=20 >>"$PYVERN_ROOT/catalog/fake.tsv"
	run -0 pyvern bundle create --platform "$here" --platform "linux-riscv64-$libc" 9.9.2 -o two.tar
	run -0 pyvern bundle list -q two.tar
	echo "$output"
	[ "${#lines[@]}" -eq 2 ]
	[[ "$output" == *riscv64* && "$output" == *"$(uname -m)"* && "$output" != *v2* ]]
	# The next machine's CPU may be older than this one.
	run -0 pyvern bundle create 9.9.2 -o plain.tar
	[[ "$output" == *"+ plain.tar "* && "$output" != *v2* ]]
	# What is downloaded already would do as well.
	pyvern cache prune
	run -0 pyvern bundle create --platform "${here/-$libc/_v2-$libc}" 9.9.2 -o v2.tar
	run -0 --separate-stderr pyvern bundle list --json v2.tar
	echo "$output"
	[[ "$output" == *'"cpu": "v2"'* ]]
	inside
	PYVERN_CPU_LEVEL=v1 run -3 pyvern install --from v2.tar
	[[ "$output" == *"v2.tar has nothing for this machine"* ]]
	PYVERN_CPU_LEVEL=v1 run -0 pyvern install --from plain.tar
}

@test "a source in it is built" {
	pyvern bundle create -q --build 9.7.1 -o source.tar
	inside
	run -0 pyvern install --from source.tar
	echo "$output"
	[[ "$output" == *"+ 9.7.1"*"built from source"*"from source.tar"* ]]
}

@test "the same versions make the same bytes; what is there is replaced only by --force" {
	pyvern bundle create -q 9.9.1 9.8 -o one.tar
	sleep 1.1
	pyvern bundle create -q --offline 9.8 9.9.1 -o two.tar
	cmp one.tar two.tar
	echo mine >precious
	run -6 pyvern bundle create 9.8 -o precious
	[ "$(cat precious)" = mine ]
	run -0 pyvern bundle create --force 9.8 -o precious
	[ "$(ls -A)" = $'one.tar\nprecious\ntwo.tar' ]
	run -0 pyvern bundle create --prebuilt 9.8
	[ -s pythons.tar ]
}

@test "what vouches for it: what is known, the digest that is given, or nothing" {
	pyvern bundle create -q 9.8 -o b.tar
	cp "$PKG/fake.tsv" "$T/known.tsv"
	inside
	sum=$(sha256sum b.tar | cut -d' ' -f1)
	run -0 pyvern install --from b.tar
	[[ "$output" == *"checked  nothing but the word of b.tar (sha256 "* ]]
	run -0 pyvern install --force --from b.tar --sha256 "$sum"
	[[ "$output" == *"checked  sha256, the one given"* ]]
	mkdir -p "$PYVERN_ROOT/catalog" && cp "$T/known.tsv" "$PYVERN_ROOT/catalog/"
	run -0 pyvern install --force --from b.tar
	grep -q 'checked  sha256; no signature: nobody signs it$' <<<"$output"
	run -5 pyvern install --force --from b.tar --sha256 "${sum//[0-7]/8}"
	[[ "$output" == *"not the file that --sha256 means"* ]]
	run -5 pyvern bundle list b.tar --sha256 "${sum//[0-7]/8}"
	run -2 pyvern install --force --from b.tar --sha256 0123
	[[ "$output" == *"0123 is no SHA-256"* ]]
	# The same address with other bytes.
	sed -i "s/[0-9a-f]\{64\}/${sum}/" "$PYVERN_ROOT/catalog/known.tsv"
	run -5 pyvern install --force --from b.tar
	echo "$output"
	[[ "$output" == *"b.tar: it has another file for file://"*" than the one that is known"* ]]
	[ -x "$PYVERN_ROOT/versions/9.8.7/bin/python" ]
}

@test "as JSON, and with wheels, which are for Pythons that bring no pip" {
	mkdir wheels
	python3 - wheels <<-'END'
		import sys, zipfile
		with zipfile.ZipFile(sys.argv[1] + "/pip-30.1-py3-none-any.whl", "w") as z:
		    z.writestr("pip/__init__.py", "")
		    z.writestr("pip-30.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: pip\nVersion: 30.1\n")
		    z.writestr("pip-30.1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
		    z.writestr("pip-30.1.dist-info/RECORD", "")
	END
	echo other >wheels/readme
	run -0 pyvern bundle create 9.8 --wheels wheels -o b.tar
	[[ "$output" == *"+ wheels"*"1 of "* ]]
	pyvern bundle create -q 9.8 -o "$T/bare.tar"
	run -0 --separate-stderr pyvern bundle list --json b.tar
	echo "$output"
	python3 -c 'import json, sys
d = json.loads(sys.argv[1])
assert d["wheels"] == ["pip-30.1-py3-none-any.whl"], d
assert [a["version"] for a in d["artifacts"]] == ["9.8.7"], d
assert d["artifacts"][0]["kind"] == "standalone" and len(d["sha256"]) == 64' "$output"
	run -0 pyvern bundle list -q b.tar
	[[ "$output" == *pip-30.1-py3-none-any.whl*wheel* ]]
	mkdir empty
	run -2 pyvern bundle create 9.8 --wheels empty -o c.tar
	[ ! -e c.tar ]
	inside
	run -0 pyvern install --from b.tar
	echo "$output"
	[ -s "$PYVERN_ROOT/cache/wheels/pip-30.1-py3-none-any.whl" ]
	[ -d "$PYVERN_ROOT/versions/9.8.7/.pyvern/seed" ]
	[ -e "$PYVERN_ROOT/versions/9.8.7/lib/python9.8/site-packages/pip/__init__.py" ]
	# What is damaged there keeps no version out.
	printf 'PK\003\004' >"$PYVERN_ROOT/cache/wheels/pip-30.1-py3-none-any.whl"
	run -0 pyvern install --force --from "$T/bare.tar"
	echo "$output"
	[[ "$output" == *"! 9.8.7"*"not with "*"/cache/wheels/pip-30.1-py3-none-any.whl: "* ]]
	[[ "$output" == *"! 9.8.7"*"this version brings no pip: "* ]]
	[ ! -e "$PYVERN_ROOT/versions/9.8.7/.pyvern/seed" ]
}

@test "what is no wheel is none of the wheels" {
	mkdir wheels
	echo text >wheels/pip-30.1-py3-none-any.whl
	run -2 pyvern bundle create 9.8 --wheels wheels
	[[ "$output" == *"pip-30.1-py3-none-any.whl is no wheel"* ]]
	rm wheels/*
	printf 'PK\003\004' >wheels/pip.whl
	run -2 pyvern bundle create 9.8 --wheels wheels
	[ "$(ls -A)" = wheels ]
}

@test "a path with blanks and percent signs, and its address" {
	mkdir 'a b%41'
	pyvern bundle create -q 9.8 -o 'a b%41/#1.tar'
	inside
	run -0 pyvern install --from 'a b%41/#1.tar'
	[[ "$output" == *"+ 9.8.7"*"from #1.tar"* ]]
	run -0 pyvern install --force --from "file://$PWD/a%20b%2541/%231.tar"
	[[ "$output" == *"~ 9.8.7"*"from #1.tar"* ]]
}

@test "what cannot be meant" {
	run -2 pyvern bundle
	run -2 pyvern bundle make
	run -2 pyvern bundle create
	run -2 pyvern bundle list
	run -2 pyvern bundle create --build --prebuilt 9.8
	run -2 pyvern bundle create --platform linux 9.8
	run -2 pyvern bundle create --json 9.8
	[[ "$output" == *"--json is not for bundle create"* ]]
	run -2 pyvern bundle list --output x text
	run -3 pyvern bundle create 9.6
	run -5 pyvern bundle create --require-signature 9.8
	[[ "$output" == *"9.8.7 has no signature that could be verified: nobody signs it"* ]]
	echo text >text
	run -2 pyvern bundle list text
	[[ "$output" == *"text is no bundle"* ]]
	run -2 pyvern bundle list none
	[ ! -e pythons.tar ]
}

@test "mutated bundles: none is taken, and nothing is left" {
	pyvern bundle create -q 9.8 9.9.1 -o b.tar
	python3 "$PYVERN_TEST_SOURCE/tests/lib/mutate-bundle.py" b.tar "$T/mutated"
	inside
	count=0
	for file in "$T/mutated"/*; do
		run pyvern install --from "$file"
		echo "${file##*/}: $status $output"
		[ "$status" -eq 5 ] || [ "$status" -eq 2 ]
		nothing_left
		count=$((count + 1))
	done
	echo "# $count mutated bundles refused" >&3
	[ "$count" -ge 30 ]
}
