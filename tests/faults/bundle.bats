#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Bundles: each call to the system fails once, and is the last one once, while one is
# written and while one is installed from. There is a whole file or the old one, a whole
# version or none, and nothing in the cache that is not what its name says.
# shellcheck disable=SC2317 # sweep calls the functions

load ../lib/faults

makes='mkdirat|openat|symlinkat|linkat|write|pwrite64|renameat2|renameat|unlinkat|fsync|syncfs|fchmod'
looks="$makes|getdents64|newfstatat|fstat|readlinkat|fcntl|flock|read|pipe2|pread64|ftruncate"

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYTHON_BUILD_CACHE_PATH
	unset PYTHON_BUILD_MIRROR_URL PYVERN_CPU_LEVEL PYTHON_CONFIGURE_OPTS CONFIGURE_OPTS
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	export PATH=$PYVERN_TEST_STAGE/bin:$PATH
	# All of them take minutes; they are run by hand (SWEEP_STEP=1).
	export SWEEP_STEP=${SWEEP_STEP:-5}
	mkdir -p "$HOME" "$T/pkg"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.2 "$T/pkg"
	} >"$T/pkg/fake.tsv"
	PYVERN_ROOT=$T/outside make_place
	PYVERN_ROOT=$T/outside pyvern bundle create -q 9.9.2 -o "$T/b.tar"
	cd "$HOME" || return
}

# A root; and a folder with a file that a bundle is to replace.
make_place() {
	rm -rf "${T:?}/root" "${T:?}/place"
	mkdir -p "$PYVERN_ROOT/catalog" "$T/place"
	cp "$T/pkg/fake.tsv" "$PYVERN_ROOT/catalog/"
	echo mine >"$T/place/b.tar"
}

is() {
	"${@:2}" >"$T/after" 2>&1 || {
		echo "$1: $(cat "$T/after")"
		return 1
	}
}

# A version that is there is whole: it runs, and its receipt and manifest are with it.
is_whole() {
	local version=$PYVERN_ROOT/versions/9.9.2
	is "half a version" [ "$("$version/bin/python" -V 2>&1)" = 'Python 9.9.2' ] &&
		is "no receipt" [ -s "$version/.pyvern/receipt.json" ] &&
		is "no manifest" [ -s "$version/.pyvern/manifest.mtree" ]
}

judge() {
	is "hangs" [ "$1" -ne 124 ] || return
	[ "$1" -eq 0 ] || [ "$1" -ge 128 ] || is "fails without a word" [ -s "$T/said" ] || return
	if [ -n "$CREATES" ]; then
		judge_file "$1"
	else
		judge_version "$1"
	fi
}

judge_file() {
	[ "$1" -eq 137 ] || is "something beside it" [ "$(ls -A "$T/place")" = b.tar ] || return
	if [ "$(wc -c <"$T/place/b.tar")" -eq 5 ]; then
		is "succeeds without a bundle" [ "$1" -ne 0 ]
	else
		is "another bundle" cmp "$T/b.tar" "$T/place/b.tar"
	fi
}

judge_version() {
	[ ! -e "$PYVERN_ROOT/versions/9.9.2" ] || is_whole || return
	[ "$1" -ne 0 ] || is "succeeds without a version" [ -d "$PYVERN_ROOT/versions/9.9.2" ] || return
	is "the cache" pyvern cache verify || return
	is "the next install" pyvern install --force --from "$T/b.tar" || return
	is_whole || return
	is "the staging folder" [ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "each call fails: a bundle is written" {
	export CREATES=1
	sweep error=EIO "$looks" bundle create --force 9.9.2 -o "$T/place/b.tar"
}

@test "no room at each call: a bundle is written" {
	export CREATES=1
	sweep error=ENOSPC "$makes" bundle create --force 9.9.2 -o "$T/place/b.tar"
}

@test "killed at each call: a bundle is written" {
	export CREATES=1
	sweep signal=SIGKILL "$makes" bundle create --force 9.9.2 -o "$T/place/b.tar"
}

@test "each call fails: install from a bundle" {
	export CREATES=
	sweep error=EIO "$looks" install --from "$T/b.tar"
}

@test "no room at each call: install from a bundle" {
	export CREATES=
	sweep error=ENOSPC "$makes" install --from "$T/b.tar"
}

@test "killed at each call: install from a bundle" {
	export CREATES=
	sweep signal=SIGKILL "$makes" install --from "$T/b.tar"
}
