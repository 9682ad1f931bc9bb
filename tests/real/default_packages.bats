#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# default-packages with a real pip and a folder of wheels: what the file may say, and
# what becomes of a requirement that nobody can answer.
#
# PYTHON_WITH_PIP: a Python that has pip; else the one of PYVERN_REAL_ROOT, or those on
# PATH. Debian's own installs into PREFIX/local, whatever PREFIX is: not that one.

setup() {
	T=$BATS_TEST_TMPDIR
	for python in "${PYTHON_WITH_PIP-}" "${PYVERN_REAL_ROOT-}/versions/3.13.5/bin/python" python3; do
		if "$python" -m pip --version >/dev/null 2>&1 &&
			! "$python" -c 'import sysconfig; sysconfig.get_path("purelib", "posix_local")' 2>/dev/null; then
			break
		fi
		python=
	done
	[ -n "$python" ] || skip "no Python here has pip"
	python=$(command -v "$python")
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1 PATH=$PYVERN_TEST_STAGE/bin:$PATH
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PIP_INDEX_URL
	mkdir -p "$HOME" "$PYVERN_ROOT/catalog" "$T/pkg" "$T/wheels"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$T/pkg"
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	# The real pip installs into the version that has this script.
	cat >"$T/pip" <<-END
		#!/bin/sh
		exec "$python" -m pip "\$@" --prefix "\${0%/bin/pip}" --ignore-installed --no-warn-script-location
	END
	"$python" - "$T/wheels/hello_pyvern-1.2-py3-none-any.whl" <<-'END'
		import sys, zipfile
		info = "hello_pyvern-1.2.dist-info/"
		with zipfile.ZipFile(sys.argv[1], "w") as z:
		    z.writestr("hello_pyvern.py", "def main(): print('hello')\n")
		    z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: hello-pyvern\nVersion: 1.2\n")
		    z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
		    z.writestr(info + "entry_points.txt", "[console_scripts]\nhello = hello_pyvern:main\n")
		    z.writestr(info + "RECORD", "")
	END
	export FAKE_PIP=$T/pip PIP_NO_INDEX=1 PIP_FIND_LINKS=$T/wheels
	cd "$HOME" || return
}

@test "pyenv.md 5: comments, markers and versions, with shims for what came" {
	printf '# mine\n\nhello-pyvern>=1 # at least\nnobody; python_version < "2.0"\n' \
		>"$PYVERN_ROOT/default-packages"
	run pyvern install 9.9.1
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"+ packages   hello-pyvern-1.2   "* ]]
	[ -x "$PYVERN_ROOT/versions/9.9.1/bin/hello" ]
	[ -x "$PYVERN_ROOT/shims/hello" ]
}

@test "pyenv.md 5: options of pip's are the user's word" {
	unset PIP_FIND_LINKS
	printf -- '--find-links %s\nhello-pyvern\n' "$T/wheels" >"$PYVERN_ROOT/default-packages"
	run pyvern install 9.9.1
	echo "$output"
	[[ $output == *"+ packages   hello-pyvern-1.2   "* ]]
}

@test "what nobody has is told, and the version stays" {
	echo no-such-package-of-anybody >"$PYVERN_ROOT/default-packages"
	run pyvern install 9.9.1
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"! 9.9.1    the default packages are not in it: pip failed with status 1"* ]]
	[[ $output == *"No matching distribution found for no-such-package-of-anybody"* ]]
	[ -x "$PYVERN_ROOT/shims/python" ]
}
