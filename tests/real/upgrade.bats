#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# Upgrading a real Python: environments with packages go over to it and back, and one whose
# packages cannot start there holds it up. What stands for 3.13.99 is 3.13.5 under that name.

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
		"$PKG" "$PYVERN_TEST_BUILD/tests/real/move_tree" 3.13.5 3.13.99
}

# These versions are in the catalogue.
known() {
	local version file
	{
		echo '# pyvern catalogue 1'
		for version; do
			file=$PKG/cpython-$version+20260814-$(uname -m)-unknown-linux-gnu-install_only.tar.zst
			printf 'cpython\t%s\t\tstandalone\tlinux\t%s\tgnu\t\t20260814\tfile://%s\t%s\t%d\n' "$version" \
				"$(uname -m)" "$file" "$(sha256sum "$file" | cut -d' ' -f1)" "$(wc -c <"$file")"
		done
	} >"$PYVERN_ROOT/catalog/real.tsv"
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
	known 3.13.5
	pyvern install -q 3.13.5
	pyvern venv -q -p 3.13 env
	known 3.13.5 3.13.99
}

@test "an environment with packages and a .pth goes over, and back" {
	mkdir hello
	printf 'def main():\n    print("hello")\n' >hello/hello.py
	cp hello/hello.py env/lib/python3.13/site-packages/
	echo 'import hello' >env/lib/python3.13/site-packages/hello.pth
	pyvern virtualenv 3.13 named 2>/dev/null
	run -0 --separate-stderr pyvern upgrade 3.13
	echo "$stderr"
	[[ $stderr == *'tested   ssl '*'; 2 environments start'*'~ 3.13     3.13.5 -> 3.13.99'* ]]
	[[ $stderr == *'follow   named, ~/env'* ]]
	[ "$(env/bin/python -c 'import sys, hello; hello.main(); print(sys.base_prefix)')" = "hello
$PYVERN_ROOT/versions/3.13" ]
	[ "$(readlink -f env/bin/python)" = "$PYVERN_ROOT/versions/3.13.99/bin/python3.13" ]
	env/bin/python -m pip check
	[ "$("$PYVERN_ROOT/versions/named/bin/python" -c 'import sys; print(sys.prefix)')" = "$PYVERN_ROOT/versions/named" ]
	grep -qx 'version = 3.13.99' env/pyvenv.cfg
	run -0 --separate-stderr pyvern rollback 3.13
	echo "$stderr"
	[[ $stderr == '~ 3.13     3.13.99 -> 3.13.5       2 environments start'* ]]
	[ "$(readlink -f env/bin/python)" = "$PYVERN_ROOT/versions/3.13.5/bin/python3.13" ]
	env/bin/python -m pip check
	pyvern verify -q
}

@test "one whose packages end Python at its start holds it up" {
	echo 'import os; os._exit(9)' >env/lib/python3.13/site-packages/ends.pth
	run -1 --separate-stderr pyvern upgrade 3.13
	[[ $stderr == *'3.13 stays at 3.13.5: ~/env does not start on 3.13.99: its python ends with 9'* ]]
	[ "$(readlink "$PYVERN_ROOT/versions/3.13")" = 3.13.5 ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}
