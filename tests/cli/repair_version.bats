#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern repair VERSION: only damaged files are put back, just as they were installed.

bats_require_minimum_version 1.5.0

setup_file() {
	export PKG=$BATS_FILE_TMPDIR/pkg ROOT=$BATS_FILE_TMPDIR/root
	mkdir -p "$PKG" "$ROOT/catalog"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.8.1 "$PKG"
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.7.1 "$PKG" variant=freethreaded
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.7.1 "$PKG" variant=debug layout=full
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$PKG"
	} >"$ROOT/catalog/fake.tsv"
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYTHON_CONFIGURE_OPTS CONFIGURE_OPTS MAKE_OPTS MAKEOPTS
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	HOME=$BATS_FILE_TMPDIR PYVERN_ROOT=$ROOT PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin \
		pyvern install -q 9.8.1 9.9.1 9.7.1t 9.7.1-debug || echo "nothing could be built" >"$ROOT/failed"
}

setup() {
	[ ! -e "$ROOT/failed" ] || skip "nothing can be built here"
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$ROOT NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION
	mkdir -p "$HOME" "$T/kept"
	# In its place: what is relocated is made for it.
	cp -a "$ROOT/versions" "$T/kept/"
	tree=$ROOT/versions/9.8.1
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	cd "$HOME" || return
}

teardown() {
	if [ -d "$T/kept/versions" ]; then
		rm -rf "${ROOT:?}/versions"
		mv "$T/kept/versions" "$ROOT/"
	fi
}

# repair ends with STATUS; no stage is left.
repair() {
	run "-$1" --separate-stderr pyvern repair "${@:2}"
	echo "$stderr$output"
	[ -z "$(ls -A "$ROOT/.staging")" ]
}

# The version is as it was installed, and nothing else in it has been touched.
whole() {
	pyvern verify -q "${1-9.8.1}"
	diff -r --no-dereference "$T/kept/versions/${1-9.8.1}" "$ROOT/versions/${1-9.8.1}"
}

@test "nothing is damaged: nothing is done, and nothing is unpacked" {
	repair 0 9.8.1
	[[ $stderr =~ "= 9.8.1    "[0-9]+" files, nothing to repair"$ ]]
	# By the alias, too.
	repair 0 9.8
	[[ $stderr == *"= 9.8.1 "* ]]
	repair 0 -q 9.8.1
	[ -z "$stderr" ]
}

@test "changed, missing, another mode, another link, a missing folder: all as it was" {
	echo x >>"$tree/lib/python9.8/os.py"
	rm "$tree/include/python9.8/patchlevel.h"
	chmod 777 "$tree/bin/python9.8"
	ln -sfn /bin/sh "$tree/bin/python3"
	rm -r "$tree/lib/pkgconfig"
	chmod o+w "$tree/lib"
	inode=$(stat -c %i "$tree/lib/noise")
	repair 0 9.8.1
	[[ $stderr == *'~ 9.8.1    7 files put back, from the cache   '* ]]
	[[ $stderr == *$'\n  gone     include/python9.8/patchlevel.h'* ]]
	[[ $stderr == *$'\n  changed  lib/python9.8/os.py'* ]]
	whole
	[ "$(stat -c %i "$tree/lib/noise")" = "$inode" ]
	repair 0 9.8.1
	[[ $stderr == *'nothing to repair'* ]]
}

@test "what was made for its place comes back so, and what pip reads and Python compiled, too" {
	for file in bin/pydoc9.8 lib/pkgconfig/python-9.8.pc lib/python9.8/_sysconfigdata__linux_fake.py .pyvern/facts; do
		echo damaged >"$tree/$file"
	done
	repair 0 9.8.1
	[[ $stderr == *'4 files put back'* ]]
	whole
	grep -q "^#!$tree/bin/python9.8\$" "$tree/bin/pydoc9.8"
}

@test "--dry-run says what, and does nothing" {
	echo x >>"$tree/lib/python9.8/os.py"
	repair 0 --dry-run 9.8.1
	[[ $stderr == *'~ 9.8.1    1 of '*' files would be put back'*'changed  lib/python9.8/os.py' ]]
	run -5 pyvern verify -q 9.8.1
}

@test "what pip did stays; what is strange is told, and stays" {
	site=$tree/lib/python9.8/site-packages
	mkdir -p "$site/black" "$site/black-1.0.dist-info"
	echo '# black' >"$site/black/__init__.py"
	printf '%s,sha256=%s,8\nblack-1.0.dist-info/RECORD,,\n' black/__init__.py \
		"$(openssl dgst -sha256 -binary "$site/black/__init__.py" | base64 | tr '+/' '-_' | tr -d =)" \
		>"$site/black-1.0.dist-info/RECORD"
	echo 'import os' >"$tree/lib/python9.8/sitecustomize.py"
	echo x >>"$tree/lib/python9.8/os.py"
	repair 0 9.8.1
	[[ $stderr == *'~ 9.8.1    1 file put back'* ]]
	[[ $stderr == *'! 9.8.1    1 file did not come with it, and stays'*'new      lib/python9.8/sitecustomize.py' ]]
	[ -e "$site/black/__init__.py" ]
	[ -e "$tree/lib/python9.8/sitecustomize.py" ]
	run -5 --separate-stderr pyvern verify 9.8.1
	[[ $stderr == *'1 new, of '* ]]
}

@test "--json" {
	echo x >>"$tree/lib/python9.8/os.py"
	touch "$tree/lib/odd"
	run -0 --separate-stderr pyvern repair --json 9.8.1
	python3 -c '
import json, sys
doc = json.load(sys.stdin)
assert doc["schema"] == 1
(v,) = doc["versions"]
assert v["name"] == "9.8.1" and not v["built"] and v["source"] == "the cache", v
(f,) = v["damaged"]
assert f == {"path": "lib/python9.8/os.py", "change": "changed", "restored": True, "because": None}, f
assert v["appeared"] == ["lib/odd"], v
' <<<"$output"
	rm "$tree/lib/odd"
	whole
}

@test "the cache is gone: the file comes from where it came from; --offline forbids that" {
	mv "$ROOT/cache" "$T/cache"
	echo x >>"$tree/lib/python9.8/os.py"
	run -4 --separate-stderr pyvern repair --offline 9.8.1
	echo "$stderr"
	[[ $stderr == *'is not in the cache'* || $stderr == *'not complete in the cache'* ]]
	repair 0 9.8.1
	[[ $stderr == *'1 file put back'* ]]
	whole
	# Another file by that name is not taken.
	rm -rf "${ROOT:?}/cache"
	echo x >>"$tree/lib/python9.8/os.py"
	mv "$PKG"/standalone-9.8.1*.tar.gz "$T/good.tar.gz"
	name=$(sed -n 's|.*file://\([^\t]*9.8.1[^\t]*\).*|\1|p' "$ROOT/catalog/fake.tsv" | head -n 1)
	cp "$PKG"/Python-9.9.1.tar.gz "$name"
	repair 5 9.8.1
	run -5 pyvern verify -q 9.8.1
	mv "$T/good.tar.gz" "$name"
	rm -rf "${ROOT:?}/cache"
	mv "$T/cache" "$ROOT/cache"
}

@test "built here: not without --rebuild, and what differs then is said" {
	tree=$ROOT/versions/9.9.1
	echo x >>"$tree/lib/python9.9/os.py"
	repair 5 9.9.1
	[[ $stderr == *'9.9.1 was built here: to have 1 of its files again, it has to be built again'* ]]
	[[ $stderr == *'changed  lib/python9.9/os.py'*'to fix   pyvern repair --rebuild 9.9.1'* ]]
	repair 0 --dry-run 9.9.1
	[[ $stderr == *'would be put back, built again for it (--rebuild)'* ]]
	run -0 --separate-stderr pyvern repair --rebuild 9.9.1
	echo "$stderr"
	[[ $stderr == *'1 file put back, built again from the cache'* ]]
	whole 9.9.1
}

@test "what cannot be had again is named, and the rest is put back" {
	echo x >>"$tree/lib/python9.8/os.py"
	# The manifest says what no archive has.
	sed -i '/^.\/bin\/pydoc9.8 /s/sha256digest=..../sha256digest=0000/' "$tree/.pyvern/manifest.mtree"
	rm -r "$tree/lib/python9.8/ensurepip"
	touch "$tree/lib/python9.8/ensurepip"
	repair 5 9.8.1
	[[ $stderr == *'1 file put back'* ]]
	[[ $stderr == *'! 9.8.1    2 files could not be put back'* ]]
	[[ $stderr == *'changed  bin/pydoc9.8: what was made again differs from what was installed'* ]]
	[[ $stderr == *'changed  lib/python9.8/ensurepip: something else is in its place'* ]]
	[[ $stderr == *'to fix   pyvern install --force 9.8.1' ]]
	echo x >>"$tree/.pyvern/receipt.json"
	repair 5 9.8.1
	[[ $stderr == *'9.8.1 cannot be repaired: its receipt is damaged, too'*'to fix   pyvern install --force 9.8.1'* ]]
}

@test "a link in the way is not followed" {
	mkdir "$T/elsewhere"
	rm -r "$tree/lib/pkgconfig"
	ln -s "$T/elsewhere" "$tree/lib/pkgconfig"
	repair 5 9.8.1
	[[ $stderr == *'lib/pkgconfig: something else is in its place'* ]]
	[ -z "$(ls -A "$T/elsewhere")" ]
}

@test "environments and versions, and what is neither; options that are for versions" {
	pyvern venv -q --without-pip -p 9.8 "$HOME/env"
	echo x >>"$tree/lib/python9.8/os.py"
	repair 0 env 9.8.1
	[[ $stderr == *'= env '*'nothing to repair'*'~ 9.8.1    1 file put back'* ]]
	repair 3 9.7
	[[ $stderr == *'9.7 is no environment, and no installed version'* ]]
	for option in --rebuild --offline --json; do
		repair 2 "$option" env
		[[ $stderr == *"repair: $option is for versions"* ]]
	done
	repair 2 --json env 9.8.1
	mkdir -p "$ROOT/versions/theirs/bin"
	repair 3 theirs
	[[ $stderr == *'theirs has no manifest: it was not installed by pyvern'* ]]
}

@test "variants, and one that pip is to leave alone" {
	for version in 9.7.1t 9.7.1-debug; do
		echo x >>"$ROOT/versions/$version/lib/"python*/os.py
		repair 0 "$version"
		[[ $stderr == *"~ $version "*'1 file put back'* ]]
		whole "$version"
	done
	pyvern install -q --force --externally-managed 9.8.1
	managed=$tree/lib/python9.8/EXTERNALLY-MANAGED
	cp -a "$managed" "$T/managed"
	rm "$managed"
	repair 0 9.8.1
	cmp "$managed" "$T/managed"
	pyvern verify -q 9.8.1
}
