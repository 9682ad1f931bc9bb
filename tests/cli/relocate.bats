#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets output, stderr and status
# pyvern relocate, with made-up Pythons. Real ones are in tests/real/relocate.bats, kills
# in tests/faults/relocate.bats.

bats_require_minimum_version 1.5.0

load ../lib/versions
load ../lib/real
load ../lib/relocate

setup() {
	versions_setup
	relocate_setup
}

run_pyvern() {
	run "-$1" pyvern "${@:2}"
	echo "$output"
}

has() {
	[[ $output == *"$1"* ]]
}

@test "a root that was moved: each version, environment and link, in one line" {
	make_root
	move_root "$T/new place"
	run_pyvern 0 relocate
	has "~ 9.9.2    $old -> $PYVERN_ROOT   3 files"
	has "~ shop     leads to $PYVERN_ROOT/versions/9.9.2/envs/shop"
	has "~ mine     leads to $PYVERN_ROOT/versions/9.9.2"
	has "~ 9.9.2/envs/shop   $old -> $PYVERN_ROOT   5 files"
	has 'environments in other folders: pyvern relocate DIR'
	is_right
	run_pyvern 0 relocate
	[ "$output" = "= $PYVERN_ROOT   nothing to do: what is in it names this place" ]
}

@test "from any folder, also one that is gone" {
	make_root
	move_root "$T/new"
	mkdir gone
	cd gone || return
	rmdir ../gone
	pyvern relocate -q
	cd / || return
	is_right
}

@test "--dry-run says the same, and writes nothing" {
	make_root
	move_root "$T/new"
	find "$PYVERN_ROOT" -exec stat -c '%n %Y %Z %i' {} + | sort >"$T/before"
	run_pyvern 0 relocate --dry-run
	has "~ 9.9.2    $old -> $PYVERN_ROOT   3 files would be changed"
	has "~ 9.9.2/envs/shop   $old -> $PYVERN_ROOT   5 files would be changed"
	has "~ shop     would lead to $PYVERN_ROOT/versions/9.9.2/envs/shop"
	find "$PYVERN_ROOT" -exec stat -c '%n %Y %Z %i' {} + | sort | diff "$T/before" -
	run_pyvern 0 relocate -n
	has 'would be changed'
}

@test "--quiet says nothing when all goes well" {
	make_root
	move_root "$T/new"
	run_pyvern 0 relocate --quiet
	[ "$output" = "" ]
	is_right
}

@test "a copy, whose first place is still there" {
	make_root
	cp -a "$PYVERN_ROOT" "$T/copy"
	old=$PYVERN_ROOT
	export PYVERN_ROOT=$T/copy
	pyvern relocate
	is_right
	grep -qF "$old" "$old/versions/9.9.2/bin/pydoc9.9"
}

@test "versions by their names, and their environments" {
	make_root
	make_version 9.8.1
	move_root "$T/new"
	run_pyvern 0 relocate 9.8
	has "~ 9.8.1    "
	[[ $output != *"~ 9.9.2"* ]]
	run_pyvern 0 relocate 9.9.2/envs/shop
	has "~ 9.9.2/envs/shop   "
	[[ $output != *"~ 9.9.2 "* ]]
	run_pyvern 0 relocate 9.9.2
	has "~ 9.9.2    "
	is_right
}

@test "a named environment by its name, whose link leads nowhere" {
	make_root
	move_root "$T/new"
	run_pyvern 0 relocate shop
	has "~ 9.9.2/envs/shop   "
	[[ $output != *"~ 9.9.2 "* ]]
}

@test "what is neither a version nor an environment" {
	make_root
	refuses 3 'nosuch is neither installed nor an environment' pyvern relocate nosuch
	refuses 3 './nosuch is neither installed nor an environment' pyvern relocate ./nosuch
}

@test "an environment elsewhere keeps its place, and gets its Python" {
	make_root
	make_env "$T/project/.venv" "$PYVERN_ROOT/versions/9.9.2"
	move_root "$T/new place"
	pyvern relocate
	run_pyvern 0 relocate .venv
	has "$old -> $PYVERN_ROOT"
	grep -qx "home = $PYVERN_ROOT/versions/9.9.2/bin" .venv/pyvenv.cfg
	[ "$(readlink .venv/bin/python)" = "$PYVERN_ROOT/versions/9.9.2/bin/python9.9" ]
	grep -qxF "VIRTUAL_ENV=$T/project/.venv" .venv/bin/activate
	run_pyvern 0 relocate .venv
	has 'nothing to do'
	# Of a Python that nobody has.
	sed -i 's/^home = .*/home = \/nowhere\/versions\/1.2.3\/bin/' .venv/pyvenv.cfg
	run_pyvern 0 relocate .venv
	has "its Python in /nowhere/versions/1.2.3/bin is gone"
	has 'to fix'
}

@test "activation scripts are quoted where the new place needs it" {
	make_root
	move_root "$T/it's a \$(touch pwned) place"
	pyvern relocate
	[ "$(sh -c '. "$1"; echo "$VIRTUAL_ENV"' sh "$PYVERN_ROOT/versions/9.9.2/envs/shop/bin/activate")" = \
		"$PYVERN_ROOT/versions/9.9.2/envs/shop" ]
	[ ! -e pwned ]
	move_root "$T/plain"
	pyvern relocate
	[ "$(sh -c '. "$1"; echo "$VIRTUAL_ENV"' sh "$PYVERN_ROOT/versions/9.9.2/envs/shop/bin/activate")" = \
		"$PYVERN_ROOT/versions/9.9.2/envs/shop" ]
	is_right
}

@test "a path that is no text for scripts is refused, and nothing is changed" {
	make_root
	move_root "$T/a"$'\n'"b"
	run_pyvern 2 relocate
	has 'control characters'
	grep -qF "$old/versions/9.9.2" "$PYVERN_ROOT/versions/9.9.2/bin/pydoc9.9"
}

@test "a place that is this one by another name was not moved" {
	make_root
	move_root "$T/new"
	ln -s "$T/new" "$old"
	run_pyvern 0 relocate
	has 'nothing to do'
	rm "$old"
	run_pyvern 0 relocate
	has "~ 9.9.2    "
}

@test "files that somebody else has changed differ from the manifest still" {
	make_root
	echo '# mine' >>"$PYVERN_ROOT/versions/9.9.2/bin/pydoc9.9"
	echo '# mine' >>"$PYVERN_ROOT/versions/9.9.2/lib/python9.9/os.py"
	move_root "$T/new"
	pyvern relocate
	grep -q "^#!$PYVERN_ROOT/" "$PYVERN_ROOT/versions/9.9.2/bin/pydoc9.9"
	run ! manifest_holds "$PYVERN_ROOT/versions/9.9.2" '\./envs'
	run ! manifest_holds "$PYVERN_ROOT/versions/9.9.2" '\./(envs|bin/pydoc9.9)'
	manifest_holds "$PYVERN_ROOT/versions/9.9.2" '\./(envs|bin/pydoc9.9|lib/python9.9/os.py)'
}

@test "the receipt says that it was moved" {
	make_root
	move_root "$T/new"
	pyvern relocate
	move_root "$T/newer"
	pyvern relocate
	output=$(cat "$PYVERN_ROOT/versions/9.9.2/.pyvern/receipt.json")
	is_json "[(m['from'], m['to'], m['files']) for m in d['moved']] == [
		('$old0', '$T/new', 3), ('$T/new', '$T/newer', 3)]"
	is_json 'd["artifact"]["provenance"] == "pinned-digest" and d["name"] == "9.9.2"'
}

@test "pyenv's version, which has no receipt, and a version by another name" {
	make_root
	rm -r "$PYVERN_ROOT/versions/9.9.2/.pyvern"
	move_root "$T/new"
	mv "$PYVERN_ROOT/versions/9.9.2" "$PYVERN_ROOT/versions/other"
	run_pyvern 0 relocate
	has "~ other    $old/versions/9.9.2 -> $PYVERN_ROOT/versions/other   3 files"
	[ ! -e "$PYVERN_ROOT/versions/other/.pyvern" ]
	grep -q "^#!$PYVERN_ROOT/versions/other/bin/" "$PYVERN_ROOT/versions/other/bin/pydoc9.9"
	run_pyvern 0 relocate
	has 'nothing to do'
}

@test "a Python without sysconfig's data (PyPy): its scripts tell" {
	make_root
	rm "$PYVERN_ROOT"/versions/9.9.2/lib/python9.9/_sysconfigdata*
	move_root "$T/new"
	run_pyvern 0 relocate
	has "~ 9.9.2    $old -> $PYVERN_ROOT   2 files"
	grep -q "^#!$PYVERN_ROOT/" "$PYVERN_ROOT/versions/9.9.2/bin/pydoc9.9"
	run_pyvern 0 relocate
	has 'nothing to do'
}

@test "of conda's, only what we understand is made right, and that is said" {
	make_root
	mkdir "$PYVERN_ROOT/versions/9.9.2/conda-meta"
	move_root "$T/new"
	run_pyvern 0 relocate
	has "~ 9.9.2    $old -> $PYVERN_ROOT   3 files"
	has '! 9.9.2    conda-meta: what conda installed may name the old place inside: pyvern install --force 9.9.2'
	run_pyvern 0 relocate
	has 'nothing to do'
}

@test "compiled files of what was changed are made again, with the manifest" {
	local data cache
	make_root
	data=$(cd "$PYVERN_ROOT/versions/9.9.2" && echo lib/python9.9/_sysconfigdata*.py)
	cache=lib/python9.9/__pycache__
	mkdir "$PYVERN_ROOT/versions/9.9.2/$cache"
	data=${data##*/}
	echo 'old' >"$PYVERN_ROOT/versions/9.9.2/$cache/${data%.py}.cpython-99.pyc"
	# An interpreter that says what it was asked for.
	printf '#!/bin/sh\nprintf "%%s\\n" "$@" >%s/asked\n' "$T" >"$PYVERN_ROOT/versions/9.9.2/bin/python9.9"
	move_root "$T/new"
	pyvern relocate -q
	[ ! -e "$PYVERN_ROOT/versions/9.9.2/$cache/${data%.py}.cpython-99.pyc" ]
	grep -qxF "$cache/${data%.py}.cpython-99.pyc" "$T/asked"
	grep -qxF "$PYVERN_ROOT/versions/9.9.2/lib/python9.9/$data" "$T/asked"
	# One that fails is no reason not to go on: Python compiles by itself.
	echo 'old' >"$PYVERN_ROOT/versions/9.9.2/$cache/${data%.py}.cpython-99.pyc"
	printf '#!/bin/sh\necho no luck\nexit 1\n' >"$PYVERN_ROOT/versions/9.9.2/bin/python9.9"
	move_root "$T/newer"
	run_pyvern 0 relocate
	has '! 9.9.2    cannot compile what was changed: no luck'
	[ ! -e "$PYVERN_ROOT/versions/9.9.2/.pyvern/relocating" ]
}

@test "a journal of somebody else's leads nowhere" {
	make_root
	echo mine >"$T/precious.pyc"
	printf '%s\n' 'file	../../../../precious.pyc' 'compiled	0	0	bin/pydoc9.9	../../../precious.pyc' \
		'compiled	0	0	/etc/passwd	lib/x.pyc' 'compiled	9	9	a	b.pyc' 'nonsense' '' \
		>"$PYVERN_ROOT/versions/9.9.2/.pyvern/relocating"
	printf '#!/bin/sh\necho run >>%s/asked\n' "$T" >"$PYVERN_ROOT/versions/9.9.2/bin/python9.9"
	run_pyvern 0 relocate
	has '~ 9.9.2    what was cut short is finished'
	[ ! -e "$T/asked" ]
	[ "$(cat "$T/precious.pyc")" = mine ]
	run_pyvern 0 relocate
	has 'nothing to do'
}

@test "nothing is written through a link that leads out" {
	make_root
	printf '#!%s/versions/9.9.2/bin/python9.9\n' "$PYVERN_ROOT" | tee "$T/outside" >"$T/same"
	chmod 755 "$T/outside"
	mkdir "$T/folder"
	cp -p "$T/outside" "$T/folder/tool"
	ln -s "$T/outside" "$PYVERN_ROOT/versions/9.9.2/bin/tool"
	ln -s "$T/folder" "$PYVERN_ROOT/versions/9.9.2/lib/folder"
	move_root "$T/new"
	pyvern relocate
	cmp "$T/outside" "$T/same"
	cmp "$T/folder/tool" "$T/same"
	[ "$(readlink "$PYVERN_ROOT/versions/9.9.2/bin/tool")" = "$T/outside" ]
}

@test "adopted Pythons stay as they are; one that is gone is named" {
	make_root
	mkdir -p "$T/theirs/bin"
	printf '#!/bin/sh\n' >"$T/theirs/bin/python"
	chmod 755 "$T/theirs/bin/python"
	ln -s "$T/theirs" "$PYVERN_ROOT/versions/9.7.1"
	ln -s "$T/nowhere" "$PYVERN_ROOT/versions/9.6.1"
	move_root "$T/new"
	run_pyvern 0 relocate
	has "! 9.6.1    was adopted from $T/nowhere, which is gone"
	[[ $output != *"9.7.1"* ]]
	[ "$(readlink "$PYVERN_ROOT/versions/9.7.1")" = "$T/theirs" ]
	[ "$(readlink "$PYVERN_ROOT/versions/9.6.1")" = "$T/nowhere" ]
}

@test "aliases and shims are right, and the link to pyvern, too" {
	make_root
	rm "$PYVERN_ROOT/versions/9.9"
	move_root "$T/new"
	ln -sfn "$old/gone" "$PYVERN_ROOT/.pyvern"
	run_pyvern 0 relocate
	[ "$(readlink "$PYVERN_ROOT/versions/9.9")" = 9.9.2 ]
	[ "$(readlink "$PYVERN_ROOT/.pyvern")" = "$T/prefix/bin/pyvern" ]
	[ "$PYVERN_ROOT/shims/shop-tool" -ef "$PYVERN_ROOT/shims/.pyvern-shim" ]
}

@test "one version that cannot be changed does not stop the others" {
	make_root
	make_version 9.8.1
	move_root "$T/new"
	# A folder in the place of the file that is read.
	rm "$PYVERN_ROOT/versions/9.8.1/.pyvern/manifest.mtree"
	mkdir "$PYVERN_ROOT/versions/9.8.1/.pyvern/manifest.mtree"
	run_pyvern 1 relocate
	has 'pyvern: 9.8.1: '
	has "~ 9.9.2    "
	rmdir "$PYVERN_ROOT/versions/9.8.1/.pyvern/manifest.mtree"
	pyvern relocate
	is_right
}

@test "a program that would look for its library in the old place: nothing is touched" {
	command -v "$PYVERN_TEST_CC" >/dev/null || skip "no compiler"
	make_root
	# No room for another path in it.
	echo 'int main(void) { return 0; }' >"$T/p.c"
	"$PYVERN_TEST_CC" -o "$PYVERN_ROOT/versions/9.9.2/bin/python9.9" "$T/p.c" -Wl,-rpath,/r/versions ||
		skip "no program can be built"
	sed -i "s|$PYVERN_ROOT/versions|/r/versions|" "$PYVERN_ROOT"/versions/9.9.2/lib/python9.9/_sysconfigdata*
	find "$PYVERN_ROOT/versions/9.9.2" -type f -exec sha256sum {} + >"$T/before"
	run_pyvern 1 relocate
	has '9.9.2 cannot be moved: bin/python9.9: its library path /r/versions has no room'
	has 'pyvern install --force 9.9.2'
	sha256sum --quiet -c "$T/before"
}

@test "a root that others may write, and one that cannot be written" {
	make_root
	move_root "$T/new"
	chmod 777 "$PYVERN_ROOT"
	refuses 6 "$PYVERN_ROOT can be written by everybody" pyvern relocate
	chmod 755 "$PYVERN_ROOT"
	with_read_only_root pyvern relocate
	echo "$output"
	[ "$status" -eq 1 ]
	has 'cannot relocate the root: '
	chmod 555 "$PYVERN_ROOT/versions/9.9.2/bin"
	with_plain_rights pyvern relocate
	echo "$stderr"
	[ "$status" -eq 1 ]
	[[ $stderr == *"pyvern: 9.9.2: "*"cannot write"*"permission denied"* ]]
	chmod 755 "$PYVERN_ROOT/versions/9.9.2/bin"
	pyvern relocate
	is_right
}

@test "no root, and an empty one" {
	run_pyvern 0 relocate
	has 'nothing to do'
	[ -d "$PYVERN_ROOT/versions" ]
	run_pyvern 0 relocate -n
	has 'nothing to do'
}
