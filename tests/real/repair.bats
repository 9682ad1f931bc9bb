#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# Repairing a real Python: what was installed comes back to the byte, and Python and pip's
# seed take it for what they know.

bats_require_minimum_version 1.5.0

needed() {
	[ -n "${PYVERN_REAL_ROOT:-}" ] || { echo "PYVERN_REAL_ROOT names no root"; return; }
	[ -x "$PYVERN_REAL_ROOT/versions/3.13.5/bin/python3.13" ] || {
		echo "3.13.5 is not in $PYVERN_REAL_ROOT"
		return
	}
	command -v bsdtar >/dev/null || echo "bsdtar is absent"
	[ "$(uname -s)" = Linux ] || echo "these archives are for Linux"
}

setup_file() {
	export MISSING
	MISSING=$(needed | head -n 1)
	[ -z "$MISSING" ] || return 0
	export PKG=$BATS_FILE_TMPDIR
	sh "$PYVERN_TEST_SOURCE/tests/lib/pack-standalone.sh" "$PYVERN_REAL_ROOT/versions/3.13.5" \
		"$PKG" "$PYVERN_TEST_BUILD/tests/real/move_tree" 3.13.5
}

setup() {
	[ -z "$MISSING" ] || skip "$MISSING"
	export HOME=$BATS_TEST_TMPDIR/home PYVERN_ROOT=$BATS_TEST_TMPDIR/root NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state PIP_NO_INDEX=1
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYTHON_CONFIGURE_OPTS PYTHON_CFLAGS
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/local/bin:/usr/bin:/bin
	mkdir -p "$HOME" "$PYVERN_ROOT/catalog"
	cd "$HOME" || return
	file=$PKG/cpython-3.13.5+20260814-$(uname -m)-unknown-linux-gnu-install_only.tar.gz
	printf '# pyvern catalogue 1\ncpython\t3.13.5\t\tstandalone\tlinux\t%s\tgnu\t\t20260814\tfile://%s\t%s\t%d\n' \
		"$(uname -m)" "$file" "$(sha256sum "$file" | cut -d' ' -f1)" "$(wc -c <"$file")" \
		>"$PYVERN_ROOT/catalog/real.tsv"
	pyvern install -q 3.13.5
	tree=$PYVERN_ROOT/versions/3.13.5
	lib=$tree/lib/python3.13
	cp -a "$tree" "$BATS_TEST_TMPDIR/good"
}

@test "a library, a module, compiled files, the seed: all as it was, and nothing is compiled anew" {
	printf '\0' >>"$tree/bin/python3.13"
	echo '#' >>"$lib/os.py"
	rm "$lib/json/__init__.py"
	rm "$lib/__pycache__/ast.cpython-313.pyc"
	for file in "$lib"/lib-dynload/_json.*.so "$lib"/_sysconfigdata_*.py; do echo '#' >>"$file"; done
	config=$(echo "$lib"/__pycache__/_sysconfigdata_*-313.pyc)
	# Its source is as it was: compiled again with the time that it had then.
	cp -p "$BATS_TEST_TMPDIR"/good/lib/python3.13/_sysconfigdata_*.py "$lib/"
	echo x >>"$config"
	seed=$tree/.pyvern/seed/files
	rm "$seed/pip/__main__.py"
	# Another file in its place: pip itself is linked to it.
	rm "$seed/pip/__pycache__/__init__.cpython-313.pyc"
	echo x >"$seed/pip/__pycache__/__init__.cpython-313.pyc"
	run -5 pyvern verify -q 3.13.5
	run -0 --separate-stderr pyvern repair 3.13.5
	echo "$stderr"
	[[ $stderr == *'put back, from the cache'* && $stderr != *'! '* ]]
	pyvern verify -q 3.13.5
	diff -r --no-dereference "$BATS_TEST_TMPDIR/good" "$tree"
	# Python takes the compiled files for those of their sources.
	"$tree/bin/python3.13" -I -c 'import os, json, ast, sysconfig, _json; sysconfig.get_config_vars()'
	diff -r --no-dereference "$BATS_TEST_TMPDIR/good" "$tree"
	# pip's seed is taken for the one that was made.
	before=$(stat -c %i "$tree/.pyvern/seed/index")
	pyvern venv -q -p 3.13.5 env
	[ "$(stat -c %i "$tree/.pyvern/seed/index")" = "$before" ]
	env/bin/python -m pip --version
	pyvern verify -q 3.13.5
}
